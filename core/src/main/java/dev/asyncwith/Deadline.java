package dev.asyncwith;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The deadline of a scope, which cancels it; any thread may move it. All guarded by its monitor.
 */
final class Deadline {
  private static final long NEVER = Long.MAX_VALUE;

  private final CancelScope scope;

  /** Null before the enter. */
  private @Nullable AsyncClock clock;

  /** Before the enter at most one of these is not null. */
  private @Nullable Duration after;

  private @Nullable Instant at;

  /** In the block: how long after {@link #began} in the clock's nanoseconds. */
  private long due = NEVER;

  private long began;
  private AsyncClock.@Nullable Alarm alarm;
  private boolean ended;

  Deadline(CancelScope scope) {
    this.scope = scope;
  }

  /** That of a scope which nobody else knows yet. */
  static Deadline after(Duration timeout, CancelScope scope) {
    var deadline = new Deadline(scope);
    deadline.after = checked(timeout);
    return deadline;
  }

  static Duration checked(Duration timeout) {
    Objects.requireNonNull(timeout, "the timeout is null: give a duration");
    if (timeout.isNegative()) {
      throw new IllegalArgumentException(
          "the timeout is negative: " + timeout + "; zero is the shortest");
    }
    return timeout;
  }

  synchronized Deadline copyFor(CancelScope other) {
    var copy = new Deadline(other);
    copy.after = after;
    copy.at = at;
    return copy;
  }

  synchronized void setAfter(Duration timeout) {
    var _ = checked(timeout);
    requireMovable();
    at = null;
    after = timeout;
    if (clock != null) {
      arm(clock, clock.nanoTime());
    }
  }

  synchronized void setAt(@Nullable Instant when) {
    requireMovable();
    after = null;
    at = when;
    if (clock != null) {
      arm(clock, clock.nanoTime());
    }
  }

  private void requireMovable() {
    if (ended || scope.isCancelled()) {
      throw new IllegalStateException(
          "the deadline of %s cannot be moved: the scope %s"
              .formatted(
                  scope.describe(), ended ? "has ended" : "was cancelled, which is for good"));
    }
  }

  synchronized @Nullable Instant when() {
    if (at == null && clock != null && due != NEVER) { // only now, for a clock takes its time
      at = clock.instant().plusNanos(began + due - clock.nanoTime());
    }
    return at;
  }

  /** The scope is entered; a second time it has no effect. */
  synchronized void begin(AsyncClock of) {
    if (clock == null) {
      clock = of;
      began = of.nanoTime();
      arm(of, began);
    }
  }

  /** Sets the alarm for {@link #after} or {@link #at}, from now. */
  private void arm(AsyncClock of, long now) {
    if (alarm != null) {
      alarm.cancel();
      alarm = null;
    }
    due = NEVER;
    Duration wait = after;
    if (wait == null && at != null) {
      wait = Duration.between(of.instant(), at);
    }
    after = null;
    if (wait == null) {
      return;
    }
    long nanos = wait.isNegative() ? 0 : Nanos.of(wait);
    if (nanos == Nanos.FOREVER) {
      return;
    }
    due = now - began + nanos;
    if (nanos <= 0) {
      cancelScope();
    } else {
      alarm = of.schedule(now + nanos, this::passed);
    }
  }

  /** The alarm went off; an older one may do so although the deadline was moved. */
  private void passed() {
    synchronized (this) {
      if (ended || clock == null || due == NEVER || clock.nanoTime() - began < due) {
        return;
      }
    }
    cancelScope();
  }

  private void cancelScope() {
    boolean _ = scope.cancel(new CancelScope.Cancel("its deadline passed", true));
  }

  synchronized void end() {
    ended = true;
    if (alarm != null) {
      alarm.cancel();
      alarm = null;
    }
  }
}
