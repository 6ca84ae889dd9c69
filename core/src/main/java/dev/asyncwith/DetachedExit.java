package dev.asyncwith;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An exit on a virtual thread of its own, which its caller waits for no longer than twice its
 * budget. Those that have not ended are known to the {@link Background} of its thread.
 *
 * <pre>
 * state    from → to   by
 * RUNNING  ENDED       the exit's thread
 * RUNNING  ABANDONED   the caller, at twice the budget
 * </pre>
 *
 * Who loses that race does the other's work: an end that nobody waits for is logged.
 */
final class DetachedExit {
  private enum State {
    RUNNING,
    ENDED,
    ABANDONED
  }

  private static final System.Logger LOG = System.getLogger("dev.asyncwith");

  private final AsyncExit<?> exit;
  private final Duration limit;
  private final Outcome outcome;
  private final Inherited inherited;
  private final long began;
  private final Thread thread;
  private final Waiter waiter = new Waiter();
  private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);

  // Written before ENDED, read after it.
  private boolean suppress;
  private @Nullable Throwable thrown;

  private DetachedExit(AsyncExit<?> exit, Duration limit, Outcome outcome) {
    this.exit = exit;
    this.limit = limit;
    this.outcome = outcome;
    this.inherited = ThreadContext.inherited();
    this.began = inherited.clock().nanoTime();
    this.thread =
        Thread.ofVirtual()
            .name("exit of " + exit.describe())
            .unstarted(inherited.counted(this::work));
  }

  /** Runs an exit; the caller is not disturbed by interrupts meanwhile, which are kept. */
  static <X extends Throwable> boolean run(AsyncExit<X> exit, Duration limit, Outcome outcome)
      throws X, InterruptedException {
    return new DetachedExit(exit, limit, outcome).startAndWait();
  }

  boolean isAbandoned() {
    return state.get() == State.ABANDONED;
  }

  /** The thread of the exit. */
  Thread thread() {
    return thread;
  }

  private boolean startAndWait() {
    inherited.background().began(this);
    AsyncClock.Alarm alarm = null;
    thread.start();
    long nanos = Nanos.of(limit);
    if (nanos != Nanos.FOREVER) {
      alarm = inherited.clock().schedule(began + 2 * nanos, waiter::wake);
    }
    try {
      Waits.awaitShielded(waiter, exit);
    } finally {
      if (alarm != null) {
        alarm.cancel();
      }
    }
    if (state.compareAndSet(State.RUNNING, State.ABANDONED)) {
      throw abandoned();
    }
    if (thrown != null) {
      throw Exits.<RuntimeException>sneaky(thrown);
    }
    return suppress;
  }

  private TimeoutExceededException abandoned() {
    Thread worker = ExitBudget.worker(exit);
    Thread shown = worker == Thread.currentThread() ? thread : worker;
    StackTraceElement[] stack = shown.getStackTrace();
    String what =
        "the exit of %s is stuck: it has taken %s, was interrupted after %s, and is abandoned"
            .formatted(exit.describe(), passed(), limit);
    ExitWatch.report(what, shown, stack);
    FlightEvents.exitOverrun("the exit of " + exit.describe(), limit, passed(), "abandoned");
    return new TimeoutExceededException(what + ": it goes on by itself on " + thread, null);
  }

  private Duration passed() {
    return Duration.ofNanos(inherited.clock().nanoTime() - began);
  }

  /** A run ends and leaves it behind. */
  void reportLeft(String runner) {
    Thread worker = ExitBudget.worker(exit);
    Thread shown = worker == Thread.currentThread() ? thread : worker;
    ExitWatch.report(
        "the exit of %s, which was abandoned, has not ended with %s; it goes on by itself"
            .formatted(exit.describe(), runner),
        shown,
        shown.getStackTrace());
  }

  private void work() {
    ThreadContext context = ThreadContext.begin(inherited);
    Thread worker = ExitBudget.worker(exit);
    ExitWatch watch = ExitWatch.beginDetached(context, exit::describe, worker, limit);
    Throwable failure = null;
    try {
      suppress = exit.exit(outcome);
    } catch (Throwable t) {
      failure = t;
    }
    failure = ForgottenScopes.atEndOf("the exit of " + exit.describe(), null, failure);
    thrown = watch.end(failure, outcome.failure());
    inherited.background().ended(this);
    if (state.compareAndSet(State.RUNNING, State.ENDED)) {
      waiter.wake();
    } else {
      logEnd();
    }
  }

  private void logEnd() {
    String what = "the exit of %s, which was abandoned, ".formatted(exit.describe());
    if (thrown == null) {
      LOG.log(Level.INFO, what + "has ended after " + passed());
    } else {
      LOG.log(Level.WARNING, what + "has failed after " + passed(), thrown);
    }
  }

  @Override
  public String toString() {
    return "exit of " + exit.describe() + (isAbandoned() ? " (abandoned)" : "");
  }
}
