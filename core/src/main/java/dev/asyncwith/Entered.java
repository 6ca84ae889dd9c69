package dev.asyncwith;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values that a re-usable manager has entered and not exited. An exit is not told for which
 * enter it is, so each thread may have one at a time; the exit takes that of its own thread, and on
 * a thread that has none the only one there is.
 */
final class Entered<T extends @Nullable Object> {

  /** A place is kept from before the value is acquired until it is released. */
  private static final class Held<T extends @Nullable Object> {
    final Thread by = Thread.currentThread();
    boolean acquired;
    @Nullable T value;
  }

  /** Guarded by this object's monitor, as are the fields of what it holds. */
  private final List<Held<T>> all = new ArrayList<>(1);

  <X extends Throwable> T enter(
      AsyncContextManager<?, ?> manager, AsyncWith.Acquire<T, ? extends X> acquire)
      throws X, InterruptedException {
    Held<T> held = reserve(manager);
    boolean acquired = false;
    try {
      T value = acquire.acquire();
      acquired = true;
      keep(held, value);
      return value;
    } finally {
      if (!acquired) {
        remove(held);
      }
    }
  }

  private synchronized Held<T> reserve(AsyncContextManager<?, ?> manager) {
    for (Held<T> held : all) {
      if (held.by == Thread.currentThread()) {
        throw new IllegalStateException(
            manager.describe()
                + " is already entered by this thread: make another one for the second block"
                + (manager instanceof AsyncResource
                    ? ", or use open() and close what it gives"
                    : ""));
      }
    }
    var held = new Held<T>();
    all.add(held);
    return held;
  }

  private synchronized void keep(Held<T> held, T value) {
    held.value = value;
    held.acquired = true;
  }

  private synchronized void remove(Held<T> held) {
    all.remove(held);
  }

  /** Takes the value that is to be released. */
  @SuppressWarnings("NullAway") // acquired, so it is what acquire gave
  synchronized T exit(AsyncContextManager<?, ?> manager) {
    Held<T> only = null;
    int others = 0;
    for (Iterator<Held<T>> i = all.iterator(); i.hasNext(); ) {
      Held<T> held = i.next();
      if (held.acquired && held.by == Thread.currentThread()) {
        i.remove();
        return held.value;
      }
      if (held.acquired) {
        only = held;
        others++;
      }
    }
    if (only == null) {
      throw new IllegalStateException(
          manager.describe() + " is exited without having been entered");
    }
    if (others > 1) {
      throw new IllegalStateException(
          ("%s is exited on %s, which did not enter it, while %d other threads have: exit it where"
                  + " it was entered, or make one for each block")
              .formatted(manager.describe(), Thread.currentThread(), others));
    }
    all.remove(only);
    return only.value;
  }
}
