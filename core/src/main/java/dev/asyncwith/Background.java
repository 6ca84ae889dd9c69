package dev.asyncwith;

import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that do not end with a block: those of {@code callAsync} and {@code shield}, and the
 * main body of a runner. A runner has one, whose tasks it cancels and waits for at its end; those
 * of no runner run until they are done, on daemon threads. Safe for use by several threads.
 */
final class Background implements Task.Parent {
  /** Of threads that no runner started. */
  static final Background OF_NO_RUNNER = new Background("background");

  private final CancelScope scope;
  private final ThreadFactory threads = Thread.ofVirtual().factory();

  // Guarded by this object's monitor.
  private final Set<Task<?>> running = new LinkedHashSet<>();
  private final Set<Waiter> waiting = new LinkedHashSet<>();
  private @Nullable String closed;
  private int started;

  Background(String kind) {
    scope = CancelScope.of(kind);
  }

  /**
   * Starts a task.
   *
   * @param name of the task and its thread; null for one with a number
   * @throws IllegalStateException if the runner has ended; the body does not run then
   */
  <T extends @Nullable Object> Task<T> start(
      @Nullable String name, Inherited inherited, Callable<? extends T> body) {
    return start(name, inherited, body, threads, false);
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
    Task<T> task;
    synchronized (this) {
      if (closed != null) {
        throw new IllegalStateException(closed);
      }
      started++;
      String shown = name == null ? "background-" + started : name;
      task = new Task<>(this, scope, shown, threadsOfTask, inherited, body);
      running.add(task);
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

  /** Refuses tasks from now on, with a message. */
  synchronized void close(String why) {
    closed = why;
  }

  /** Cancels the tasks that run now; others may start. */
  void cancelAll(String why) {
    runningTasks().forEach(task -> task.cancel(why));
  }

  synchronized List<Task<?>> runningTasks() {
    return List.copyOf(running);
  }

  /** Wakes a waiter when no task runs, which may be now. */
  void whenEmpty(Waiter waiter) {
    synchronized (this) {
      if (!running.isEmpty()) {
        waiting.add(waiter);
        return;
      }
    }
    waiter.wake();
  }

  /** Nobody may ever ask for the task, so its failure is not to be lost. */
  @Override
  public void failed(Task<?> task, Throwable failure) {
    if (!task.isHandled()) {
      System.getLogger("dev.asyncwith")
          .log(Level.WARNING, task.name() + " failed, and nobody waits for it", failure);
    }
  }

  @Override
  public void ended(Task<?> task) {
    scope.remove(task.scope());
    List<Waiter> toWake = List.of();
    synchronized (this) {
      running.remove(task);
      if (running.isEmpty()) {
        toWake = List.copyOf(waiting);
        waiting.clear();
      }
    }
    toWake.forEach(Waiter::wake);
  }
}
