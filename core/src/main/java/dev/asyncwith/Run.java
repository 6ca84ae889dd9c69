package dev.asyncwith;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One run of a runner: a main body, and what that leaves running. Made and executed by the thread
 * that waits for it; others cancel it and wait for its end.
 */
final class Run implements Task.Parent {
  private final String runner;
  private final RunnerConfiguration configuration;
  private final Background background;
  private final @Nullable Activity activity;

  /**
   * On the thread that waits: by it a cancel of the scopes around the run reaches the main body.
   */
  private final CancelScope scope;

  // Guarded by this object's monitor.
  private final List<Waiter> waiting = new ArrayList<>();
  private boolean ended;

  private volatile ContextCarrier.@Nullable Captured context;
  private volatile @Nullable Task<?> main;

  /** Written by the main body. */
  private @Nullable Object result;

  /** Whether the thread that waits was interrupted meanwhile. */
  private boolean interrupted;

  /** Whether it was when nothing was left to wait for. */
  private boolean interruptedAfterwards;

  /**
   * Makes a run, which has to be told of its end.
   *
   * @param context that the main body begins with; null for that of the calling thread
   */
  Run(String runner, RunnerConfiguration configuration, ContextCarrier.@Nullable Captured context) {
    this.runner = runner;
    this.configuration = configuration;
    this.context = context;
    this.background = new Background(runner, configuration.threads());
    this.scope = CancelScope.of(runner);
    this.activity = Activity.join(configuration.clock());
  }

  /** The context at the end of the main body. */
  ContextCarrier.@Nullable Captured context() {
    return context;
  }

  /** Runs a program to its end, and to that of what it leaves running. */
  @Nullable Object execute(With0.Body<?, RuntimeException> program) throws InterruptedException {
    Task<?> task;
    var _ = scope.enter();
    try {
      scope.linkUp();
      ThreadContext caller = ThreadContext.current();
      // The scopes around reach the main body by themselves, and so never interrupt the caller once
      // the program runs: an interrupt that it sends the caller as well could not be told from
      // that.
      long begun = caller.beginExit(null);
      try {
        task = start(program);
        var waiter = new Waiter();
        task.whenComplete(waiter);
        await(caller, waiter);
        endLeftovers(caller);
        interruptedAfterwards = Thread.interrupted(); // a cancel, to be taken, must not be this
      } finally {
        caller.endExit(begun);
      }
    } finally {
      var _ = scope.exit(Outcome.succeeded());
    }
    return resultOf(task);
  }

  private Task<?> start(With0.Body<?, RuntimeException> program) {
    var inherited =
        new Inherited(
            configuration.clock(),
            configuration.exitBudget(),
            configuration.carrier(),
            background,
            activity);
    ContextCarrier.Captured before = context;
    if (before == null) {
      main = taskOf(program, inherited);
    } else {
      before.run(() -> main = taskOf(program, inherited)); // which captures it there
    }
    Task<?> task =
        Objects.requireNonNull(main, "the context carrier did not run what it was given");
    scope.add(task.scope());
    CancelScope.Cancel cancelled = scope.cancelledOnceArrived();
    if (cancelled != null) {
      task.scope().cancelFromAbove(cancelled);
    }
    task.start();
    return task;
  }

  private Task<?> taskOf(With0.Body<?, RuntimeException> program, Inherited inherited) {
    return new Task<@Nullable Void>(
        this,
        scope,
        configuration.name() + " main",
        configuration.threads(),
        inherited,
        () -> {
          try {
            result = program.call();
          } finally {
            keepContext();
          }
          return null;
        });
  }

  private void keepContext() {
    try {
      context = configuration.carrier().capture();
    } catch (RuntimeException | Error failure) {
      System.getLogger("dev.asyncwith")
          .log(
              Level.WARNING,
              runner + " could not capture the context at the end of a run, and keeps the old one",
              failure);
    }
  }

  /** Waits whatever happens; an interrupt cancels the main body. */
  private void await(ThreadContext caller, Waiter waiter) {
    while (!waiter.ready()) {
      try {
        caller.await(waiter, caller.mask(), "waiting for", this);
      } catch (InterruptedException e) {
        interrupted = true;
        scope.cancel("the thread that waits for the run was interrupted");
      }
    }
  }

  private void endLeftovers(ThreadContext caller) {
    String over = "the run of " + runner + " that started it has ended";
    if (!background.isEmpty()) {
      background.end(over);
      awaitLeftovers(caller);
    }
    for (DetachedExit exit : background.exits()) {
      exit.reportLeft(runner);
    }
    if (Tracking.isOn()) {
      Leaks.endOfRun(runner, background, result);
    }
    for (Task<?> task : background.close(over + ", so it starts no tasks")) {
      if (!task.isInExit()) {
        boolean _ = task.cancel(over);
        warnOfEndless(task, configuration.grace());
      }
    }
  }

  /** Waits until no leftover runs, as long as the grace lasts. */
  private void awaitLeftovers(ThreadContext caller) {
    AsyncClock clock = configuration.clock();
    long start = clock.nanoTime();
    long grace = Nanos.of(configuration.grace());
    while (true) {
      var waiter = new Waiter();
      background.whenEmpty(waiter);
      long left = grace - (clock.nanoTime() - start);
      boolean onlyExiting = background.runningTasks().stream().allMatch(Task::isInExit);
      if (left <= 0 || (onlyExiting && background.exits().isEmpty())) {
        return;
      }
      if (JvmExit.hasBegun()) { // nothing tells of a task that calls System.exit
        JvmExit.lookSoon(waiter);
      }
      AsyncClock.Alarm alarm = clock.schedule(clock.nanoTime() + left, waiter::wake);
      await(caller, waiter);
      alarm.cancel();
    }
  }

  private void warnOfEndless(Task<?> task, Duration after) {
    StuckTasks.warn(
        task,
        "%s of %s was cancelled %s s ago and has not ended; it goes on, for no thread can be killed"
            .formatted(task, runner, after.toMillis() / 1000.0));
  }

  /** What the main body returned or threw. */
  private @Nullable Object resultOf(Task<?> task) throws InterruptedException {
    Throwable thrown = task.thrown();
    if (thrown == null && task.isCancelled()) {
      CancelScope.Cancel why = scope.cancelledAnywhere();
      thrown =
          new InterruptedException(
              runner + " was cancelled before it began: " + (why == null ? "?" : why.reason()));
    }
    boolean byScope = thrown instanceof InterruptedException && Waits.takeCancel("running", this);
    boolean answered = thrown instanceof InterruptedException && !byScope;
    if (interruptedAfterwards || (interrupted && !answered)) {
      Thread.currentThread().interrupt();
    }
    if (thrown == null) {
      return result;
    }
    ExitFailures.goesOn(thrown);
    showCaller(thrown);
    throw Exits.<RuntimeException>sneaky(thrown);
  }

  /**
   * Appends the frames of the calling thread, so that the trace shows who called whom; a launcher
   * that cuts its own frames off the end of a trace would else cut those of the program.
   */
  private static void showCaller(Throwable thrown) {
    StackTraceElement[] program = thrown.getStackTrace();
    StackTraceElement[] caller = Thread.currentThread().getStackTrace();
    int from = 1; // without getStackTrace itself
    StackTraceElement[] whole = Arrays.copyOf(program, program.length + caller.length - from);
    System.arraycopy(caller, from, whole, program.length, caller.length - from);
    thrown.setStackTrace(whole);
  }

  // ---- for other threads

  void cancel(String why) {
    scope.cancel(why);
  }

  /** Whether the calling thread belongs to the run. */
  boolean holdsCurrentThread() {
    return ThreadContext.inherited().background() == background;
  }

  /** Whether the main body's thread is in {@link System#exit}, and so never ends. */
  boolean isMainInExit() {
    Task<?> task = main;
    return task != null && task.isInExit();
  }

  boolean isMain(Task<?> task) {
    return task == main;
  }

  /** What runs: the main body, if it does, and then what it has started. */
  List<Task<?>> runningTasks() {
    List<Task<?>> all = new ArrayList<>();
    Task<?> task = main;
    if (task != null && !task.isDone()) {
      all.add(task);
    }
    all.addAll(background.runningTasks());
    return all;
  }

  /** The run is over, and nothing of it is waited for any more. */
  void end() {
    if (activity != null) {
      activity.leave();
    }
    List<Waiter> toWake;
    synchronized (this) {
      ended = true;
      toWake = List.copyOf(waiting);
      waiting.clear();
    }
    toWake.forEach(Waiter::wake);
  }

  synchronized boolean hasEnded() {
    return ended;
  }

  /** Wakes a waiter at the end, or now if that has come. */
  void whenEnded(Waiter waiter) {
    synchronized (this) {
      if (!ended) {
        waiting.add(waiter);
        return;
      }
    }
    waiter.wake();
  }

  /** Waits for the end, whatever happens, and reports what is still there after the limit. */
  void awaitEnd(Duration limit) {
    var waiter = new Waiter();
    whenEnded(waiter);
    AsyncClock clock = configuration.clock();
    AsyncClock.Alarm alarm = Nanos.alarm(clock, limit, waiter::wake);
    Waits.awaitShielded(waiter, this);
    alarm.cancel();
    if (!hasEnded()) {
      runningTasks().forEach(task -> warnOfEndless(task, limit));
    }
  }

  // ---- what the main body's task tells

  @Override
  public void failed(Task<?> task, Throwable failure) {
    // who waits for the run gets it
  }

  @Override
  public void ended(Task<?> task) {
    scope.remove(task.scope());
  }

  @Override
  public String toString() {
    return "the run of " + runner;
  }
}
