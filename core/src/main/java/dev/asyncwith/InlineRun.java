package dev.asyncwith;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A generator that runs on the stack of its block: the yield calls the rest of the block. */
sealed class InlineRun<T extends @Nullable Object> extends GeneratorRun<T> permits TrackedRun {
  private final Thread runner = Thread.currentThread();
  private final @Nullable Duration budget;
  private final Block block;
  private final int level;
  private final Object body;
  private final @Nullable Object v1;
  private final @Nullable Object v2;
  private final @Nullable Object v3;

  private @Nullable HeldInterrupt held;
  private @Nullable ThreadContext context;
  private long begun;
  private @Nullable ExitWatch watch;

  /** What the block inside gave back. */
  @Nullable Object result;

  InlineRun(
      Generator<T, RuntimeException> generator,
      @Nullable String name,
      @Nullable Duration budget,
      Block block,
      int level,
      Object body,
      @Nullable Object v1,
      @Nullable Object v2,
      @Nullable Object v3) {
    super(generator, name);
    this.budget = budget;
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
      result =
          block.isOfOne()
              ? block.invoke(body, value, null, null, null)
              : block.inside(level, body, v1, v2, v3, value);
    } catch (Throwable t) {
      failure = t;
      throw t;
    } finally {
      context = budget == null ? ThreadContext.forExit() : ThreadContext.current();
      begun = context == null ? 0 : context.beginExit(failure);
      held = HeldInterrupt.hold();
      if (context != null) {
        watch = watch(context);
      }
    }
  }

  private @Nullable ExitWatch watch(ThreadContext of) {
    return budget == null
        ? ExitWatch.beginImplied(of, this::describe, runner)
        : ExitWatch.begin(of, this::describe, runner, budget);
  }

  /**
   * The generator has ended: the interrupt is set again before its outcome is decided.
   *
   * @return what it threw, or the timeout that it came of
   */
  @Nullable Throwable endExit(@Nullable Throwable thrown) {
    Throwable left = watch == null ? thrown : watch.end(thrown, bodyFailure());
    Exits.end(held, context, begun);
    return left;
  }
}
