package dev.asyncwith;

/** The threads that carry virtual ones. */
final class Carriers {
  private Carriers() {}

  /** How many there are, if none is added for one that is blocked. */
  static int number() {
    return Integer.getInteger(
        "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());
  }
}
