package dev.asyncwith;

import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The system's clock, and the one thread for all its alarms. It is not the common pool, where a
 * user's task that blocks delays every timer of the JVM (C4).
 */
final class SystemClock implements AsyncClock {
  static final SystemClock INSTANCE = new SystemClock();

  private static final long BEAT_MILLIS = 10;

  private final ScheduledThreadPoolExecutor timer;

  /** Whether {@link #beat} is scheduled. */
  private volatile boolean beating;

  /** Whether an alarm was scheduled since the last beat. */
  private volatile boolean used;

  private SystemClock() {
    this(
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("asyncwith timer").factory()));
  }

  SystemClock(ScheduledThreadPoolExecutor timer) {
    this.timer = timer;
    timer.setRemoveOnCancelPolicy(true);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Instant instant() {
    return Instant.now();
  }

  @Override
  public Alarm schedule(long nanoTime, Runnable action) {
    Objects.requireNonNull(action, "the action of the alarm is null: give a lambda");
    if (!used) {
      used = true;
    }
    if (!beating) {
      startBeating();
    }
    ScheduledFuture<?> future =
        timer.schedule(action, nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
    return () -> {
      boolean _ = future.cancel(false);
    };
  }

  /**
   * Stays in front of the alarms for as long as some are made. Whoever schedules what is due first
   * wakes the timer's thread, which every timeout of a program would that has one at a time; and to
   * wake a thread takes longer than all else that a timeout does.
   */
  private void beat() {
    if (used) {
      used = false;
      scheduleBeat();
      return;
    }
    beating = false; // an idle program is not woken
    if (used) {
      startBeating();
    }
  }

  private synchronized void startBeating() {
    if (!beating) {
      beating = true;
      scheduleBeat();
    }
  }

  private void scheduleBeat() {
    var _ = timer.schedule(this::beat, BEAT_MILLIS, TimeUnit.MILLISECONDS);
  }
}
