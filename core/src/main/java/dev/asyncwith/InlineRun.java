package dev.asyncwith;

import org.jspecify.annotations.Nullable;

/** A generator that runs on the stack of its block: the yield calls the rest of the block. */
final class InlineRun<T extends @Nullable Object> extends GeneratorRun<T> {
  private final Thread runner = Thread.currentThread();
  private final Block block;
  private final int level;
  private final Object body;
  private final @Nullable Object v1;
  private final @Nullable Object v2;
  private final @Nullable Object v3;

  private @Nullable HeldInterrupt held;
  private @Nullable ThreadContext context;
  private long begun;

  /** What the block inside gave back. */
  @Nullable Object result;

  InlineRun(
      Generator<T, RuntimeException> generator,
      @Nullable String name,
      Block block,
      int level,
      Object body,
      @Nullable Object v1,
      @Nullable Object v2,
      @Nullable Object v3) {
    super(generator, name);
    this.block = block;
    this.level = level;
    this.body = body;
    this.v1 = v1;
    this.v2 = v2;
    this.v3 = v3;
  }

  @Override
  Thread runner() {
    return runner;
  }

  /** The body runs inside of whatever the generator has entered. */
  @Override
  @Nullable String whyNotHere() {
    return null;
  }

  /** What follows the body is the exit: a pending interrupt waits until it is over (P5). */
  @Override
  void runBody(T value) throws InterruptedException {
    Throwable failure = null;
    try {
      result = runBlock(value);
    } catch (Throwable t) {
      failure = t;
      throw t;
    } finally {
      context = ThreadContext.inScope();
      begun = context == null ? 0 : context.beginExit(failure);
      held = HeldInterrupt.hold();
    }
  }

  private @Nullable Object runBlock(T value) throws InterruptedException {
    return switch (level) {
      case 1 -> block.inside(1, body, value, null, null, null);
      case 2 -> block.inside(2, body, v1, value, null, null);
      case 3 -> block.inside(3, body, v1, v2, value, null);
      default -> block.inside(4, body, v1, v2, v3, value);
    };
  }

  /** The generator has ended: the interrupt is set again before its outcome is decided. */
  void restoreInterrupt() {
    Exits.end(held, context, begun);
  }
}
