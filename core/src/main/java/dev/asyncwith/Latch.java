package dev.asyncwith;

/**
 * Whether anything was ever used that a block has to look at: a scope, a runner, tracking or a
 * recording. It is set once, and for good.
 */
final class Latch {
  private static final Switch SET = Switch.create();

  static {
    FlightEvents.listen(); // may set it, as the other
    if (isGiven(Tracking.MODE_PROPERTY) || isGiven(Tracking.HOLD_TIME_PROPERTY)) {
      Tracking.start(); // else its class is not even loaded
    }
  }

  private Latch() {}

  private static boolean isGiven(String property) {
    return System.getProperty(property) != null;
  }

  static boolean isSet() {
    return SET.isOn();
  }

  static void set() {
    SET.turn(true);
  }
}
