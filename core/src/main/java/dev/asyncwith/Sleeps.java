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
    AsyncClock.Alarm alarm = Nanos.alarm(clock, duration, waiter::wake);
    try {
      Waits.await(waiter, "sleeping", duration);
    } finally {
      alarm.cancel();
    }
  }
}
