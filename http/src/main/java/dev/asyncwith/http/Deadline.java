package dev.asyncwith.http;

import java.time.Duration;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/** One total timeout over all exchanges of a request: its redirects and its second try. */
final class Deadline {
  private static final Duration FAR = Duration.ofDays(36_500);

  private Scheduler.@Nullable Task task;
  private @Nullable Exchange guarded;
  private boolean expired;

  private Deadline() {}

  static Deadline start(Engine engine, @Nullable Duration timeout) {
    var deadline = new Deadline();
    if (timeout != null) {
      Duration delay = timeout.compareTo(FAR) < 0 ? timeout : FAR;
      deadline.task = engine.schedule(deadline::expire, delay);
    }
    return deadline;
  }

  /** Ends {@code exchange} when the time is over, be it already. */
  void guard(Exchange exchange) {
    boolean late;
    synchronized (this) {
      guarded = exchange;
      late = expired;
    }
    if (late) {
      exchange.stop(Stop.Reason.TIMEOUT);
    }
  }

  private void expire() {
    Exchange late;
    synchronized (this) {
      expired = true;
      late = guarded;
    }
    if (late != null) {
      late.stop(Stop.Reason.TIMEOUT);
    }
  }

  void cancel() {
    if (task != null) {
      task.cancel();
    }
  }
}
