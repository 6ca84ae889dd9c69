package dev.asyncwith;

import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A lock with a queue of threads that wait, without it, for what others do under it: Python's
 * {@code asyncio.Condition}. Its block is the block of its lock.
 *
 * {@snippet :
 * var changed = AsyncCondition.create();
 * Item take() throws InterruptedException {
 *   return with(changed).call(() -> {
 *     changed.awaitUntil(() -> !items.isEmpty());
 *     return items.removeFirst();
 *   });
 * }
 * void put(Item item) throws InterruptedException {
 *   with(changed).run(() -> {
 *     items.addLast(item);
 *     changed.signal();
 *   });
 * }
 * }
 *
 * <p>A wait gives the lock up and has it again when it ends, whatever way it ends: it returns or
 * throws with the lock held, and once. So {@link #await} in a block is followed by the rest of the
 * block, or by its exit, under the lock. Signals serve in the order of arrival, and who is
 * signalled gets the lock in the order of the signals.
 *
 * <p>A thread that is to stop after it was signalled passes the signal on to the next, so that none
 * is lost. So a waiter may wake although nothing was signalled for it: look again at what you wait
 * for, as {@link #awaitUntil(BooleanSupplier)} does.
 *
 * <p>Safe for use by several threads. Like its lock it is owned by permit and not by thread: {@link
 * #await} and {@link #signal} need the lock to be held, and trust that it is by the caller.
 *
 * @see <a href="https://docs.python.org/3/library/asyncio-sync.html#asyncio.Condition">CPython
 *     3.13, asyncio.locks</a>
 */
public final class AsyncCondition implements AsyncGuard<RuntimeException> {
  private final AsyncLock lock;
  private final ConditionQueue waiters;

  private AsyncCondition(AsyncLock lock) {
    this.lock = lock;
    this.waiters = new ConditionQueue(this, lock);
  }

  /**
   * Makes a condition with a lock of its own.
   *
   * @return the condition
   */
  public static AsyncCondition create() {
    return new AsyncCondition(AsyncLock.create());
  }

  /**
   * Makes a condition of a lock, of which there may be several.
   *
   * @param lock the lock that a wait gives up
   * @return the condition
   */
  public static AsyncCondition of(AsyncLock lock) {
    return new AsyncCondition(
        Objects.requireNonNull(
            lock, "the lock of the condition is null: give one, or use create()"));
  }

  /**
   * The lock of the condition.
   *
   * @return the one that was given, or its own
   */
  public AsyncLock lock() {
    return lock;
  }

  /**
   * Acquires the lock, as {@link AsyncLock#acquire} does.
   *
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call; the lock is not acquired then
   */
  public void acquire() throws InterruptedException {
    lock.acquire();
  }

  /**
   * Releases the lock, as {@link AsyncLock#release} does.
   *
   * @throws IllegalStateException if the lock is free; nothing changes
   */
  public void release() {
    lock.release();
  }

  /**
   * Whether somebody holds the lock.
   *
   * @return true if it is held now
   */
  public boolean locked() {
    return lock.locked();
  }

  /**
   * Gives the lock up, waits for a signal, and has the lock again then. Interrupts and cancels do
   * not disturb the wait for the lock, however many there are.
   *
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call and after the signal, which goes to the next then; the lock
   *     is held
   * @throws IllegalStateException if nobody holds the lock; nothing changes
   */
  public void await() throws InterruptedException {
    waiters.await();
  }

  /**
   * Does as {@link #await()}, but waits for a signal for a limited time. The lock is held after
   * that, too, which may take longer.
   *
   * @param timeout how long to wait at most, by the clock of the thread; not negative
   * @return whether there was a signal in time
   * @throws InterruptedException as {@link #await()} does; the lock is held
   * @throws IllegalStateException if nobody holds the lock; nothing changes
   */
  public boolean await(Duration timeout) throws InterruptedException {
    AsyncClock clock = ThreadContext.inherited().clock();
    return waiters.await(clock, clock.nanoTime() + Nanos.of(Deadline.checked(timeout)));
  }

  /**
   * Waits, as {@link #await()} does, until a predicate holds. It is asked first, and again after
   * each signal, always with the lock held.
   *
   * @param predicate what is to hold; if it throws, so does this, with the lock held
   * @throws InterruptedException as {@link #await()} does, also if the predicate holds; the lock is
   *     held
   * @throws IllegalStateException if the predicate does not hold and nobody holds the lock; nothing
   *     changes
   */
  public void awaitUntil(BooleanSupplier predicate) throws InterruptedException {
    Objects.requireNonNull(predicate, "the predicate is null: give what is waited for");
    Waits.check("waiting for", this);
    while (!predicate.getAsBoolean()) {
      waiters.await();
    }
  }

  /**
   * Does as {@link #awaitUntil(BooleanSupplier)}, but for a limited time.
   *
   * @param predicate what is to hold
   * @param timeout how long to wait at most, by the clock of the thread; not negative, zero to ask
   *     once
   * @return whether the predicate holds
   * @throws InterruptedException as {@link #await()} does, also if the predicate holds; the lock is
   *     held
   * @throws IllegalStateException if the predicate does not hold and nobody holds the lock; nothing
   *     changes
   */
  public boolean awaitUntil(BooleanSupplier predicate, Duration timeout)
      throws InterruptedException {
    Objects.requireNonNull(predicate, "the predicate is null: give what is waited for");
    AsyncClock clock = ThreadContext.inherited().clock();
    long due = clock.nanoTime() + Nanos.of(Deadline.checked(timeout));
    Waits.check("waiting for", this);
    while (!predicate.getAsBoolean()) {
      waiters.requireLocked("awaitUntil");
      if (clock.nanoTime() - due >= 0) {
        return false;
      }
      boolean _ = waiters.await(clock, due);
    }
    return true;
  }

  /**
   * Wakes who has waited longest, if anybody waits. It goes on when it has the lock, which is after
   * the caller has released it.
   *
   * @throws IllegalStateException if nobody holds the lock; nothing changes
   */
  public void signal() {
    signal(1);
  }

  /**
   * Does as {@link #signal()}, for several.
   *
   * @param most how many to wake, if so many wait; not negative
   * @throws IllegalArgumentException if the number is negative
   * @throws IllegalStateException if nobody holds the lock; nothing changes
   */
  public void signal(int most) {
    if (most < 0) {
      throw new IllegalArgumentException("cannot signal " + most + " waiters: give 0 or more");
    }
    waiters.requireLocked("signal");
    waiters.signal(most);
  }

  /**
   * Does as {@link #signal()}, for all that wait.
   *
   * @throws IllegalStateException if nobody holds the lock; nothing changes
   */
  public void signalAll() {
    waiters.requireLocked("signalAll");
    waiters.signal(Integer.MAX_VALUE);
  }

  /**
   * How many threads wait for a signal; those that have it and wait for the lock are {@linkplain
   * AsyncLock#waiting the lock's}.
   *
   * @return the number, which may change at any moment
   */
  public int waiting() {
    return waiters.size();
  }

  /**
   * Acquires the lock, as its own block does.
   *
   * @throws IllegalStateException if a block of the same thread holds it, which would wait for
   *     itself
   */
  @Override
  public @Nullable Void enter() throws InterruptedException {
    return lock.enter();
  }

  @Override
  public boolean exit(Outcome outcome) {
    return lock.exit(outcome);
  }

  /** The condition with the state of its lock, and how many wait for a signal. */
  @Override
  public String describe() {
    return Names.ofObject(this)
        + (locked() ? "[locked, " : "[unlocked, ")
        + Names.count(waiting(), "waiter")
        + "]";
  }

  @Override
  public String toString() {
    return describe();
  }
}
