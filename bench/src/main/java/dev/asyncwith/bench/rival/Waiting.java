package dev.asyncwith.bench.rival;

import java.util.concurrent.CountDownLatch;

/** Waits of bodies that may throw nothing. */
public final class Waiting {
  private Waiting() {}

  /** Waits for a latch. */
  public static void on(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a measurement", e);
    }
  }
}
