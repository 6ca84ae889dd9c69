package dev.asyncwith.bench.rival;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/** A fair reentrant lock, by hand. */
public final class FairReentrantLock implements Lock {
  private final ReentrantLock lock = new ReentrantLock(true);

  @Override
  public int locked(IntSupplier body) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      return body.getAsInt();
    } finally {
      lock.unlock();
    }
  }
}
