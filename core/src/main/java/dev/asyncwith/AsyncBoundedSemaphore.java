package dev.asyncwith;

/**
 * A semaphore that never has more permits than it was made with: Python's {@code
 * asyncio.BoundedSemaphore}. A release without an acquire is a mistake of the program, and fails.
 *
 * @see <a href="https://docs.python.org/3/library/asyncio-sync.html#asyncio.BoundedSemaphore">
 *     CPython, asyncio.locks</a>
 */
public final class AsyncBoundedSemaphore extends AsyncSemaphore {
  private AsyncBoundedSemaphore(int permits) {
    super(permits, permits);
  }

  /**
   * Makes a semaphore.
   *
   * @param permits how many permits there are, and may be at most; positive
   * @return the semaphore
   * @throws IllegalArgumentException if the number is not positive
   */
  public static AsyncBoundedSemaphore of(int permits) {
    if (permits <= 0) {
      throw new IllegalArgumentException(
          "a bounded semaphore of %d permits could never be acquired: give 1 or more"
              .formatted(permits));
    }
    return new AsyncBoundedSemaphore(permits);
  }
}
