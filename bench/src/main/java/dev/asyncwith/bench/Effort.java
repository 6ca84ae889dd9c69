package dev.asyncwith.bench;

import org.openjdk.jmh.runner.options.TimeValue;

/**
 * How much is done for a figure.
 *
 * @param rounds how many pairs of measurements there are at least
 * @param most how many there are of what is in doubt then
 * @param warmUps how many iterations JMH throws away
 * @param iterations how many it measures
 * @param time how long an iteration takes
 */
record Effort(int rounds, int most, int warmUps, int iterations, TimeValue time) {
  /** All rows that have a goal, within a quarter of an hour. */
  static final Effort QUICK = new Effort(7, 7, 4, 4, TimeValue.milliseconds(100));

  /** All rows. */
  static final Effort FULL = new Effort(7, 31, 4, 5, TimeValue.milliseconds(100));

  /** Whether it works at all. */
  static final Effort SMOKE = new Effort(1, 1, 1, 1, TimeValue.milliseconds(10));
}
