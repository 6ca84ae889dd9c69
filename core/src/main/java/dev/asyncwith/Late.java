package dev.asyncwith;

import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** What becomes of a value, or a failure, that arrives when nobody waits for it any more. */
final class Late {
  private Late() {}

  /** Releases a value on the calling thread, unhindered by scopes; a failure is logged. */
  @SuppressWarnings("unchecked") // whatever it throws is caught
  static <T extends @Nullable Object> void release(T value, AsyncWith.Close<? super T, ?> release) {
    var close = (AsyncWith.Close<T, RuntimeException>) release;
    try {
      Exits.afterSuccess(
          _ -> {
            close.close(value);
            return false;
          });
    } catch (Throwable failure) {
      logNotReleased(failure);
      Cancellations.keepInterruptOf(failure);
    }
  }

  static void logNotReleased(Throwable failure) {
    log("a value that came after its waiter was gone was not released", failure);
  }

  static void log(String what, Throwable failure) {
    System.getLogger("dev.asyncwith").log(Level.WARNING, what, failure);
  }
}
