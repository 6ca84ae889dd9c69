package dev.asyncwith;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A mutual exclusion lock of strict first-in first-out order: Python's {@code asyncio.Lock}.
 *
 * {@snippet :
 * with(lock).run(() -> account.withdraw(amount));
 * }
 *
 * <p>It is owned by permit and not by thread: any thread may release it, and it is not re-entrant.
 * A release hands it to who has waited longest, so that no newcomer overtakes. An acquire that
 * throws has had no effect: a thread that is interrupted just as the lock reaches it passes it on.
 * Actions before a release happen-before actions after the acquire that follows it.
 *
 * <p>A block of the lock within a block of the lock on the same thread would wait for itself; it
 * fails at once. A lock that one thread acquires and another releases is for {@link #acquire} and
 * {@link #release}, not for blocks.
 *
 * <p>Safe for use by several threads.
 *
 * @see <a href="https://docs.python.org/3/library/asyncio-sync.html#asyncio.Lock">CPython,
 *     asyncio.locks</a>
 */
public final class AsyncLock implements AsyncGuard<RuntimeException> {
  private final Permits permits = new Permits(this, 1, 1);

  /** The id of no thread. */
  private static final long NOBODY = 0;

  /**
   * The id of the thread whose block holds the lock: a number, for a reference would cost the
   * collector's barriers. Read by others without order: a thread finds itself here only if it wrote
   * that, and the lock's release orders the end of it.
   */
  private long inBlockOf;

  private final @Nullable String name;

  /** How tracking knows that it was acquired by hand; by who holds the lock. */
  private Tracking.@Nullable Opened byHand;

  private AsyncLock(@Nullable String name) {
    this.name = name;
  }

  /**
   * Makes a lock that is free.
   *
   * @return the lock
   */
  public static AsyncLock create() {
    return new AsyncLock(null);
  }

  /**
   * Makes a lock that is free, with a name for messages and for what {@link Scopes} shows.
   *
   * @param name the name
   * @return the lock
   */
  public static AsyncLock of(String name) {
    return new AsyncLock(
        Objects.requireNonNull(name, "the name of the lock is null: give one, or use create()"));
  }

  /**
   * Acquires the lock, waiting for its turn.
   *
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call; the lock is not acquired then
   */
  public void acquire() throws InterruptedException {
    permits.acquire();
    trackByHand();
  }

  private void endByHand() {
    Tracking.Opened tracked = byHand;
    if (tracked != null) {
      byHand = null;
      tracked.close();
    }
  }

  private boolean trackByHand() {
    if (Latch.isSet() && Tracking.isOn()) {
      byHand = Tracking.opened(this, title());
    }
    return true;
  }

  /**
   * Acquires the lock if it is free and nobody waits for it; does not wait, and is no checkpoint.
   *
   * @return whether the lock was acquired
   */
  public boolean tryAcquire() {
    return permits.tryAcquire() && trackByHand();
  }

  /**
   * Acquires the lock if its turn comes within a time.
   *
   * @param timeout how long to wait at most, by the clock of the thread; not negative
   * @return whether the lock was acquired
   * @throws InterruptedException as {@link #acquire} does; the lock is not acquired then
   */
  public boolean tryAcquire(Duration timeout) throws InterruptedException {
    return permits.tryAcquire(timeout) && trackByHand();
  }

  /**
   * Acquires the lock without a thread that waits. Whoever gets it calls {@link #release}.
   *
   * {@snippet :
   * lock.acquireAsync().thenCompose(_ -> work().whenComplete((r, e) -> lock.release()));
   * }
   *
   * @return completes when the lock is acquired: at once, or later on a thread of its own. If it is
   *     done before by {@code cancel}, {@code orTimeout} or the like, the lock goes to the next
   */
  public CompletableFuture<@Nullable Void> acquireAsync() {
    return permits.acquireAsync();
  }

  /** Acquires the lock again in a wait for something that it guards, come what may. */
  void acquireShielded() {
    permits.acquireShielded();
  }

  Permits permits() {
    return permits;
  }

  /** A wait gives the lock up; whether the calling thread's block has held it. */
  boolean giveUp() {
    endByHand();
    boolean inBlock = inBlockOf == Thread.currentThread().threadId();
    if (inBlock) {
      inBlockOf = NOBODY;
    }
    return inBlock;
  }

  /** A wait has the lock again. */
  void haveAgain(boolean inBlock) {
    if (inBlock) {
      inBlockOf = Thread.currentThread().threadId();
    } else {
      var _ = trackByHand();
    }
  }

  /**
   * Releases the lock: who has waited longest owns it then.
   *
   * @throws IllegalStateException if the lock is free; nothing changes
   */
  public void release() {
    endByHand();
    releasePermit();
  }

  private void releasePermit() {
    if (!permits.release()) {
      throw new IllegalStateException(
          describe() + " is released but nobody holds it: release it once for each acquire");
    }
  }

  /**
   * Whether somebody holds the lock.
   *
   * @return true if it is held now
   */
  public boolean locked() {
    return permits.free() == 0;
  }

  /**
   * How many threads and futures wait for the lock.
   *
   * @return the number, which may change at any moment
   */
  public int waiting() {
    return permits.waiting();
  }

  /**
   * Acquires the lock, as {@link #acquire} does.
   *
   * @throws IllegalStateException if a block of the same thread holds it, which would wait for
   *     itself
   */
  @Override
  public @Nullable Void enter() throws InterruptedException {
    Waits.check("acquiring", this);
    if (!permits.tryAcquire()) {
      requireOtherHolder();
      permits.acquire();
    }
    inBlockOf = Thread.currentThread().threadId();
    return null;
  }

  /** After a look at the permits, which orders the field if it tells of an earlier block. */
  private void requireOtherHolder() {
    if (inBlockOf == Thread.currentThread().threadId()) {
      throw new IllegalStateException(
          describe()
              + " is entered by a block within its own block on "
              + Thread.currentThread()
              + ", which would wait for itself: do both in one block, or acquire() and release() it"
              + " if another thread is to release it");
    }
  }

  @Override
  public boolean exit(Outcome outcome) {
    inBlockOf = NOBODY;
    releasePermit();
    return false;
  }

  private String title() {
    return name == null ? Names.ofObject(this) : "AsyncLock(" + name + ")";
  }

  /** The lock with its state, and how many wait for it. */
  @Override
  public String describe() {
    return title()
        + (locked() ? "[locked, " : "[unlocked, ")
        + Names.count(waiting(), "waiter")
        + "]";
  }

  @Override
  public String toString() {
    return describe();
  }
}
