package dev.asyncwith;

import java.time.Duration;

/** Sleeping by the clock of the thread. */
final class Sleeps {
  private Sleeps() {}

  static void sleep(Duration duration) throws InterruptedException {
    Waits.check("sleeping", duration);
    AsyncClock clock = ThreadContext.inherited().clock();
    if (duration.isZero() || (clock == AsyncClock.system() && ThreadContext.inScope() == null)) {
      try {
        Thread.sleep(duration);
      } catch (InterruptedException withoutMessage) {
        throw new InterruptedException(Waits.interrupted("sleeping", duration));
      }
      return;
    }
    var waiter = new Waiter();
    AsyncClock.Alarm alarm = clock.schedule(clock.nanoTime() + nanosOf(duration), waiter::wake);
    try {
      Waits.await(waiter, "sleeping", duration);
    } finally {
      alarm.cancel();
    }
  }

  /** At most a time that no program lives to see, and whose sum with now does not overflow. */
  static long nanosOf(Duration duration) {
    return duration.toDays() > 100_000 ? Long.MAX_VALUE >> 1 : duration.toNanos();
  }
}
