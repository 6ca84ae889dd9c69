package dev.asyncwith;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a group that have not ended, and the wait of the group's owner for their end. It has
 * no lock: tasks end at the same time, and a virtual thread that has to wait for a monitor goes on
 * microseconds later. Nor has it parts: what forks and ends change lies side by side, for each line
 * of memory that goes from processor to processor takes as long as ten atomic steps.
 *
 * <p>A task that ends empties its place in a linked list, the newest first. Who adds tasks takes
 * the empty places out, when there are more of them than tasks. They may do so at the same time: a
 * link only ever skips empty places, so that from each place all tasks that are older can be
 * reached.
 *
 * @param <T> the tasks; a model checker has some without threads
 */
class RunningTasks<T> extends Waiter {
  private static final VarHandle COUNTS;
  private static final VarHandle NEWEST;

  static {
    try {
      var lookup = MethodHandles.lookup();
      COUNTS = lookup.findVarHandle(RunningTasks.class, "counts", long.class);
      NEWEST = lookup.findVarHandle(RunningTasks.class, "newest", Place.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What a fork adds to the upper half of the counts. */
  private static final long FORK = 1L << 32;

  /**
   * The lower half when the owner waits and there are no tasks: no more are added, so that it is no
   * matter that the upper half is one less then.
   */
  private static final int CLOSED = -1;

  /**
   * A place in the list. It is published by {@link #newest} and emptied once, so it is no matter
   * that others may see that late.
   */
  static final class Place<T> {
    @Nullable T task;
    @Nullable Place<T> older;

    Place(T task) {
      this.task = task;
    }
  }

  /**
   * How many were counted; and in the lower half how many of them have not ended, one less once the
   * owner waits. Both are one word, for an atomic step waits until all that was written before it
   * has arrived: of a task that was just made, a dozen lines of memory.
   */
  private volatile long counts;

  /** Which may be empty, and is not taken out: others add before it. */
  volatile @Nullable Place<T> newest;

  /** Set before anything is added. */
  private @Nullable Thread owner;

  /** Written by the owner, before it is one less. */
  private boolean ownerWaits;

  /** So many empty places are not worth a walk. */
  private final int few;

  /** About how many places were added since the empty ones were taken out. */
  private int added;

  RunningTasks() {
    this(32);
  }

  RunningTasks(int few) {
    super(null);
    this.few = few;
  }

  /** Whom the last one wakes. */
  void ownedBy(Thread thread) {
    owner = thread;
  }

  /** Counts a task that will be added; gives its number, from 1 on, or 0 if it is closed. */
  long count() {
    long before;
    do {
      before = counts;
      if ((int) before == CLOSED) {
        return 0;
      }
    } while (!COUNTS.compareAndSet(this, before, before + FORK + 1));
    return (before >>> 32) + 1;
  }

  /** Adds the place of a task that was counted. */
  void add(Place<T> place) {
    if (++added > few + 2 * size()) {
      added = 0;
      takeOutEmpty();
    }
    Place<T> next;
    do {
      next = newest;
      place.older = next;
    } while (!NEWEST.compareAndSet(this, next, place));
  }

  private void takeOutEmpty() {
    for (Place<T> place = newest; place != null; place = place.older) {
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

  /** Empties a place, once; wakes the owner if it waits and that was the last. */
  void remove(Place<T> place) {
    place.task = null;
    if (decrement() == CLOSED) {
      unpark(owner);
    }
  }

  /** Apart, for a model checker has to know of it. */
  void unpark(@Nullable Thread waiting) {
    LockSupport.unpark(waiting);
  }

  private int decrement() {
    return (int) (long) COUNTS.getAndAdd(this, -1L) - 1;
  }

  /** By the owner: from now on it waits for the end of all. Tells whether there are none. */
  boolean awaitNone() {
    if (ownerWaits) {
      return (int) counts == CLOSED;
    }
    ownerWaits = true;
    return decrement() == CLOSED;
  }

  /** Whether there are none and the owner waits, or somebody wants it to look. */
  @Override
  boolean ready() {
    return (int) counts == CLOSED || super.ready();
  }

  /** Wants the owner to look. */
  @Override
  void wake() {
    grant();
    unpark(owner);
  }

  int size() {
    int now = (int) counts;
    return ownerWaits ? now + 1 : now;
  }

  /** The oldest first. */
  List<T> copy() {
    List<T> tasks = new ArrayList<>();
    for (Place<T> place = newest; place != null; place = place.older) {
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
    return copy().stream().filter(condition).count() == size();
  }
}
