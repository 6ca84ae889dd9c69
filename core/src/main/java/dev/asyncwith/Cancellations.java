package dev.asyncwith;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import org.jspecify.annotations.Nullable;

/** The forms in which an interrupt comes out of a blocking call. */
final class Cancellations {
  /** Causes can form a circle. */
  private static final int MAX_CAUSES = 100;

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
   * Whether a failure, or one of its causes, is a form of an interrupt; one that became a timeout
   * has ended there and does not count.
   */
  static boolean isWithin(Throwable failure) {
    return isWithin(failure, null);
  }

  /** The same of what was thrown after {@code failure}, which may be among its causes. */
  static boolean isWithin(Throwable thrown, @Nullable Throwable failure) {
    Throwable next = thrown;
    for (int i = 0; next != null && next != failure && i < MAX_CAUSES; i++) {
      if (next instanceof TimeoutExceededException) {
        return false;
      }
      if (isCancellation(next)) {
        return true;
      }
      next = next.getCause();
    }
    return false;
  }

  /** Whether a failure is a cancellation: by its form, or by that of a cause if a scope did it. */
  static boolean isCancelled(Throwable failure) {
    if (isCancellation(failure)) {
      return true;
    }
    ThreadContext context = ThreadContext.inScope();
    return context != null && context.hasToldOfCancel() && isWithin(failure);
  }

  /** How a body ended that threw {@code failure}. */
  static Outcome outcome(Throwable failure) {
    return isCancelled(failure) ? new Outcome.Cancelled(failure) : new Outcome.Failed(failure);
  }

  /** Whether a class that a caller names can only be meant for cancellations. */
  static boolean isCancellationType(Class<?> type) {
    return InterruptedException.class.isAssignableFrom(type)
        || ClosedByInterruptException.class.isAssignableFrom(type)
        || FileLockInterruptionException.class.isAssignableFrom(type)
        || InterruptedIOException.class.isAssignableFrom(type);
  }

  /** The others, of channels and sockets, leave the flag set; a pipe's clears it. */
  private static boolean clearedTheFlag(Throwable failure) {
    return failure instanceof InterruptedException
        || (failure instanceof InterruptedIOException
            && !(failure instanceof SocketTimeoutException));
  }

  /**
   * Keeps an interrupt that the caller will not see: where an exception that cleared the flag when
   * it was thrown is suppressed or takes second place, the flag is set again. Not for the
   * cancellation of a scope that has ended by it.
   */
  static void keepInterruptOf(Throwable unseen) {
    if (clearedTheFlag(unseen) && !ExitFailures.isConsumed(unseen)) {
      ThreadContext context = ThreadContext.inScope();
      if (context == null) {
        Thread.currentThread().interrupt();
      } else {
        context.giveBack(unseen);
      }
    }
  }
}
