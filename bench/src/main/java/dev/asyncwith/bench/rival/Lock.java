package dev.asyncwith.bench.rival;

import java.util.function.IntSupplier;

/** A fair lock: who waits longest is next. */
public interface Lock {

  /** Runs a body while the lock is held, and gives what it gave. */
  int locked(IntSupplier body) throws InterruptedException;
}
