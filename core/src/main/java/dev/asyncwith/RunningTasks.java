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
  private static final VarHandle NUMBER;
  private static final VarHandle NEWEST;
  private static final VarHandle FORKS;

  static {
    try {
      var lookup = MethodHandles.lookup();
      NUMBER = lookup.findVarHandle(RunningTasks.class, "number", int.class);
      NEWEST = lookup.findVarHandle(RunningTasks.class, "newest", Place.class);
      FORKS = lookup.findVarHandle(RunningTasks.class, "forks", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** The number when the owner waits and there are none: no more are added. */
  private static final int CLOSED = -1;

  /**
   * A place in the list. It is published by {@link #newest} and emptied once, so it is no matter
   * that others may see that late.
   */
  static final class Place<T> {
    @Nullable T task;
    @Nullable Place<T> older;

    private Place(T task) {
      this.task = task;
    }
  }

  /**
   * How many there are, those included that are being added or removed; one less once the owner
   * waits.
   */
  private volatile int number;

  @SuppressWarnings("UnusedVariable") // but by its handle
  private volatile int forks;

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

  /** Counts the tasks from 1 on, those included that are not added in the end. */
  int nextNumber() {
    return (int) FORKS.getAndAdd(this, 1) + 1;
  }

  /** Gives a task a place; null if it is closed. */
  @Nullable Place<T> add(T task) {
    var place = new Place<T>(task); // if there is no memory for it, nothing has been counted
    int before;
    do {
      before = number;
      if (before == CLOSED) {
        return null;
      }
    } while (!NUMBER.compareAndSet(this, before, before + 1));
    if (++added > few + 2 * before) {
      added = 0;
      takeOutEmpty();
    }
    Place<T> next;
    do {
      next = newest;
      place.older = next;
    } while (!NEWEST.compareAndSet(this, next, place));
    return place;
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
    return (int) NUMBER.getAndAdd(this, -1) - 1;
  }

  /** By the owner: from now on it waits for the end of all. Tells whether there are none. */
  boolean awaitNone() {
    if (ownerWaits) {
      return number == CLOSED;
    }
    ownerWaits = true;
    return decrement() == CLOSED;
  }

  /** Whether there are none and the owner waits, or somebody wants it to look. */
  @Override
  boolean ready() {
    return number == CLOSED || super.ready();
  }

  /** Wants the owner to look. */
  @Override
  void wake() {
    grant();
    unpark(owner);
  }

  int size() {
    int now = number;
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
