package dev.asyncwith;

import java.time.Duration;

/** Durations as the nanoseconds of a clock. */
final class Nanos {
  /** A time that no program lives to see, and whose sum with now does not overflow. */
  static final long FOREVER = Long.MAX_VALUE >> 1;

  /** Twice as many do not overflow either. */
  private static final long MOST_DAYS = 40_000;

  private Nanos() {}

  /** The nanoseconds of a duration; {@link #FOREVER} where they are more than a program lives. */
  static long of(Duration duration) {
    return duration.toDays() > MOST_DAYS ? FOREVER : duration.toNanos();
  }

  /** Sets an alarm that goes off when a time has passed from now. */
  static AsyncClock.Alarm alarm(AsyncClock clock, Duration after, Runnable action) {
    return clock.schedule(clock.nanoTime() + of(after), action);
  }
}
