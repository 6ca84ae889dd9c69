package dev.asyncwith;

/**
 * A manager whose value can also be kept and closed by hand: a file, a session, a response. Its
 * exit closes the value and ignores the outcome, so that {@code close()} does all that the exit
 * would do.
 *
 * {@snippet :
 * with(AsyncFiles.open(path, "r")).run(file -> print(file.read()));   // closed by the block
 * try (var file = AsyncFiles.open(path, "r").open()) { print(file.read()); }   // by its owner
 * }
 *
 * <p>{@link #exitWithin} bounds the exit of its blocks. It says nothing of a {@code close()} by
 * hand.
 *
 * <p>Making the manager acquires nothing; {@code enter} or {@code open} does. {@link
 * AsyncWith#resource} makes one of two lambdas.
 *
 * @param <T> the type of the value
 * @param <X> the checked exception that enter and exit throw; {@link RuntimeException} for none
 */
public interface AsyncResource<T extends AutoCloseable, X extends Throwable>
    extends AsyncContextManager<T, X> {

  /**
   * Acquires the value for the caller, who closes it: Python's {@code f = await open(…)}. The exit
   * of this manager is not called for it.
   *
   * @return the open value
   * @throws X if it cannot be acquired
   * @throws InterruptedException if the thread was interrupted; nothing is acquired then
   */
  default T open() throws X, InterruptedException {
    return enter();
  }
}
