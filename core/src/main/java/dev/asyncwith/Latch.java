package dev.asyncwith;

/**
 * Whether anything was ever used that a block has to look at: a scope, a runner, tracking or a
 * recording. It is set once, and for good.
 */
final class Latch {
  private static final Switch SET = Switch.create();

  static {
    FlightEvents.listen();
    Tracking.start(); // both may set it
  }

  private Latch() {}

  static boolean isSet() {
    return SET.isOn();
  }

  static void set() {
    SET.turn(true);
  }
}
