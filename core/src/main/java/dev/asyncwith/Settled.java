package dev.asyncwith;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one body of {@link AsyncWith#gatherSettled} ended: what Python's {@code gather} puts into its
 * list with {@code return_exceptions=True}.
 *
 * {@snippet :
 * switch (settled) {
 *   case Settled.Succeeded<Page>(Page page) -> show(page);
 *   case Settled.Failed<Page>(Throwable cause) -> warn(cause);
 * }
 * }
 *
 * Immutable if the value is; safe for use by several threads.
 *
 * @param <R> the type of the value
 */
public sealed interface Settled<R extends @Nullable Object> {

  /**
   * The body returned.
   *
   * @param <R> the type of the value
   * @param value what it returned
   */
  record Succeeded<R extends @Nullable Object>(R value) implements Settled<R> {}

  /**
   * The body threw.
   *
   * @param <R> the type of the value
   * @param cause what it threw; an {@link InterruptedException} if something cancelled it alone
   */
  record Failed<R extends @Nullable Object>(Throwable cause) implements Settled<R> {
    /**
     * A failure.
     *
     * @param cause what the body threw
     */
    public Failed {
      Objects.requireNonNull(cause, "the failure is null: give what was thrown");
    }
  }
}
