package dev.asyncwith;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A mutual exclusion lock of strict first-in first-out order: Python's {@code asyncio.Lock}.
 *
 * {@snippet :
 * with(lock).run(() -> account.withdraw(amount));
 * }
 *
 * <p>It is owned by permit and not by thread: any thread may release it, and it is not re-entrant.
 * A release hands it to the thread that has waited longest, so that no newcomer overtakes. An
 * acquire that throws has had no effect: a thread that is interrupted just as the lock reaches it
 * passes it on. Actions before a release happen-before actions after the acquire that follows it.
 *
 * @see <a href="https://docs.python.org/3/library/asyncio-sync.html#asyncio.Lock">CPython,
 *     asyncio.locks</a>
 */
public final class AsyncLock implements AsyncGuard<RuntimeException> {
  /*
   * state      from → to by
   * FREE       HELD      acquire (compare-and-set, no waiters)
   * HELD       FREE      release (compare-and-set)
   * HELD       CONTENDED a waiter that joins the queue (compare-and-set, in the monitor)
   * CONTENDED  CONTENDED release with more waiters: the first of them owns the lock
   * CONTENDED  HELD      release to the last waiter, or the last waiter gives up (in the monitor)
   *
   * CONTENDED means that the queue is not empty; the queue and that state change only in the
   * monitor of the queue.
   */
  private static final int FREE = 0;
  private static final int HELD = 1;
  private static final int CONTENDED = 2;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(AsyncLock.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Queue<Waiter> waiters = new ArrayDeque<>();
  private volatile int state = FREE;

  private AsyncLock() {}

  /**
   * Makes a lock that is free.
   *
   * @return the lock
   */
  public static AsyncLock create() {
    return new AsyncLock();
  }

  /**
   * Acquires the lock, waiting for its turn.
   *
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call; the lock is not acquired then
   */
  public void acquire() throws InterruptedException {
    Waits.check("acquiring", this);
    if (!STATE.compareAndSet(this, FREE, HELD)) {
      Waiter waiter = join();
      if (waiter != null) {
        await(waiter);
      }
    }
  }

  /** Joins the queue; gives null if the lock became free meanwhile and was taken. */
  @Nullable Waiter join() {
    synchronized (waiters) {
      while (true) {
        if (STATE.compareAndSet(this, FREE, HELD)) {
          return null;
        }
        if (state == CONTENDED || STATE.compareAndSet(this, HELD, CONTENDED)) {
          var waiter = new Waiter();
          waiters.add(waiter);
          return waiter;
        }
      }
    }
  }

  private void await(Waiter waiter) throws InterruptedException {
    try {
      Waits.await(waiter, "acquiring", this);
    } catch (InterruptedException e) {
      if (!leave(waiter)) {
        release(); // the next one must not wait in vain
      }
      throw e;
    }
  }

  /** Leaves the queue; false if the lock has reached the waiter, who has to release it then. */
  boolean leave(Waiter waiter) {
    synchronized (waiters) {
      if (waiter.ready()) {
        return false;
      }
      waiters.remove(waiter);
      if (waiters.isEmpty()) {
        state = HELD;
      }
      return true;
    }
  }

  /**
   * Releases the lock: the thread that has waited longest owns it then.
   *
   * @throws IllegalStateException if the lock is free
   */
  public void release() {
    if (STATE.compareAndSet(this, HELD, FREE)) {
      return;
    }
    Waiter next;
    synchronized (waiters) {
      if (state != CONTENDED && !STATE.compareAndSet(this, HELD, FREE)) {
        throw new IllegalStateException(
            describe() + " is released but nobody holds it: release it once for each acquire");
      }
      next = waiters.poll();
      if (next != null) {
        next.grant();
        if (waiters.isEmpty()) {
          state = HELD;
        }
      }
    }
    if (next != null) {
      LockSupport.unpark(next.thread);
    }
  }

  /**
   * Whether somebody holds the lock.
   *
   * @return true if it is held now
   */
  public boolean locked() {
    return state != FREE;
  }

  @Override
  public @Nullable Void enter() throws InterruptedException {
    acquire();
    return null;
  }

  @Override
  public boolean exit(Outcome outcome) {
    release();
    return false;
  }

  @Override
  public String describe() {
    return "AsyncLock@" + Integer.toHexString(System.identityHashCode(this));
  }

  @Override
  public String toString() {
    int waiting;
    synchronized (waiters) {
      waiting = waiters.size();
    }
    return describe() + (locked() ? "[locked" : "[unlocked") + ", " + waiting + " waiters]";
  }
}
