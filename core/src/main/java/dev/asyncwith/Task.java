package dev.asyncwith;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * A child of a {@link TaskGroup}, which runs on a virtual thread of its own: Python's {@code
 * asyncio.Task}. Safe for use by several threads.
 *
 * @param <T> the type of its result
 */
public final class Task<T extends @Nullable Object> {
  private final TaskGroup group;
  private final Body body;
  private final Thread thread;

  Task(TaskGroup group, String name, Callable<? extends T> callable) {
    this.group = group;
    this.body = new Body(callable);
    this.thread = Thread.ofVirtual().name(name).unstarted(this::runInGroup);
  }

  /** Runs the callable once; done when the thread leaves it, also where it was cancelled. */
  private final class Body extends FutureTask<T> {
    @SuppressWarnings("unchecked")
    Body(Callable<? extends T> callable) {
      super((Callable<T>) callable);
    }

    @Override
    protected void setException(Throwable failure) {
      boolean expected = isCancelled() || group.isCancelled();
      boolean report = !expected || !Cancellations.isCancellation(failure);
      if (report) {
        group.record(failure); // before anybody who waits for this task can wake
      }
      super.setException(failure);
      if (report) {
        group.cancel();
      }
    }
  }

  void start() {
    thread.start();
  }

  /** Whether its thread is in {@link System#exit}, and so never ends. */
  boolean isInExit() {
    return JvmExit.holds(thread);
  }

  private void runInGroup() {
    try {
      body.run();
    } finally {
      group.childEnded(this);
    }
  }

  /**
   * The name of the task and of its thread.
   *
   * @return the name
   */
  public String name() {
    return thread.getName();
  }

  /**
   * Waits for the task's result.
   *
   * @return the result
   * @throws ExecutionException if the task failed; its failure is the cause
   * @throws CancellationException if the task was cancelled
   * @throws InterruptedException if the waiting thread was interrupted
   */
  public T get() throws ExecutionException, InterruptedException {
    return body.get();
  }

  /**
   * Cancels the task: its thread is interrupted, or does not begin. A task that is cancelled alone
   * is no failure of its group, which waits for its thread all the same.
   *
   * @return false if the task was done already
   */
  public boolean cancel() {
    boolean cancelled = body.cancel(false);
    if (cancelled) {
      // From a thread of its own: Thread.interrupt() waits for a thread that sits in a file read.
      var _ = Thread.ofVirtual().name("interrupt of " + name()).start(thread::interrupt);
    }
    return cancelled;
  }

  /**
   * Whether the task has a result, a failure, or was cancelled.
   *
   * @return true if {@link #get} does not wait
   */
  public boolean isDone() {
    return body.isDone();
  }

  @Override
  public String toString() {
    return "Task[" + name() + ", " + body.state() + "]";
  }
}
