package dev.asyncwith.bench;

import java.util.Arrays;

/**
 * A median, and between which bounds it lies with at least 95 % where there are six figures or
 * more: those of the order statistics, which ask nothing of how the figures are distributed.
 *
 * @param median the middle of the figures
 * @param low the lower bound
 * @param high the upper bound
 */
record Interval(double median, double low, double high) {
  private static final double TAIL = 0.025;

  static Interval of(double[] figures) {
    double[] sorted = figures.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    int dropped = dropped(n);
    double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    return new Interval(median, sorted[dropped], sorted[n - 1 - dropped]);
  }

  /** How many figures may be left out at each end: the tails of a binomial distribution. */
  private static int dropped(int n) {
    double probability = Math.pow(0.5, n);
    double tail = probability;
    int k = 0;
    while (tail + probability * (n - k) / (k + 1) <= TAIL) {
      probability = probability * (n - k) / (k + 1);
      tail += probability;
      k++;
    }
    return k;
  }
}
