package dev.asyncwith;

import org.jspecify.annotations.Nullable;

/** Texts of a recording. */
final class FlightText {
  private FlightText() {}

  /** A failure's class and message; its own code must not fail the block that is recorded. */
  static @Nullable String of(@Nullable Throwable failure) {
    return failure == null ? null : Names.describe(failure);
  }
}
