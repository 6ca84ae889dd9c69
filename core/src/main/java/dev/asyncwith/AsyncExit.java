package dev.asyncwith;

import java.util.Objects;

/**
 * The exit of a block alone, without an enter: what an {@link AsyncExitStack} keeps.
 *
 * @param <X> the checked exception that it throws; {@link RuntimeException} for none
 */
@FunctionalInterface
public interface AsyncExit<X extends Throwable> {

  /**
   * Releases, and decides about the body's failure. While it runs, no scope around the block
   * interrupts it, and a pending interrupt of the thread is held back and set again afterwards. One
   * that interrupts it all the same, from elsewhere or at the end of its time ({@link
   * AsyncContextManager#exitWithin}), asks it to do without grace: to close by force, and to fail.
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
   * A {@code close()} that a user calls by hand.
   *
   * @param <X> the checked exception that it throws; {@link RuntimeException} for none
   */
  @FunctionalInterface
  interface Closing<X extends Throwable> {
    /**
     * Closes.
     *
     * @throws X if it cannot
     */
    void close() throws X;
  }

  /**
   * Runs a close as a block runs an exit, for values that are also closed by hand: scopes do not
   * reach it, a pending interrupt is held back until it is over, and the time that exits may take
   * holds for it. An interrupt that comes meanwhile does reach it.
   *
   * {@snippet :
   * @Override
   * public void close() throws IOException {
   *   AsyncExit.<IOException>shielded(this, channel::close);
   * }
   * }
   *
   * @param <X> the checked exception that it throws
   * @param what what is closed; its {@code toString()} names it in reports
   * @param close closes it, also in a thread whose scope is cancelled
   * @throws X if the close does
   * @throws TimeoutExceededException if the close ended by the interrupt at the end of its time
   */
  static <X extends Throwable> void shielded(Object what, Closing<? extends X> close) throws X {
    Objects.requireNonNull(what, "what is closed is null");
    Objects.requireNonNull(close, "the close is null");
    Exits.runByHand(what, close);
  }

  /**
   * Names this object in error messages: a file gives its path, a lock its name.
   *
   * @return a short name, by default that of the class
   */
  default String describe() {
    return Names.of(getClass());
  }
}
