package dev.asyncwith;

import java.time.Duration;

/** Sleeping by the clock of the thread. */
final class Sleeps {
  private Sleeps() {}

  static void sleep(Duration duration) throws InterruptedException {
    Waits.check("sleeping", duration);
    AsyncClock clock = ThreadContext.inherited().clock();
    if (duration.isZero() || (clock == AsyncClock.system() && ThreadContext.inScope() == null)) {
      Thread.sleep(duration);
      return;
    }
    var waiter = new Waiter();
    long nanos = duration.toDays() > 100_000 ? Long.MAX_VALUE >> 1 : duration.toNanos();
    AsyncClock.Alarm alarm = clock.schedule(clock.nanoTime() + nanos, waiter::wake);
    try {
      Waits.await(waiter, "sleeping", duration);
    } finally {
      alarm.cancel();
    }
  }
}
