package dev.asyncwith;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A clock that a test advances by hand. Alarms go off on the thread that advances it. Its wall
 * clock begins at {@link Instant#EPOCH}.
 */
final class HandClock implements AsyncClock {
  private record Entry(long at, Runnable action) {}

  private final List<Entry> alarms = new ArrayList<>();
  private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(30); // so that it soon overflows

  /** Where a program begins that goes by this clock. */
  private final long epoch = now;

  /** Makes the calling thread, and the tasks that it forks, go by this clock. */
  void take() {
    ThreadContext.begin(inherited());
  }

  /** Ends what {@link #take} began. */
  static void giveBack() {
    ThreadContext.current().end();
  }

  private Inherited inherited() {
    return new Inherited(this, null, ContextCarrier.none(), Background.OF_NO_RUNNER);
  }

  void advance(Duration time) {
    List<Entry> due;
    synchronized (this) {
      now += time.toNanos();
      due = alarms.stream().filter(alarm -> alarm.at - now <= 0).toList();
      alarms.removeAll(due);
    }
    due.stream()
        .sorted(Comparator.comparingLong(alarm -> alarm.at - epoch))
        .forEach(alarm -> alarm.action.run());
  }

  /** How many alarms are set. */
  synchronized int alarms() {
    return alarms.size();
  }

  /** Waits until so many alarms are set; the test's own time limit bounds it. */
  void awaitAlarms(int count) {
    while (alarms() < count) {
      Thread.onSpinWait();
    }
  }

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  @Override
  public synchronized Instant instant() {
    return Instant.EPOCH.plusNanos(now - epoch);
  }

  @Override
  public synchronized Alarm schedule(long nanoTime, Runnable action) {
    var alarm = new Entry(nanoTime, action);
    alarms.add(alarm);
    return () -> remove(alarm);
  }

  private synchronized void remove(Entry alarm) {
    alarms.removeIf(other -> other == alarm);
  }
}
