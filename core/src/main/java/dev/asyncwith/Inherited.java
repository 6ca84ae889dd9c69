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
 */
record Inherited(
    AsyncClock clock,
    @Nullable Duration exitBudget,
    ContextCarrier carrier,
    Background background) {
  /** Of threads that no runner started. */
  static final Inherited DEFAULT =
      new Inherited(AsyncClock.system(), null, ContextCarrier.none(), Background.OF_NO_RUNNER);

  Inherited withCarrier(ContextCarrier added) {
    return new Inherited(clock, exitBudget, carrier.and(added), background);
  }
}
