package dev.asyncwith.bench.rival;

import dev.asyncwith.Outcome;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * By hand, as safe as a block inside of a cancel scope: the exit stands between two atomic steps,
 * which keep the interrupt of a canceller on another thread from it. There is no canceller here.
 */
public final class Shielded implements Block {
  private static final int OPEN = 0;
  private static final int SHIELDED = 1;

  private final AtomicInteger state = new AtomicInteger(OPEN);

  @Override
  public int one(Resource a, int number) {
    a.enter();
    int result;
    try {
      result = Block.body(a.opened, number);
    } catch (Throwable failure) {
      change(OPEN, SHIELDED);
      EquallySafe.exitAfter(a, failure);
      change(SHIELDED, OPEN);
      throw failure;
    }
    change(OPEN, SHIELDED);
    try {
      EquallySafe.exit(a, Outcome.succeeded());
    } finally {
      change(SHIELDED, OPEN);
    }
    return result;
  }

  /** Waits for a canceller that is about to interrupt the thread. */
  private void change(int from, int to) {
    while (!state.compareAndSet(from, to)) {
      Thread.onSpinWait();
    }
  }
}
