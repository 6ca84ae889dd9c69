package dev.asyncwith;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a group that have not ended. It has no lock: tasks end at the same time, and a
 * virtual thread that has to wait for a monitor goes on microseconds later.
 *
 * <p>A task that ends empties its place in a linked list, the newest first. Who adds tasks takes
 * the empty places out, when there are more of them than tasks. They may do so at the same time: a
 * link only ever skips empty places, so that from each place all tasks that are older can be
 * reached.
 *
 * @param <T> the tasks; a model checker has some without threads
 */
final class RunningTasks<T> {
  private static final int CLOSED = Integer.MIN_VALUE;

  /** A place in the list. */
  static final class Place<T> {
    volatile @Nullable T task;
    @Nullable Place<T> older;

    private Place(T task) {
      this.task = task;
    }
  }

  /** How many there are, those included that are being added or removed. */
  private final AtomicInteger number = new AtomicInteger();

  /** Which may be empty, and is not taken out: others add before it. */
  final AtomicReference<@Nullable Place<T>> newest = new AtomicReference<>();

  /** So many empty places are not worth a walk. */
  private final int few;

  /** About how many places were added since the empty ones were taken out. */
  private int added;

  RunningTasks() {
    this(32);
  }

  RunningTasks(int few) {
    this.few = few;
  }

  /** Gives a task a place; null if it is closed. */
  @Nullable Place<T> add(T task) {
    var place = new Place<T>(task); // if there is no memory for it, nothing has been counted
    int before;
    do {
      before = number.get();
      if (before == CLOSED) {
        return null;
      }
    } while (!number.compareAndSet(before, before + 1));
    if (++added > few + 2 * before) {
      added = 0;
      takeOutEmpty();
    }
    Place<T> next;
    do {
      next = newest.get();
      place.older = next;
    } while (!newest.compareAndSet(next, place));
    return place;
  }

  private void takeOutEmpty() {
    for (Place<T> place = newest.get(); place != null; place = place.older) {
      place.older = firstFull(place.older);
    }
  }

  private static <T> @Nullable Place<T> firstFull(@Nullable Place<T> from) {
    Place<T> place = from;
    while (place != null && place.task == null) {
      place = place.older;
    }
    return place;
  }

  /** Empties a place, once; tells whether that was the last. */
  boolean removeLast(Place<T> place) {
    place.task = null;
    return number.decrementAndGet() == 0;
  }

  /** Takes no more, if there is none; false if there is. */
  boolean closeIfEmpty() {
    return number.compareAndSet(0, CLOSED) || number.get() == CLOSED;
  }

  int size() {
    return Math.max(number.get(), 0);
  }

  /** The oldest first. */
  List<T> copy() {
    List<T> tasks = new ArrayList<>();
    for (Place<T> place = newest.get(); place != null; place = place.older) {
      T task = place.task;
      if (task != null) {
        tasks.add(task);
      }
    }
    Collections.reverse(tasks);
    return tasks;
  }

  /** Whether something is so of all of them. */
  boolean areAll(Predicate<? super T> condition) {
    return copy().stream().filter(condition).count() == number.get();
  }
}
