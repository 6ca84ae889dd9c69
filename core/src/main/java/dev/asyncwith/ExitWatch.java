package dev.asyncwith;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One bounded exit while it runs (P6): a scope opened inside the exit's shield, which is cancelled
 * when the budget is used up, and the reports of that.
 *
 * <pre>
 * after           the clock's alarm starts a thread that
 * the budget      takes the stack of the exit, cancels the scope, logs, and sets the next alarm
 * twice of that   takes the stack and logs that the exit is stuck
 * </pre>
 *
 * The stack is taken before the interrupt, to show what the exit waited for; not on the clock's
 * thread, since both stack and log take time that other timers do not have.
 *
 * <p>An exit that runs inside a bounded one has a scope too, without a budget: its shield hides the
 * outer scope, whose cancel is passed on to it.
 */
final class ExitWatch {
  private static final System.Logger LOG = System.getLogger("dev.asyncwith");

  private final ThreadContext context;
  private final @Nullable ExitWatch around;
  private final CancelScope scope;
  private final Supplier<String> name;
  private final Thread worker;

  /** Null for the budget of the exit around. */
  private final @Nullable Duration budget;

  private final boolean implied;
  private boolean reportsStuck = true;

  // Guarded by this object's monitor.
  private AsyncClock.@Nullable Alarm alarm;
  private long began;
  private boolean ended;

  /** Whether the budget was used up before the exit ended. */
  private volatile boolean exceeded;

  /** What the exit's failure was made of it; the owner's own. */
  private @Nullable TimeoutExceededException translation;

  private ExitWatch(
      ThreadContext context,
      Supplier<String> name,
      Thread worker,
      @Nullable Duration budget,
      boolean implied) {
    this.context = context;
    this.around = context.exitWatch();
    this.scope = CancelScope.ofExit(around == null ? null : around.scope);
    this.name = name;
    this.worker = worker;
    this.budget = budget;
    this.implied = implied;
  }

  /** Begins an exit with a budget of its own. */
  static ExitWatch begin(
      ThreadContext context, Supplier<String> name, Thread worker, Duration budget) {
    var watch = new ExitWatch(context, name, worker, budget, false);
    watch.begin();
    return watch;
  }

  /** Begins an exit on a thread of its own, whose caller reports it when it is stuck. */
  static ExitWatch beginDetached(
      ThreadContext context, Supplier<String> name, Thread worker, Duration budget) {
    var watch = new ExitWatch(context, name, worker, budget, false);
    watch.reportsStuck = false;
    watch.begin();
    return watch;
  }

  /**
   * Begins an exit without a budget of its own: the exit around it bounds it, else the budget that
   * the thread has for such exits; gives null if there is neither.
   */
  static @Nullable ExitWatch beginImplied(
      ThreadContext context, Supplier<String> name, Thread worker) {
    Duration budget = context.exitWatch() == null ? context.exitBudget() : null;
    if (budget == null && context.exitWatch() == null) {
      return null;
    }
    var watch = new ExitWatch(context, name, worker, budget, true);
    watch.begin();
    return watch;
  }

  /** Begins on another thread, whose end is waited for, what is a part of this exit. */
  ExitWatch beginElsewhere(ThreadContext onThatThread, Supplier<String> itsName, Thread itsWorker) {
    onThatThread.exitWatch(this);
    var watch = new ExitWatch(onThatThread, itsName, itsWorker, null, true);
    watch.begin();
    return watch;
  }

  private void begin() {
    if (around != null && around.scope.isCancelled()) {
      passOnCancel(around);
    }
    var _ = scope.enter();
    context.exitWatch(this);
    if (around != null) {
      scope.linkUp();
      if (around.scope.isCancelled()) {
        passOnCancel(around); // it may have come before the link
      }
    }
    arm();
  }

  private void passOnCancel(ExitWatch from) {
    scope.cancel(from.describe() + " is out of time");
  }

  private synchronized void arm() {
    began = context.clock().nanoTime();
    setAlarm(1, this::interrupt);
  }

  /** Sets the alarm for so many budgets after the begin. */
  private synchronized void setAlarm(int times, Runnable report) {
    if (budget == null || ended || Nanos.of(budget) == Nanos.FOREVER) {
      return;
    }
    alarm =
        context
            .clock()
            .schedule(
                began + times * Nanos.of(budget),
                () -> Platform.JVM.start(context.handsDown().counted(report)));
  }

  private synchronized void disarm() {
    if (alarm != null) {
      alarm.cancel();
      alarm = null;
    }
  }

  /** The budget is used up. */
  private void interrupt() {
    StackTraceElement[] stack = worker.getStackTrace();
    Duration passed;
    synchronized (this) {
      passed = passed();
      boolean early = budget == null || passed.compareTo(budget) < 0; // an alarm of before a pause
      if (ended || alarm == null || early) {
        return;
      }
      exceeded = true;
    }
    scope.cancel("%s has taken its %s".formatted(describe(), budget));
    overrun(passed, "interrupted");
    report(
        "%s has taken %s and may take %s: it is interrupted now"
            .formatted(describe(), passed, budget),
        stack);
    if (reportsStuck) {
      setAlarm(2, this::stuck);
    }
  }

  /** The budget is used up twice, and the exit does not answer its interrupt. */
  private void stuck() {
    StackTraceElement[] stack = worker.getStackTrace();
    Duration passed;
    synchronized (this) {
      if (ended) {
        return;
      }
      passed = passed();
    }
    overrun(passed, "stuck");
    report(
        ("%s is stuck: it has taken %s, was interrupted after %s, and is still waited" + " for")
            .formatted(describe(), passed, budget),
        stack);
  }

  private void overrun(Duration passed, String measure) {
    if (budget != null) {
      FlightEvents.exitOverrun(describe(), budget, passed, measure);
    }
  }

  private synchronized Duration passed() {
    return Duration.ofNanos(context.clock().nanoTime() - began);
  }

  private void report(String message, StackTraceElement[] stack) {
    report(message, worker, stack);
  }

  static void report(String message, Thread worker, StackTraceElement[] stack) {
    var trace = new Throwable("this is what " + worker + " does");
    trace.setStackTrace(stack);
    LOG.log(Level.WARNING, message, trace);
  }

  /** The exit comes to a wait for tasks, whose time no implied budget counts. */
  static void pauseImplied() {
    ThreadContext context = ThreadContext.forExit();
    ExitWatch watch = context == null ? null : context.exitWatch();
    for (; watch != null; watch = watch.around) {
      if (watch.implied) {
        watch.disarm();
      }
    }
  }

  /** The wait is over: the implied budgets begin anew. */
  static void resumeImplied() {
    ThreadContext context = ThreadContext.forExit();
    ExitWatch watch = context == null ? null : context.exitWatch();
    for (; watch != null; watch = watch.around) {
      if (watch.implied && !watch.exceeded) {
        watch.arm();
      }
    }
  }

  /**
   * What becomes of what an exit threw, on the thread of this watch: a timeout if it came of the
   * budget's interrupt.
   *
   * @param failure what the body threw, which an exit may throw on
   */
  Throwable translate(Throwable thrown, @Nullable Throwable failure) {
    if (thrown == translation || !exceeded || !scope.isTold()) {
      return thrown;
    }
    if (!Cancellations.isWithin(thrown, failure)) {
      return thrown;
    }
    translation =
        new TimeoutExceededException(
            "%s was interrupted, since it had taken its %s".formatted(describe(), budget), thrown);
    return translation;
  }

  /** The exit has ended; returns what it throws then. */
  @Nullable Throwable end(@Nullable Throwable thrown, @Nullable Throwable failure) {
    synchronized (this) {
      ended = true;
      disarm();
    }
    Throwable own = thrown == failure ? null : thrown;
    boolean _ = scope.exit(own == null ? Outcome.succeeded() : new Outcome.Failed(own));
    context.exitWatch(around);
    if (own == null || !Cancellations.isWithin(own, failure)) {
      return thrown;
    }
    if (around != null && around.scope.isCancelled() && scope.isTold()) {
      around.scope.tell(); // by the exception that is on its way
    }
    return translate(own, failure);
  }

  /** A user's name for it must not keep it from being interrupted. */
  private String describe() {
    String named;
    try {
      named = name.get();
    } catch (RuntimeException e) {
      named = "a manager whose describe() throws " + e;
    }
    return "the exit of " + named;
  }
}
