package dev.asyncwith;

import java.time.Duration;
import java.util.Objects;

/**
 * How an exit is bounded (P6).
 *
 * @param limit how long it may take until it is interrupted
 * @param detached whether it runs on a thread of its own, to be left behind at twice the limit
 */
record ExitBudget(Duration limit, boolean detached) {

  static ExitBudget of(Duration limit) {
    Objects.requireNonNull(limit, "the time for the exit is null: give a duration");
    if (!limit.isPositive()) {
      throw new IllegalArgumentException(
          "the time for the exit is " + limit + ": give it more than nothing");
    }
    return new ExitBudget(limit, false);
  }

  /** Of two budgets the shorter one holds. */
  ExitBudget within(Duration other) {
    ExitBudget checked = of(other);
    return new ExitBudget(limit.compareTo(other) <= 0 ? limit : checked.limit, detached);
  }

  ExitBudget onItsOwnThread() {
    return new ExitBudget(limit, true);
  }

  /** Runs an exit within this budget. */
  <X extends Throwable> boolean exit(AsyncExit<X> exit, Outcome outcome)
      throws X, InterruptedException {
    boolean onItsOwnThread = detached && !holdsScope(exit);
    return onItsOwnThread
        ? DetachedExit.<X>run(exit, limit, outcome)
        : ExitBudget.<X>watch(
            ExitWatch.begin(ThreadContext.current(), exit::describe, worker(exit), limit),
            exit,
            outcome);
  }

  /** A stack that holds a scope can only be closed by the thread that entered it. */
  private static boolean holdsScope(AsyncExit<?> exit) {
    return exit instanceof AsyncExitStack stack && stack.liveScope() != null;
  }

  /** Runs an exit that has no budget of its own, in the budget that there is around it. */
  static <X extends Throwable> boolean exitImplied(
      ThreadContext context, AsyncExit<X> exit, Outcome outcome) throws X, InterruptedException {
    AsyncExit<?> bare = Open.bare(exit);
    ExitWatch watch =
        hasOwn(bare) || waitsForOthers(bare)
            ? null
            : ExitWatch.beginImplied(context, exit::describe, worker(bare));
    return watch == null ? exit.exit(outcome) : ExitBudget.<X>watch(watch, exit, outcome);
  }

  private static <X extends Throwable> boolean watch(
      ExitWatch watch, AsyncExit<X> exit, Outcome outcome) throws X, InterruptedException {
    boolean suppress = false;
    Throwable thrown = null;
    try {
      suppress = exit.exit(outcome);
    } catch (Throwable t) {
      thrown = t;
    }
    Throwable left = watch.end(thrown, outcome.failure());
    if (left != null) {
      throw Exits.<RuntimeException>sneaky(left);
    }
    return suppress;
  }

  /** The thread that shows what an exit does. */
  static Thread worker(AsyncExit<?> exit) {
    Thread generator = exit instanceof GeneratorManager<?, ?> manager ? manager.runner() : null;
    return generator == null ? Thread.currentThread() : generator;
  }

  private static boolean hasOwn(AsyncExit<?> exit) {
    return exit instanceof BoundedManager<?, ?>
        || (exit instanceof Managers.BoundExit<?, ?> bound
            && bound.manager() instanceof BoundedManager<?, ?>);
  }

  /** Whether it is the end of a wait, or of nothing, and not the release of a resource. */
  private static boolean waitsForOthers(AsyncExit<?> exit) {
    return exit instanceof AsyncExitStack || BoundedManagers.belongsToItsThread(exit);
  }
}
