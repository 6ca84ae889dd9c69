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

  private final ScheduledThreadPoolExecutor timer;

  private SystemClock() {
    timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("asyncwith timer").factory());
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
    ScheduledFuture<?> future =
        timer.schedule(action, nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
    return () -> {
      boolean _ = future.cancel(false);
    };
  }
}
