package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The beat that stands in front of the alarms, on a timer that runs nothing by itself. */
class SystemClockTest {
  private static final class StoppedTimer extends ScheduledThreadPoolExecutor {
    final Deque<Runnable> scheduled = new ArrayDeque<>();

    StoppedTimer() {
      super(1);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
      scheduled.add(command);
      return super.schedule(() -> {}, 1, TimeUnit.HOURS);
    }
  }

  private final StoppedTimer timer = new StoppedTimer();
  private final SystemClock clock = new SystemClock(timer);

  private void alarm() {
    clock.schedule(clock.nanoTime() + TimeUnit.HOURS.toNanos(1), () -> {}).cancel();
  }

  @Test
  void beatsWhileAlarmsAreMadeAndNotInAnIdleProgram() {
    try {
      alarm();
      assertThat(timer.scheduled).hasSize(2); // the beat and the alarm
      Runnable beat = timer.scheduled.remove();
      timer.scheduled.clear();

      beat.run();
      assertThat(timer.scheduled).as("an alarm was made since the last beat").hasSize(1);
      timer.scheduled.clear();
      beat.run();
      assertThat(timer.scheduled).as("none was").isEmpty();

      alarm();
      assertThat(timer.scheduled).as("the beat begins again").hasSize(2);
    } finally {
      var _ = timer.shutdownNow();
    }
  }
}
