package dev.asyncwith;

/**
 * An {@link AsyncBarrier} was aborted, or was reset while the thread waited at it: Python's {@code
 * BrokenBarrierError}. Unchecked, and not {@link java.util.concurrent.BrokenBarrierException}: as
 * the exception of a manager a checked one would make {@code throws Exception} of any block that
 * also throws an {@code IOException}, and that of the JDK also stands for a barrier that broke
 * because another thread was interrupted, which an {@code AsyncBarrier} does not.
 */
public final class BarrierBrokenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BarrierBrokenException(String message) {
    super(message);
  }
}
