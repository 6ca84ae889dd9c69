package dev.asyncwith;

import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that do not end with a block: those of {@code callAsync} and {@code shield}. Each run
 * of a runner has one, whose tasks it cancels and waits for at its end; those of no runner run
 * until they are done, on daemon threads. Safe for use by several threads.
 */
final class Background implements Task.Parent {
  /** Of threads that no runner started. */
  static final Background OF_NO_RUNNER = new Background("background");

  private final String runner;
  private final CancelScope scope;
  private final ThreadFactory threads;

  // Guarded by this object's monitor.
  private final Set<Task<?>> running = new LinkedHashSet<>();
  private final Set<DetachedExit> exits = new LinkedHashSet<>();
  private final Set<Waiter> waiting = new LinkedHashSet<>();
  private @Nullable String closed;
  private int started;

  /** Whether the run that started the tasks is over, and they are only waited for. */
  private volatile boolean ending;

  Background(String runner) {
    this(runner, Task.VIRTUAL);
  }

  Background(String runner, ThreadFactory threads) {
    this.runner = runner;
    scope = CancelScope.of("tasks of " + runner);
    this.threads = threads;
  }

  /** The runner whose tasks they are. */
  String runner() {
    return runner;
  }

  /**
   * Starts a task.
   *
   * @param name of the task and its thread; null for one with a number
   * @throws IllegalStateException if the runner has ended; the body does not run then
   */
  <T extends @Nullable Object> Task<T> start(
      @Nullable String name, Inherited inherited, Callable<? extends T> body) {
    return start(name, inherited, body, this, threads, false);
  }

  /** Like the other; {@code parent} hears of the end of the task and tells it on to this. */
  <T extends @Nullable Object> Task<T> start(
      @Nullable String name, Inherited inherited, Callable<? extends T> body, Task.Parent parent) {
    return start(name, inherited, body, parent, threads, false);
  }

  /**
   * Starts a task on a thread of a factory.
   *
   * @param handled whether somebody will look at its end, so that a failure is not logged
   */
  <T extends @Nullable Object> Task<T> start(
      @Nullable String name,
      Inherited inherited,
      Callable<? extends T> body,
      ThreadFactory threadsOfTask,
      boolean handled) {
    return start(name, inherited, body, this, threadsOfTask, handled);
  }

  private <T extends @Nullable Object> Task<T> start(
      @Nullable String name,
      Inherited inherited,
      Callable<? extends T> body,
      Task.Parent parent,
      ThreadFactory threadsOfTask,
      boolean handled) {
    requireOpen();
    String numbered = nextName();
    String shown = name == null ? numbered : name;
    var task = new Task<T>(parent, scope, shown, threadsOfTask, inherited, body);
    boolean added = false;
    try {
      synchronized (this) { // it may have been closed meanwhile
        requireOpen();
        running.add(task);
        added = true;
      }
    } finally {
      if (!added) {
        task.discard();
      }
    }
    scope.add(task.scope());
    CancelScope.Cancel cancelled = scope.cancelledAnywhere();
    if (cancelled != null) {
      task.scope().cancelFromAbove(cancelled);
    }
    if (handled) {
      var _ = task.handled();
    }
    task.start();
    return task;
  }

  private synchronized String nextName() {
    started++;
    return "background-" + started;
  }

  private synchronized void requireOpen() {
    if (closed != null) {
      throw new IllegalStateException(closed);
    }
  }

  /** Refuses tasks from now on, with a message. Returns those that still run. */
  synchronized List<Task<?>> close(String why) {
    closed = why;
    return List.copyOf(running);
  }

  /** The run is over: cancels the tasks that it left behind; whatever fails now is reported. */
  void end(String why) {
    ending = true;
    cancelAll(why);
  }

  boolean isEnding() {
    return ending;
  }

  /** Cancels the tasks that run now; others may start. */
  void cancelAll(String why) {
    runningTasks().forEach(task -> task.cancel(why));
  }

  synchronized List<Task<?>> runningTasks() {
    return List.copyOf(running);
  }

  /** The detached exits that have not ended, those that were abandoned among them. */
  synchronized List<DetachedExit> exits() {
    return List.copyOf(exits);
  }

  synchronized void began(DetachedExit exit) {
    exits.add(exit);
  }

  void ended(DetachedExit exit) {
    synchronized (this) {
      exits.remove(exit);
    }
    wakeIfEmpty();
  }

  synchronized boolean isEmpty() {
    return running.isEmpty() && exits.isEmpty();
  }

  /** Wakes a waiter when no task and no detached exit runs, which may be now. */
  void whenEmpty(Waiter waiter) {
    synchronized (this) {
      waiting.add(waiter);
    }
    wakeIfEmpty();
  }

  private void wakeIfEmpty() {
    List<Waiter> toWake;
    synchronized (this) {
      if (!isEmpty()) {
        return;
      }
      toWake = List.copyOf(waiting);
      waiting.clear();
    }
    toWake.forEach(Waiter::wake);
  }

  /** Nobody may ever ask for the task, so its failure is not to be lost. */
  @Override
  public void failed(Task<?> task, Throwable failure) {
    if (ending || !task.isHandled()) {
      String when = ending ? " failed after the run that started it had ended" : " failed";
      System.getLogger("dev.asyncwith")
          .log(Level.WARNING, task.name() + when + ", and nobody waits for it", failure);
    }
  }

  @Override
  public void ended(Task<?> task) {
    scope.remove(task.scope());
    synchronized (this) {
      running.remove(task);
    }
    wakeIfEmpty();
  }
}
