package dev.asyncwith;

import org.jspecify.annotations.Nullable;

/**
 * A deadline passed before the work was done: what {@link AsyncWith#timeout} makes of its own
 * cancellation, Python's {@code TimeoutError}. The cause is the exception that the cancelled body
 * ended with. Unchecked, since a checked one would turn the commonest nesting into {@code throws
 * Exception}.
 */
public final class TimeoutExceededException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TimeoutExceededException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
