package dev.asyncwith;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;

/** The forms in which an interrupt comes out of a blocking call. */
final class Cancellations {
  /** Longer than any honest chain of causes; one that turns back on itself ends here too. */
  private static final int MOST_CAUSES = 100;

  private Cancellations() {}

  static boolean isCancellation(Throwable failure) {
    return switch (failure) {
      case InterruptedException _ -> true;
      case ClosedByInterruptException _ -> true;
      case FileLockInterruptionException _ -> true;
      case SocketTimeoutException _ -> false;
      case InterruptedIOException _ -> true;
      // What a virtual thread's Socket throws (sun.nio.ch.NioSocketImpl, JDK 25).
      case UncheckedIOException e -> e.getCause() != null && isCancellation(e.getCause());
      case SocketException e -> "Closed by interrupt".equals(e.getMessage());
      default -> false;
    };
  }

  /**
   * Whether a failure or one of its causes is such a form (rule C6). Only for one who knows that
   * the thread was interrupted meanwhile: a cause alone may tell of another thread's interrupt.
   */
  static boolean isWithin(Throwable failure) {
    Throwable next = failure;
    for (int i = 0; next != null && i < MOST_CAUSES; i++) {
      if (isCancellation(next)) {
        return true;
      }
      next = next.getCause();
    }
    return false;
  }

  /** Whether a class that a caller names can only be meant for cancellations. */
  static boolean isCancellationType(Class<?> type) {
    return InterruptedException.class.isAssignableFrom(type)
        || ClosedByInterruptException.class.isAssignableFrom(type)
        || FileLockInterruptionException.class.isAssignableFrom(type)
        || InterruptedIOException.class.isAssignableFrom(type);
  }

  /**
   * Keeps an interrupt that the caller will not see: an {@link InterruptedException} cleared the
   * flag when it was thrown, so where it is suppressed or takes second place the flag is set again.
   */
  static void keepInterruptOf(Throwable unseen) {
    if (unseen instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
  }
}
