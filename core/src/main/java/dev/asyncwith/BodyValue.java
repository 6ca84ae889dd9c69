package dev.asyncwith;

import org.jspecify.annotations.Nullable;

/**
 * What the body of a {@code callAsync} returned, in case that an exit fails after it: then nobody
 * else has the value.
 */
final class BodyValue {
  private @Nullable Object value;

  /** Keeps what a body returned; returns it. */
  <R extends @Nullable Object> R of(R returned) {
    value = returned;
    return returned;
  }

  /** Closes the value, as an exit, since its block has failed; returns the failure after that. */
  Throwable closeAfter(Throwable failure, String block) {
    return value instanceof AutoCloseable lost
        ? Exits.closeAfter("the result of " + block, lost::close, failure)
        : failure;
  }
}
