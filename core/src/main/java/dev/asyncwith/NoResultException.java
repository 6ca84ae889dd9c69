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
        "the body failed with "
            + suppressed
            + ", which a manager of the block suppressed, so that call has no result to return;"
            + " use run where none is needed, or tryCall for an Optional",
        suppressed);
  }
}
