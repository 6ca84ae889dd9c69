package dev.asyncwith.bench;

/** What is measured. */
enum Figure {
  /** Nanoseconds of a call, or of a child, or of a turn. */
  NANOS("ns"),
  /** Bytes of a call, or of something open. */
  BYTES("B"),
  /** Nanoseconds that all but the hundredth part of the waits are below. */
  P99("ns p99"),
  /** How many waiters were overtaken by one that came later. */
  OVERTAKEN("waiters");

  private final String unit;

  Figure(String unit) {
    this.unit = unit;
  }

  String unit() {
    return unit;
  }
}
