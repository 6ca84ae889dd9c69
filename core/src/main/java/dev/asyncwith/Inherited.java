package dev.asyncwith;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a thread that the library starts inherits from the one that started it.
 *
 * @param clock what deadlines and sleeps read
 * @param exitBudget how long an exit may take that has no budget of its own; null without limit
 * @param carrier what of the context goes along
 * @param background where tasks run that do not end with a block
 * @param activity counts the busy threads of the runner; null if its clock does not care
 */
record Inherited(
    AsyncClock clock,
    @Nullable Duration exitBudget,
    ContextCarrier carrier,
    Background background,
    @Nullable Activity activity) {
  /** Of threads that no runner started. */
  static final Inherited DEFAULT = ofRunner(AsyncClock.system(), null);

  static Inherited ofRunner(AsyncClock clock, @Nullable Duration exitBudget) {
    return ofRunner(clock, exitBudget, ContextCarrier.none(), Background.OF_NO_RUNNER);
  }

  /** What the threads of one runner inherit, which has its clock for itself. */
  static Inherited ofRunner(
      AsyncClock clock,
      @Nullable Duration exitBudget,
      ContextCarrier carrier,
      Background background) {
    Activity activity = clock == AsyncClock.system() ? null : new Activity(clock);
    return new Inherited(clock, exitBudget, carrier, background, activity);
  }

  Inherited withCarrier(ContextCarrier added) {
    ContextCarrier both = carrier.and(added);
    return both == carrier ? this : new Inherited(clock, exitBudget, both, background, activity);
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
