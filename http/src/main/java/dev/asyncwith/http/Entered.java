package dev.asyncwith.http;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The values that a re-usable manager has entered and not exited. An exit is not told for which
 * enter it is, so that each thread may have one at a time; the exit takes that of its own thread,
 * and on a thread that has none the only one there is.
 *
 * @param <T> the type of the values
 */
final class Entered<T> {
  private record Held<T>(Thread by, T value) {}

  private final List<Held<T>> all = new ArrayList<>(1);

  /** To be asked before anything is acquired. */
  synchronized void refuseSecond(String manager) {
    for (Held<T> held : all) {
      if (held.by == Thread.currentThread()) {
        throw new IllegalStateException(
            manager
                + " is already entered by this thread: make another one for the second block, or"
                + " use open() and close what it gives");
      }
    }
  }

  synchronized void add(T value) {
    all.add(new Held<>(Thread.currentThread(), value));
  }

  synchronized T remove(String manager) {
    for (Iterator<Held<T>> i = all.iterator(); i.hasNext(); ) {
      Held<T> held = i.next();
      if (held.by == Thread.currentThread()) {
        i.remove();
        return held.value;
      }
    }
    if (all.isEmpty()) {
      throw new IllegalStateException(manager + " is exited without having been entered");
    }
    if (all.size() > 1) {
      throw new IllegalStateException(
          ("%s is exited on %s, which did not enter it, while %d other threads have: exit it where"
                  + " it was entered, or make one for each block")
              .formatted(manager, Thread.currentThread(), all.size()));
    }
    return all.removeFirst().value;
  }
}
