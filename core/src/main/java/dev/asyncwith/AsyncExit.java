package dev.asyncwith;

/**
 * The exit of a block alone, without an enter: what an {@link AsyncExitStack} keeps.
 *
 * @param <X> the checked exception that it throws; {@link RuntimeException} for none
 */
@FunctionalInterface
public interface AsyncExit<X extends Throwable> {

  /**
   * Releases, and decides about the body's failure. While it runs, a pending interrupt of the
   * thread is held back, and set again afterwards.
   *
   * <p>What it throws is never lost: after a successful body it is thrown; after a failed one it is
   * suppressed in the body's failure, unless the body was cancelled or it holds the body's failure
   * as a cause or suppressed: then it takes its place.
   *
   * @param outcome how the body ended
   * @return true to suppress the body's failure; ignored when the body succeeded
   * @throws X if it cannot be released
   * @throws InterruptedException if the thread is interrupted while it releases
   */
  boolean exit(Outcome outcome) throws X, InterruptedException;

  /**
   * Names this object in error messages: a file gives its path, a lock its name.
   *
   * @return a short name, by default that of the class
   */
  default String describe() {
    return Names.of(getClass());
  }
}
