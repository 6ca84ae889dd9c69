package dev.asyncwith;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A clock that stands still until a test moves it; its alarms go off on the thread that does. */
final class HandClock implements AsyncClock {
  private record Set(long nanoTime, Runnable action) {}

  private final List<Set> alarms = new ArrayList<>();
  private long now;

  /** What a thread inherits that goes by this clock. */
  Inherited inherited() {
    return new Inherited(this, null, ContextCarrier.none(), Background.OF_NO_RUNNER);
  }

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  @Override
  public synchronized Instant instant() {
    return Instant.EPOCH.plusNanos(now);
  }

  @Override
  public Alarm schedule(long nanoTime, Runnable action) {
    var alarm = new Set(nanoTime, action);
    synchronized (this) {
      alarms.add(alarm);
    }
    advance(Duration.ZERO);
    return () -> {
      synchronized (this) {
        alarms.remove(alarm);
      }
    };
  }

  /** How many alarms are set. */
  synchronized int alarms() {
    return alarms.size();
  }

  void advance(Duration by) {
    List<Set> due;
    synchronized (this) {
      now += by.toNanos();
      due = alarms.stream().filter(alarm -> alarm.nanoTime() <= now).toList();
      alarms.removeAll(due);
    }
    due.forEach(alarm -> alarm.action().run());
  }
}
