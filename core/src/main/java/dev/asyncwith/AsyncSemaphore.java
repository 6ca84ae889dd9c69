package dev.asyncwith;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A number of permits that are handed out in strict first-in first-out order: Python's {@code
 * asyncio.Semaphore}. A block of it holds one of them.
 *
 * {@snippet :
 * var atMostTen = AsyncSemaphore.of(10);
 * with(atMostTen).run(() -> download(uri));
 * }
 *
 * <p>A release hands its permit to who has waited longest, so that no newcomer overtakes. An
 * acquire that throws has had no effect: a thread that is interrupted just as a permit reaches it
 * passes it on. Permits are not tied to threads; more may be released than were acquired, which
 * adds to them ({@link AsyncBoundedSemaphore} refuses that). Actions before a release happen-before
 * actions after the acquire that gets the permit.
 *
 * <p>Safe for use by several threads.
 *
 * @see <a href="https://docs.python.org/3/library/asyncio-sync.html#asyncio.Semaphore">CPython,
 *     asyncio.locks</a>
 */
public sealed class AsyncSemaphore implements AsyncGuard<RuntimeException>
    permits AsyncBoundedSemaphore {
  private final Permits permits;

  AsyncSemaphore(int permits, int most) {
    this.permits = new Permits(this, permits, most);
  }

  /**
   * Makes a semaphore.
   *
   * @param permits how many permits there are at first; zero for one that is opened by releases
   * @return the semaphore
   * @throws IllegalArgumentException if the number is negative
   */
  public static AsyncSemaphore of(int permits) {
    if (permits < 0) {
      throw new IllegalArgumentException(
          "a semaphore cannot have " + permits + " permits: give 0 or more");
    }
    return new AsyncSemaphore(permits, Integer.MAX_VALUE);
  }

  /**
   * Acquires a permit, waiting for its turn.
   *
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call; no permit is acquired then
   */
  public void acquire() throws InterruptedException {
    permits.acquire();
  }

  /**
   * Acquires a permit if one is free and nobody waits for it; does not wait, and is no checkpoint.
   *
   * @return whether a permit was acquired
   */
  public boolean tryAcquire() {
    return permits.tryAcquire();
  }

  /**
   * Acquires a permit if its turn comes within a time.
   *
   * @param timeout how long to wait at most, by the clock of the thread; not negative
   * @return whether a permit was acquired
   * @throws InterruptedException as {@link #acquire} does; no permit is acquired then
   */
  public boolean tryAcquire(Duration timeout) throws InterruptedException {
    return permits.tryAcquire(timeout);
  }

  /**
   * Acquires a permit without a thread that waits. Whoever gets it calls {@link #release}.
   *
   * @return completes when a permit is acquired: at once, or later on a thread of its own. If it is
   *     done before by {@code cancel}, {@code orTimeout} or the like, the permit goes to the next
   */
  public CompletableFuture<@Nullable Void> acquireAsync() {
    return permits.acquireAsync();
  }

  /**
   * Releases a permit: who has waited longest has it then.
   *
   * @throws IllegalStateException if there are as many permits as there may be; nothing changes
   */
  public void release() {
    if (!permits.release()) {
      throw new IllegalStateException(
          describe() + " is released too often: release it once for each acquire");
    }
  }

  /**
   * Whether an acquire would have to wait now.
   *
   * @return true if no permit is free
   */
  public boolean locked() {
    return permits.free() == 0;
  }

  /**
   * How many permits are free, which nobody waits for.
   *
   * @return the number, which may change at any moment
   */
  public int available() {
    return permits.free();
  }

  /**
   * How many threads and futures wait for a permit.
   *
   * @return the number, which may change at any moment
   */
  public int waiting() {
    return permits.waiting();
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

  /** The semaphore with its free permits, and how many wait for one. */
  @Override
  public String describe() {
    return "%s[%s, %s]"
        .formatted(
            Names.ofObject(this),
            locked() ? "locked" : "unlocked, " + Names.count(available(), "permit"),
            Names.count(waiting(), "waiter"));
  }

  @Override
  public String toString() {
    return describe();
  }
}
