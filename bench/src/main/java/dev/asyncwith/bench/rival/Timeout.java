package dev.asyncwith.bench.rival;

import java.time.Duration;
import java.util.function.IntSupplier;

/** Gives a body an hour, which it does not need. */
public interface Timeout {
  /** Longer than anything here takes. */
  Duration LIMIT = Duration.ofHours(1);

  /**
   * Runs a body, and gives what it gave.
   *
   * @throws Exception never, but its signature has it
   */
  int within(IntSupplier body) throws Exception;
}
