package dev.asyncwith;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A clock that stands still until a test advances it, and fires its alarms on the test's thread.
 */
final class HandClock implements AsyncClock {
  private record Entry(long due, Runnable action) {}

  private final List<Entry> entries = new ArrayList<>();
  private long now = 1_000;

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  @Override
  public synchronized Instant instant() {
    return Instant.EPOCH.plusNanos(now);
  }

  @Override
  public synchronized Alarm schedule(long nanoTime, Runnable action) {
    var entry = new Entry(nanoTime, action);
    entries.add(entry);
    notifyAll();
    return () -> {
      synchronized (this) {
        entries.remove(entry);
      }
    };
  }

  /** Waits until so many alarms are set. */
  synchronized void awaitAlarms(int count) throws InterruptedException {
    while (entries.size() < count) {
      wait();
    }
  }

  synchronized int alarms() {
    return entries.size();
  }

  void advance(Duration time) {
    List<Entry> due;
    synchronized (this) {
      now += time.toNanos();
      due = entries.stream().filter(entry -> entry.due() <= now).toList();
      entries.removeAll(due);
    }
    due.forEach(entry -> entry.action().run());
  }
}
