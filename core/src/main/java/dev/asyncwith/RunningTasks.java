package dev.asyncwith;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The tasks of a group that have not ended. It has no lock: tasks end at the same time, and a
 * virtual thread that has to wait for a monitor goes on microseconds later.
 */
final class RunningTasks {
  private static final int CLOSED = Integer.MIN_VALUE;

  private final Set<Task<?>> tasks = ConcurrentHashMap.newKeySet();

  /** How many there are, those included that are being added or removed. */
  private final AtomicInteger number = new AtomicInteger();

  /** False if it is closed. */
  boolean add(Task<?> task) {
    int before;
    do {
      before = number.get();
      if (before == CLOSED) {
        return false;
      }
    } while (!number.compareAndSet(before, before + 1));
    return tasks.add(task);
  }

  /** Whether it was the last; only of a task that was added, and once. */
  boolean removeLast(Task<?> task) {
    tasks.remove(task);
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
  List<Task<?>> copy() {
    return tasks.stream()
        .sorted(Comparator.comparingLong((Task<?> task) -> task.thread().threadId()))
        .toList();
  }

  /** Whether all of them are in {@link System#exit}, and so never end. */
  boolean areInExit() {
    return JvmExit.hasBegun() && tasks.stream().filter(Task::isInExit).count() == number.get();
  }
}
