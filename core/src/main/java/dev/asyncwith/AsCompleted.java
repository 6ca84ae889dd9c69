package dev.asyncwith;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tasks in the order in which they are done, made by {@link AsyncWith#asCompleted}: Python's {@code
 * asyncio.as_completed}.
 *
 * {@snippet :
 * asCompleted(tasks).forEach(task -> show(task.get()));
 *
 * AsCompleted<Task<Page>> pages = asCompleted(tasks, Duration.ofSeconds(5));
 * while (pages.hasNext()) {
 *   show(pages.next().get());
 * }
 * }
 *
 * <p>It has the methods of an iterator but is no {@link java.util.Iterator}, whose {@code next}
 * could not throw {@link InterruptedException}. A loop may be left at any time and taken up again.
 * The tasks are not cancelled, whatever happens.
 *
 * <p>It is used by one thread, the one that made it.
 *
 * @param <K> the type of the tasks
 */
public final class AsCompleted<K extends Task<?>> {
  private final AsyncClock clock = ThreadContext.inherited().clock();
  private final long begun = clock.nanoTime();
  private final @Nullable Duration timeout;
  private final long nanos;
  private final List<End> ends;
  private int left;

  // Guarded by this object's monitor.
  private final Queue<K> done = new ArrayDeque<>();
  private @Nullable Waiter waiting;
  private boolean expired;

  AsCompleted(Collection<? extends K> tasks, @Nullable Duration timeout) {
    Set<K> distinct = new LinkedHashSet<>();
    for (K task : tasks) {
      Objects.requireNonNull(task, "a task to wait for is null");
      if (task.thread() == Thread.currentThread()) {
        throw new IllegalStateException(task + " waits for itself, which would never end");
      }
      var _ = distinct.add(task);
    }
    this.timeout = timeout == null ? null : Deadline.checked(timeout);
    nanos = timeout == null ? Nanos.FOREVER : Nanos.of(timeout);
    left = distinct.size();
    ends = new ArrayList<>(left);
    for (K task : distinct) {
      var end = new End(task);
      ends.add(end);
      task.whenComplete(end);
    }
  }

  /** Hears of the end of one task, on any thread. */
  private final class End extends Waiter {
    private final K task;

    End(K task) {
      this.task = task;
    }

    @Override
    void wake() {
      Waiter toWake;
      synchronized (AsCompleted.this) {
        done.add(task);
        toWake = waiting;
      }
      if (toWake != null) {
        toWake.wake();
      }
    }
  }

  /**
   * Whether there are tasks that {@link #next} has not given. It does not wait.
   *
   * @return true if so
   */
  public boolean hasNext() {
    return left > 0;
  }

  /**
   * Waits until the next task is done.
   *
   * @return the task, one of those that were given, which is done
   * @throws NoSuchElementException if all have been given
   * @throws TimeoutExceededException if the time is over and no task is done that was not given;
   *     the tasks go on
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call; no task is lost then
   */
  public K next() throws InterruptedException {
    if (left == 0) {
      throw new NoSuchElementException("all tasks have been given: ask hasNext before next");
    }
    K task = poll();
    if (task == null) {
      throw new TimeoutExceededException(
          "%d of %d tasks are not done and the timeout of %s is exceeded"
              .formatted(left, ends.size(), timeout),
          null);
    }
    return task;
  }

  /**
   * Calls a body with each task, in the order in which they are done, on the calling thread.
   *
   * @param <E> the checked exception that the body throws
   * @param body what to do with a task that is done
   * @throws E if the body does
   * @throws TimeoutExceededException if the time is over before all tasks are done; they go on
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, or the body throws it
   */
  public <E extends Throwable> void forEach(With1.Action<? super K, ? extends E> body)
      throws E, InterruptedException {
    var _ = Bodies.required(body);
    while (hasNext()) {
      body.run(next());
    }
  }

  /** Waits for a task that is done; null if the time is over first. */
  @Nullable K poll() throws InterruptedException {
    Waits.check("waiting for", this);
    AsyncClock.Alarm alarm = null;
    try {
      while (true) {
        var waiter = new Waiter();
        synchronized (this) {
          K task = done.poll();
          if (task != null) {
            left--;
            return task;
          }
          if (expired || (nanos != Nanos.FOREVER && clock.nanoTime() - begun >= nanos)) {
            return null;
          }
          waiting = waiter;
        }
        if (nanos != Nanos.FOREVER && alarm == null) {
          alarm = clock.schedule(begun + nanos, this::expire);
        }
        Waits.await(waiter, "waiting for", this);
      }
    } finally {
      if (alarm != null) {
        alarm.cancel();
      }
    }
  }

  private void expire() {
    Waiter toWake;
    synchronized (this) {
      expired = true;
      toWake = waiting;
    }
    if (toWake != null) {
      toWake.wake();
    }
  }

  /** Hears of no more ends. */
  void forget() {
    ends.forEach(end -> end.task.forget(end));
  }

  /** Those of the tasks that are done now, and the others. */
  Waited<K> state() {
    Set<K> ready = new LinkedHashSet<>();
    Set<K> pending = new LinkedHashSet<>();
    for (End end : ends) {
      var _ = (end.task.isDone() ? ready : pending).add(end.task);
    }
    return new Waited<>(ready, pending);
  }

  @Override
  public String toString() {
    return "AsCompleted[" + left + " of " + ends.size() + " tasks]";
  }
}
