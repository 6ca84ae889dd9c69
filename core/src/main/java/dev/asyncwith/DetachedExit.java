package dev.asyncwith;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An exit on a virtual thread of its own, which its caller waits for no longer than twice its
 * budget. All that have not ended are known here.
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
  private static final Set<DetachedExit> UNDER_WAY = ConcurrentHashMap.newKeySet();

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

  /** Those that run or were abandoned, and have not ended. */
  static List<DetachedExit> underWay() {
    return List.copyOf(UNDER_WAY);
  }

  boolean isAbandoned() {
    return state.get() == State.ABANDONED;
  }

  /** The thread of the exit. */
  Thread thread() {
    return thread;
  }

  private boolean startAndWait() {
    UNDER_WAY.add(this);
    AsyncClock.Alarm alarm = null;
    thread.start();
    if (limit.toDays() <= 10_000) { // further than the clock can count
      alarm = inherited.clock().schedule(began + 2 * limit.toNanos(), waiter::wake);
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
    return new TimeoutExceededException(what + ": it goes on by itself on " + thread, null);
  }

  private Duration passed() {
    return Duration.ofNanos(inherited.clock().nanoTime() - began);
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
    thrown = watch.end(failure, outcome.failure());
    UNDER_WAY.remove(this);
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
