package dev.asyncwith;

import java.util.List;

/**
 * A flag that threads wait for: Python's {@code asyncio.Event}.
 *
 * {@snippet :
 * var ready = AsyncEvent.create();
 * tasks.fork(() -> { ready.await(); serve(); });
 * prepare();
 * ready.set();
 * }
 *
 * <p>{@link #set} wakes all that wait at that moment, even if {@link #clear} follows at once.
 * Actions before a {@code set} happen-before actions after an {@link #await} that returns by it.
 *
 * <p>Safe for use by several threads.
 *
 * @see <a href="https://docs.python.org/3/library/asyncio-sync.html#asyncio.Event">CPython 3.13,
 *     asyncio.locks</a>
 */
public final class AsyncEvent {
  /** Its monitor guards the flag, too. */
  private final WaitQueue waiters = new WaitQueue();

  private volatile boolean set;

  private AsyncEvent() {}

  /**
   * Makes an event that is not set.
   *
   * @return the event
   */
  public static AsyncEvent create() {
    return new AsyncEvent();
  }

  /** Sets the flag, and wakes all that wait for it; does nothing if it is set. */
  public void set() {
    List<WaitQueue.Node> woken;
    synchronized (waiters) {
      set = true;
      woken = waiters.pollAll();
    }
    woken.forEach(Waiter::wake);
  }

  /** Clears the flag, so that who awaits it from now on waits for the next {@link #set}. */
  public void clear() {
    synchronized (waiters) {
      set = false;
    }
  }

  /**
   * Whether the flag is set.
   *
   * @return true if it is set now
   */
  public boolean isSet() {
    return set;
  }

  /**
   * Returns when the flag is set, at once if it is already.
   *
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call
   */
  public void await() throws InterruptedException {
    Waits.check("waiting for", this);
    if (set) {
      return;
    }
    var node = new WaitQueue.Node();
    synchronized (waiters) {
      if (set) {
        return;
      }
      waiters.add(node);
    }
    try {
      Waits.await(node, "waiting for", this);
    } catch (InterruptedException e) {
      synchronized (waiters) {
        boolean _ = waiters.remove(node); // or it was woken, and has nothing to pass on
      }
      throw e;
    }
  }

  /**
   * How many threads wait for the flag.
   *
   * @return the number, which may change at any moment
   */
  public int waiting() {
    return waiters.size();
  }

  /**
   * The event with its state, and how many wait for it.
   *
   * @return for example {@code AsyncEvent@1f[unset, 2 waiters]}
   */
  public String describe() {
    return Names.ofObject(this)
        + (set ? "[set, " : "[unset, ")
        + Names.count(waiting(), "waiter")
        + "]";
  }

  @Override
  public String toString() {
    return describe();
  }
}
