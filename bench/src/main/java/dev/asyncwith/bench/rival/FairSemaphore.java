package dev.asyncwith.bench.rival;

import java.util.concurrent.Semaphore;
import java.util.function.IntSupplier;

/** A fair semaphore of one permit, by hand. */
public final class FairSemaphore implements Lock {
  private final Semaphore semaphore = new Semaphore(1, true);

  @Override
  public int locked(IntSupplier body) throws InterruptedException {
    semaphore.acquire();
    try {
      return body.getAsInt();
    } finally {
      semaphore.release();
    }
  }
}
