package dev.asyncwith;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the body of a block ended: what Python tells {@code __aexit__} by its three arguments.
 *
 * {@snippet :
 * switch (outcome) {
 *   case Outcome.Succeeded() -> connection.commit();
 *   case Outcome.Failed(Throwable cause) -> connection.rollback();
 *   case Outcome.Cancelled(Throwable cause) -> connection.rollback();
 * }
 * }
 *
 * Immutable and safe for use by several threads.
 */
public sealed interface Outcome {

  /** The body returned. */
  record Succeeded() implements Outcome {
    static final Succeeded INSTANCE = new Succeeded();
  }

  /**
   * The body threw.
   *
   * @param cause what it threw
   */
  record Failed(Throwable cause) implements Outcome {
    /**
     * A failure.
     *
     * @param cause what the body threw
     */
    public Failed {
      Objects.requireNonNull(cause, "the failure is null: give what was thrown");
    }
  }

  /**
   * The body was cancelled: what it threw says that its thread was interrupted. That is {@link
   * InterruptedException}, and the forms in which the JDK's channels and sockets report an
   * interrupt ({@code ClosedByInterruptException}, {@code FileLockInterruptionException}, {@code
   * InterruptedIOException} other than a socket's timeout, {@code SocketException} "Closed by
   * interrupt"), also inside an {@code UncheckedIOException}.
   *
   * @param cause what it threw
   */
  record Cancelled(Throwable cause) implements Outcome {
    /**
     * A cancellation.
     *
     * @param cause what the body threw
     */
    public Cancelled {
      Objects.requireNonNull(cause, "the failure is null: give what was thrown");
    }
  }

  /**
   * The outcome of a body that returned.
   *
   * @return the one instance
   */
  static Outcome succeeded() {
    return Succeeded.INSTANCE;
  }

  /**
   * The outcome of a body that threw: {@link Cancelled} if {@code failure} is one of the forms of
   * an interrupt, else {@link Failed}.
   *
   * @param failure what the body threw
   * @return how it ended
   */
  static Outcome of(Throwable failure) {
    Objects.requireNonNull(failure, "the failure is null: give what was thrown");
    return Cancellations.isCancellation(failure) ? new Cancelled(failure) : new Failed(failure);
  }

  /**
   * What the body threw.
   *
   * @return the cause of a failure or cancellation, or null if the body succeeded
   */
  default @Nullable Throwable failure() {
    return switch (this) {
      case Succeeded() -> null;
      case Failed(Throwable cause) -> cause;
      case Cancelled(Throwable cause) -> cause;
    };
  }
}
