package dev.asyncwith;

import java.lang.System.Logger.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reports the tasks that do not end although they were cancelled. Nothing else can be done about
 * them: a thread that no interrupt wakes is waited for.
 */
final class StuckTasks implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private final TaskGroup group;
  private final AsyncClock clock;
  private AsyncClock.@Nullable Alarm alarm;

  StuckTasks(TaskGroup group, AsyncClock clock) {
    this.group = group;
    this.clock = clock;
  }

  /** The tasks have been cancelled; by the thread that waits for them, once or again. */
  void begin() {
    if (alarm == null) {
      alarm =
          clock.schedule(
              clock.nanoTime() + PATIENCE.toNanos(), () -> Platform.JVM.start(this::report));
    }
  }

  private void report() {
    for (Task<?> task : group.runningTasks()) {
      warn(
          task,
          "%s of %s was cancelled %d s ago and has not ended; its group waits for it"
              .formatted(task, group.describe(), PATIENCE.toSeconds()));
    }
  }

  /** Logs a message about a task that does not end, with what the task is in. */
  static void warn(Task<?> task, String message) {
    var stack = new Throwable("the stack of " + task.name());
    stack.setStackTrace(task.thread().getStackTrace());
    System.getLogger("dev.asyncwith").log(Level.WARNING, message, stack);
  }

  @Override
  public void close() {
    if (alarm != null) {
      alarm.cancel();
    }
  }
}
