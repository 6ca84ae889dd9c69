package dev.asyncwith;

/**
 * A place where a number of threads wait for each other: Python's {@code asyncio.Barrier}. The last
 * to arrive lets all go on, and the next round begins.
 *
 * {@snippet :
 * var barrier = AsyncBarrier.of(3);
 * with(barrier).run(index -> log("all are here, I came as number " + index));
 * }
 *
 * <p>A thread that is interrupted or cancelled while it waits leaves its place free and does not
 * break the barrier, unlike that of {@code java.util.concurrent}. It is broken by {@link #abort},
 * and whole again by {@link #reset}. Actions before a thread's {@link #await} happen-before actions
 * after the await of each other of the same round.
 *
 * <p>Safe for use by several threads. The exit of its block does nothing.
 *
 * @see <a href="https://docs.python.org/3/library/asyncio-sync.html#asyncio.Barrier">CPython 3.13,
 *     asyncio.locks</a>
 */
public final class AsyncBarrier implements AsyncContextManager<Integer, RuntimeException> {
  private final int parties;
  private final Rounds rounds;

  private AsyncBarrier(int parties) {
    this.parties = parties;
    this.rounds = new Rounds(this, parties);
  }

  /**
   * Makes a barrier.
   *
   * @param parties how many threads make a round; positive
   * @return the barrier
   * @throws IllegalArgumentException if the number is not positive
   */
  public static AsyncBarrier of(int parties) {
    if (parties <= 0) {
      throw new IllegalArgumentException(
          "a barrier cannot wait for " + parties + " parties: give 1 or more");
    }
    return new AsyncBarrier(parties);
  }

  /**
   * Waits until so many threads wait here as the barrier has parties.
   *
   * @return the place among those of the round in the order of arrival, from 0 for the first; each
   *     is given once
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call; it has not arrived then, and the others wait on. If the
   *     round is complete at that moment the call returns, and the next one that waits throws
   * @throws BarrierBrokenException if the barrier is aborted, was aborted before, or is reset
   */
  public int await() throws InterruptedException {
    return rounds.await();
  }

  /**
   * Begins anew: a barrier that was aborted can be used again, and threads that wait get a {@link
   * BarrierBrokenException}.
   */
  public void reset() {
    rounds.reset();
  }

  /**
   * Breaks the barrier: all that wait, and all that arrive before the next {@link #reset}, get a
   * {@link BarrierBrokenException}. For one of the parties that has failed and will not come.
   */
  public void abort() {
    rounds.abort();
  }

  /**
   * How many threads make a round.
   *
   * @return the number that was given to {@link #of}
   */
  public int parties() {
    return parties;
  }

  /**
   * How many threads wait now.
   *
   * @return the number, less than that of the parties, which may change at any moment
   */
  public int waiting() {
    return rounds.waiting();
  }

  /**
   * Whether the barrier was aborted, and not reset since.
   *
   * @return true if it is broken now
   */
  public boolean isBroken() {
    return rounds.isBroken();
  }

  /** Waits, as {@link #await} does. */
  @Override
  public Integer enter() throws InterruptedException {
    return await();
  }

  @Override
  public boolean exit(Outcome outcome) {
    return false;
  }

  /** The barrier with its state, and how many of its parties wait. */
  @Override
  public String describe() {
    return Names.ofObject(this)
        + (isBroken()
            ? "[broken]"
            : "[filling, " + waiting() + " of " + parties + " parties wait]");
  }

  @Override
  public String toString() {
    return describe();
  }
}
