package dev.asyncwith;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The readiness handshake of {@link TaskGroup#start}. Until the task is ready, its failure belongs
 * to who started it, and then to the group.
 */
final class Starting<V extends @Nullable Object> implements TaskStatus<V>, Task.Parent {
  private final TaskGroup group;
  private final Waiter starter = new Waiter();

  // Guarded by this object's monitor.
  private boolean ready;
  private @Nullable V value;

  Starting(TaskGroup group) {
    this.group = group;
  }

  @Override
  public void started(V given) {
    synchronized (this) {
      if (ready) {
        throw new IllegalStateException("started was called before: a task is ready once");
      }
      ready = true;
      value = given;
    }
    starter.wake();
  }

  private synchronized boolean isReady() {
    return ready;
  }

  @SuppressWarnings("NullAway") // null only where the task may give it
  private synchronized V value() {
    return value;
  }

  @Override
  public void failed(Task<?> task, Throwable failure) {
    if (isReady()) {
      group.failed(task, failure);
    }
  }

  @Override
  public void ended(Task<?> task) {
    group.ended(task);
    starter.wake();
  }

  /** Waits until the task is ready. One that is not when the wait is cut short is ended. */
  V await(Task<?> task) throws ExecutionException, InterruptedException {
    try {
      Waits.await(starter, "waiting for the start of", task);
    } catch (InterruptedException e) {
      if (!isReady()) {
        task.cancel("who started it waits no longer");
        Waits.uninterruptibly(task);
      }
      throw e;
    }
    if (isReady()) {
      return value();
    }
    try {
      var _ = task.resultNow();
    } catch (CancellationException cancelled) {
      Waits.check("waiting for the start of", task); // cancelled together with the starter
      throw cancelled;
    }
    throw new IllegalStateException(
        task + " ended without being ready: call started once in its body");
  }
}
