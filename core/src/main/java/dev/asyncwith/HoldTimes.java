package dev.asyncwith;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Looks now and then for what is held for too long, on a daemon thread while there is a limit. */
final class HoldTimes {
  /** All but what belongs to the structure of a program. */
  static final Predicate<OpenScope> RESOURCES =
      scope ->
          scope.kind() != OpenScope.Kind.TASK
              && scope.type() != CancelScope.class
              && scope.type() != Timeout.class
              && scope.type() != TaskGroup.class
              && scope.type() != AsyncExitStack.class;

  private static final System.Logger LOG = System.getLogger("dev.asyncwith");
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private static @Nullable HoldTimes watching;

  private final Duration threshold;
  private final Predicate<? super OpenScope> which;

  HoldTimes(Duration threshold, Predicate<? super OpenScope> which) {
    this.threshold = threshold;
    this.which = which;
  }

  /** Watches from now on, in place of what was watched before; nothing if the time is zero. */
  static synchronized void watch(Duration threshold, Predicate<? super OpenScope> which) {
    HoldTimes next = threshold.isZero() ? null : new HoldTimes(threshold, which);
    watching = next;
    if (next != null) {
      Thread.ofPlatform().daemon().name("asyncwith-hold-times").start(next::run);
    }
  }

  private static synchronized boolean isWatching(HoldTimes one) {
    return watching == one;
  }

  private void run() {
    Duration half = threshold.dividedBy(2);
    Duration pause = half.compareTo(LONGEST_PAUSE) < 0 ? half : LONGEST_PAUSE;
    while (isWatching(this)) {
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        return; // nobody knows the thread but who wants its end
      }
      look(System.nanoTime());
    }
  }

  /** Reports what was opened too long before a time and has not been reported. */
  void look(long now) {
    for (Open open : OpenThings.all()) {
      if (!open.isOverdue() && now - open.since() > Nanos.of(threshold)) {
        OpenScope seen = OpenScope.of(open);
        if (chosen(seen)) {
          Leaks.heldTooLong(open, seen, threshold);
        }
      }
    }
  }

  private boolean chosen(OpenScope seen) {
    try {
      return which.test(seen);
    } catch (RuntimeException | Error failure) {
      LOG.log(
          Level.WARNING,
          "what chooses whose hold time is reported failed at " + seen.name(),
          failure);
      return false;
    }
  }
}
