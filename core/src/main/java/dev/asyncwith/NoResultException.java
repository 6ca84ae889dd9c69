package dev.asyncwith;

/**
 * A block has no result to return, because its body failed and a manager suppressed the failure,
 * which is the {@linkplain #getCause cause} of this exception. {@code run} asks for no result, and
 * {@code tryCall} answers with an empty {@link java.util.Optional}.
 */
public final class NoResultException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoResultException(Throwable suppressed) {
    super(
        "what the block failed with, "
            + suppressed
            + ", was suppressed by one of its managers, so call has no result to return;"
            + " use run where none is needed, or tryCall for an Optional",
        suppressed);
  }
}
