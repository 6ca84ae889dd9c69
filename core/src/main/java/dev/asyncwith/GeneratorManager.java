package dev.asyncwith;

import java.lang.ref.Cleaner;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The manager of a {@link Generator}, of one shot. A block runs it inline, on the block's own
 * stack; {@link #enter} and {@link #exit}, which a stack uses, run it on a thread of its own.
 */
sealed class GeneratorManager<T extends @Nullable Object, X extends Throwable>
    extends InlineManager<T, X> permits GeneratorGuard {
  private final Generator<T, RuntimeException> generator;
  private final @Nullable String name;
  private @Nullable DetachedRun<T> detached;
  private Cleaner.@Nullable Cleanable dropped;

  /**
   * Plain, so that the JIT can keep a manager that lives for one block off the heap (a
   * compare-and-set would force it there): of two threads that use one manager at a time, which is
   * a bug, both may pass.
   */
  private boolean used;

  @SuppressWarnings("unchecked") // what it throws is thrown on, whatever it is
  GeneratorManager(@Nullable String name, Generator<T, X> generator) {
    this.name = name;
    this.generator =
        (Generator<T, RuntimeException>)
            Objects.requireNonNull(generator, "the generator is null: give a lambda that yields");
  }

  @Override
  final @Nullable Object runInline(
      @Nullable Duration budget,
      Block block,
      int level,
      Object body,
      @Nullable Object v1,
      @Nullable Object v2,
      @Nullable Object v3) {
    claim();
    InlineRun<T> run =
        Latch.isSet() && !Tracking.isIdle()
            ? new TrackedRun<>(this, generator, name, budget, block, level, body, v1, v2, v3)
            : new InlineRun<>(generator, name, budget, block, level, body, v1, v2, v3);
    Throwable thrown = null;
    try {
      generator.run(run);
    } catch (Throwable t) {
      thrown = t;
    }
    Throwable pending = run.end(run.endExit(thrown));
    if (pending != null) {
      throw Exits.<RuntimeException>sneaky(pending);
    }
    Throwable suppressed = run.bodyFailure();
    return suppressed == null ? run.result : new Exits.Suppressed(suppressed);
  }

  @Override
  public T enter() {
    claim();
    var run = new DetachedRun<>(generator, name);
    detached = run;
    dropped = Drops.CLEANER.register(this, run::drop);
    return run.enter();
  }

  @Override
  public boolean exit(Outcome outcome) {
    if (detached == null || dropped == null) {
      throw new IllegalStateException(describe() + " is exited without having been entered");
    }
    Throwable failure = outcome.failure();
    try {
      return Exits.suppressed(failure, detached.exit(failure));
    } finally {
      dropped.clean();
    }
  }

  @Override
  public BoundedManager<T, X> exitWithin(Duration limit) {
    return new BoundedManagers.Inline<>(this, ExitBudget.of(limit));
  }

  /** The thread that it runs on if that is one of its own, else null. */
  @Nullable Thread runner() {
    return detached == null ? null : detached.runner();
  }

  private void claim() {
    if (used) {
      throw new IllegalStateException(
          describe()
              + " was already used: a generator's manager serves one block,"
              + " so call the method that makes it once for each");
    }
    used = true;
  }

  @Override
  public String describe() {
    return describe(generator, name);
  }

  @Override
  public String toString() {
    return describe();
  }

  static String describe(Generator<?, ?> generator, @Nullable String name) {
    return "generator " + (name == null ? Names.of(generator.getClass()) : "'" + name + "'");
  }

  /** Started by the first generator that runs on a thread of its own. */
  private static final class Drops {
    static final Cleaner CLEANER = Cleaner.create();
  }
}
