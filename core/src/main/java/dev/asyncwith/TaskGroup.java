package dev.asyncwith;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that do not outlive a block: Python's {@code asyncio.TaskGroup}.
 *
 * {@snippet :
 * with(TaskGroup.create()).run(tasks -> {
 *   Task<String> one = tasks.fork(() -> fetch("/one"));
 *   Task<String> two = tasks.fork(() -> fetch("/two"));
 * });   // both are done here
 * }
 *
 * <p>Each task runs on a virtual thread; the body runs on the caller's. The exit waits for all
 * tasks. When a task fails the others are cancelled (their threads are interrupted), and the exit
 * throws an {@link ExceptionGroup} of all failures, that of the body included. When the body fails
 * or its thread is interrupted while it waits, the tasks are cancelled and waited for. A running
 * body is not interrupted when a task fails.
 *
 * <p>Threads may fork as long as the body or a task runs. A group serves one block.
 */
public final class TaskGroup implements AsyncContextManager<TaskGroup, RuntimeException> {
  private enum State {
    NEW,
    OPEN,
    CLOSED
  }

  // Guarded by this group's monitor.
  private final Set<Task<?>> running = new LinkedHashSet<>();
  private final List<Throwable> failures = new ArrayList<>();
  private State state = State.NEW;
  private boolean cancelled;
  private int forked;

  private TaskGroup() {}

  /**
   * Makes a group.
   *
   * @return the group, for one block
   */
  public static TaskGroup create() {
    return new TaskGroup();
  }

  /**
   * Starts a task that gives a result.
   *
   * @param <T> the type of the result
   * @param body what it does
   * @return the task
   * @throws IllegalStateException if the group is not in its block, or is being cancelled; the body
   *     does not run then
   */
  public <T extends @Nullable Object> Task<T> fork(Callable<? extends T> body) {
    return fork(null, body);
  }

  /**
   * Starts a task that gives a result, with a name.
   *
   * @param <T> the type of the result
   * @param name the name of the task and its thread; null for one with a number
   * @param body what it does
   * @return the task
   * @throws IllegalStateException if the group is not in its block, or is being cancelled; the body
   *     does not run then
   */
  public synchronized <T extends @Nullable Object> Task<T> fork(
      @Nullable String name, Callable<? extends T> body) {
    Objects.requireNonNull(body, "the body of the task is null");
    if (state != State.OPEN || cancelled) {
      String why =
          cancelled ? "is being cancelled" : state == State.NEW ? "was not entered" : "has ended";
      throw new IllegalStateException(
          describe() + " " + why + ", so it takes no new tasks: fork inside its block");
    }
    forked++;
    var task = new Task<T>(this, name == null ? "task-" + forked : name, body);
    running.add(task);
    task.start();
    return task;
  }

  /**
   * Starts a task without a result.
   *
   * @param body what it does
   * @return the task
   * @throws IllegalStateException if the group is not in its block, or is being cancelled; the body
   *     does not run then
   */
  public Task<@Nullable Void> fork(With0.Action<? extends Exception> body) {
    return fork(null, body);
  }

  /**
   * Starts a task without a result, with a name.
   *
   * @param name the name of the task and its thread; null for one with a number
   * @param body what it does
   * @return the task
   * @throws IllegalStateException if the group is not in its block, or is being cancelled; the body
   *     does not run then
   */
  public Task<@Nullable Void> fork(@Nullable String name, With0.Action<? extends Exception> body) {
    Objects.requireNonNull(body, "the body of the task is null");
    return fork(
        name,
        () -> {
          body.run();
          return null;
        });
  }

  /**
   * Cancels all tasks: their threads are interrupted, and no new ones start. The group ends when
   * they have.
   */
  public void cancel() {
    List<Task<?>> targets;
    synchronized (this) {
      if (cancelled) {
        return;
      }
      cancelled = true;
      targets = List.copyOf(running);
    }
    targets.forEach(Task::cancel); // outside the monitor, which their threads need to end
  }

  @Override
  public synchronized TaskGroup enter() {
    if (state != State.NEW) {
      throw new IllegalStateException(
          describe() + " was already entered: a group serves one block, make a new one");
    }
    state = State.OPEN;
    return this;
  }

  /**
   * Waits for all tasks; throws their failures.
   *
   * @param outcome how the body ended; if it failed the tasks are cancelled first
   * @return false
   * @throws ExceptionGroup of all failures, if a task failed
   * @throws Error bare, if a task threw one, with the other failures suppressed in it
   * @throws InterruptedException if the thread was interrupted while it waited; the tasks were
   *     cancelled and have ended
   */
  @Override
  public boolean exit(Outcome outcome) throws InterruptedException {
    HeldInterrupt.release(); // hidden from this wait, an interrupt would leave it without an end
    if (outcome.failure() != null) {
      cancel();
    }
    ExitWatch.pauseImplied();
    boolean interrupted = awaitTasks();
    ExitWatch.resumeImplied();
    if (!failures.isEmpty()) {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      throwFailures(outcome);
    }
    if (interrupted) {
      throw new InterruptedException("interrupted while waiting for the tasks of " + describe());
    }
    return false;
  }

  private boolean awaitTasks() {
    boolean interrupted = false;
    while (true) {
      try {
        awaitEnd();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
        cancel();
      }
    }
  }

  private synchronized void awaitEnd() throws InterruptedException {
    while (!running.isEmpty()) {
      wait();
    }
    state = State.CLOSED;
  }

  private void throwFailures(Outcome outcome) {
    Throwable body = outcome.failure();
    List<Throwable> all = new ArrayList<>(failures);
    if (body != null && !(outcome instanceof Outcome.Cancelled) && !isEcho(body)) {
      all.addFirst(body);
    }
    for (Throwable failure : failures) {
      if (failure instanceof Error error) {
        all.stream().filter(other -> other != error).forEach(error::addSuppressed);
        if (body != null) {
          ExitFailures.supersede(body, error);
        }
        throw error;
      }
    }
    var group = new ExceptionGroup("tasks of " + describe() + " failed", all);
    if (body != null && !all.contains(body)) {
      group.initCause(body);
    }
    throw group;
  }

  /** Whether the body's failure only says that a task of this group has failed. */
  private boolean isEcho(Throwable body) {
    return switch (body) {
      case ExecutionException e -> failures.stream().anyMatch(f -> f == e.getCause());
      case CancellationException _ -> true; // of a task that was cancelled because of the failure
      default -> false;
    };
  }

  synchronized boolean isCancelled() {
    return cancelled;
  }

  synchronized void record(Throwable failure) {
    failures.add(failure);
  }

  synchronized void childEnded(Task<?> task) {
    running.remove(task);
    if (running.isEmpty()) {
      notifyAll();
    }
  }

  @Override
  public String describe() {
    return "TaskGroup@" + Integer.toHexString(System.identityHashCode(this));
  }
}
