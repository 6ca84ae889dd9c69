package dev.asyncwith;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a thread that the library starts inherits from the one that started it.
 *
 * @param clock what deadlines and sleeps read
 * @param exitBudget how long an exit may take that has no budget of its own; null without limit
 * @param activity counts the busy threads of the runner; null if its clock does not care
 */
record Inherited(AsyncClock clock, @Nullable Duration exitBudget, @Nullable Activity activity) {
  /** Of threads that no runner started. */
  static final Inherited DEFAULT = new Inherited(AsyncClock.system(), null, null);

  /** What the threads of a new runner inherit. */
  static Inherited ofRunner(AsyncClock clock, @Nullable Duration exitBudget) {
    boolean goesByItself = clock == AsyncClock.system();
    return new Inherited(clock, exitBudget, goesByItself ? null : new Activity(clock));
  }

  /** What a thread runs that is about to be started: it counts as busy from now to its end. */
  Runnable counted(Runnable action) {
    Activity counter = activity;
    if (counter == null) {
      return action;
    }
    counter.started();
    return () -> {
      try {
        action.run();
      } finally {
        counter.ended();
      }
    };
  }
}
