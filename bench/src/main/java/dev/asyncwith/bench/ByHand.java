package dev.asyncwith.bench;

import dev.asyncwith.Outcome;
import java.util.function.ToIntFunction;

/** Blocks written by hand. */
final class ByHand {
  private ByHand() {}

  /** What most people write: try and finally. */
  static int plain(Resource resource, ToIntFunction<Resource> body) {
    resource.enter();
    try {
      return body.applyAsInt(resource);
    } finally {
      boolean ignored = resource.exit(Outcome.succeeded());
    }
  }

  /**
   * As safe as a block of the library: the exit is told how the body ended, a pending interrupt is
   * held back meanwhile, and of two failures neither is lost.
   */
  static int equallySafe(Resource resource, ToIntFunction<Resource> body) {
    resource.enter();
    int result;
    try {
      result = body.applyAsInt(resource);
    } catch (Throwable failure) {
      exitAfter(resource, failure);
      throw failure;
    }
    exit(resource, Outcome.succeeded());
    return result;
  }

  private static void exitAfter(Resource resource, Throwable failure) {
    try {
      exit(resource, Outcome.of(failure));
    } catch (Throwable second) {
      if (second != failure) {
        failure.addSuppressed(second);
      }
    }
  }

  private static void exit(Resource resource, Outcome outcome) {
    boolean interrupted = Thread.currentThread().isInterrupted() && Thread.interrupted();
    try {
      boolean ignored = resource.exit(outcome);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
