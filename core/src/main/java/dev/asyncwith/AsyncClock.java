package dev.asyncwith;

import java.time.Instant;
import java.util.function.BooleanSupplier;

/**
 * The clock that every deadline, sleep and timer of a program reads. The system's is the default; a
 * test gives its {@code Runner} one that it advances by hand.
 *
 * <p>Implementations are safe for use by several threads.
 */
public interface AsyncClock {

  /**
   * The time that deadlines are measured by, which no change of the wall clock moves.
   *
   * @return nanoseconds since an arbitrary moment, as {@link System#nanoTime} gives them
   */
  long nanoTime();

  /**
   * The time of the wall clock, for deadlines that are given as an instant.
   *
   * @return the time
   */
  Instant instant();

  /**
   * Sets an alarm.
   *
   * @param nanoTime when, in the time of {@link #nanoTime()}; at once if that is past
   * @param action what to do then, on a thread of the clock; it marks and wakes threads, never
   *     blocks and never throws
   * @return the alarm, to cancel it
   */
  Alarm schedule(long nanoTime, Runnable action);

  /**
   * Called when every thread of the runs of a {@code Runner} by this clock, of one runner or of
   * several, waits in a call of this library, so that only an alarm can wake one, or a thread
   * outside the runners. A virtual clock may run alarms then, as long as all still wait; the
   * default does nothing.
   *
   * <p>It is called by a thread of the runner that is about to wait or to end, without a lock of
   * the library held, and by several at once if they do so together. An alarm that is set by a
   * thread outside the runner while all wait does not lead to another call.
   *
   * @param allWait whether all still wait; to ask before each step, for the one before it may have
   *     woken a thread. Any thread may ask, also later, and under a lock of the clock
   */
  default void idle(BooleanSupplier allWait) {}

  /** An alarm that was set. */
  @FunctionalInterface
  interface Alarm {
    /**
     * Cancels the alarm; does nothing if it has gone off. An action that runs is not waited for.
     */
    void cancel();
  }

  /**
   * The system's clock. Its alarms go off on one daemon thread of the library.
   *
   * @return the one instance
   */
  static AsyncClock system() {
    return SystemClock.INSTANCE;
  }
}
