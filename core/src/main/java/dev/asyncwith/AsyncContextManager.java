package dev.asyncwith;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A thing that is entered before a block and exited after it, whatever way the block ends: Python's
 * asynchronous context manager.
 *
 * <p>{@link AsyncWith#with with} runs a block: {@code enter}, then the body, then {@code exit}, on
 * the caller's thread. The exit runs exactly once for each enter that returned, after a result and
 * after any {@link Throwable}, and is told by its {@link Outcome} how the body ended.
 *
 * {@snippet :
 * final class Connection implements AsyncContextManager<Connection, IOException> {
 *   public Connection enter() throws IOException { connect(); return this; }
 *   public boolean exit(Outcome outcome) throws IOException { disconnect(); return false; }
 * }
 * String page = with(new Connection("example.com")).call(c -> c.fetch("/"));
 * }
 *
 * <p>A manager that acquires more than one thing in {@code enter} collects them in an {@link
 * AsyncExitStack} and keeps what {@link AsyncExitStack#popAll popAll} returns, so that a failure
 * half-way releases what was acquired.
 *
 * <p>Unless a manager says otherwise it is used by one thread at a time.
 *
 * @param <T> the type of the value that the body gets; may be a nullable type
 * @param <X> the checked exception that enter and exit throw; {@link RuntimeException} for none
 * @see <a href="https://docs.python.org/3/reference/datamodel.html#async-context-managers">Python,
 *     Asynchronous Context Managers</a>
 */
public interface AsyncContextManager<T extends @Nullable Object, X extends Throwable>
    extends AsyncExit<X> {

  /**
   * Acquires. If it throws there is nothing to exit, and {@code exit} is not called.
   *
   * @return the value for the body
   * @throws X if it cannot be acquired
   * @throws InterruptedException if the thread was interrupted; nothing is acquired then
   */
  T enter() throws X, InterruptedException;

  /**
   * Bounds the time that the exit may take. No scope interrupts an exit and no timeout around the
   * block ends it, so one that waits for a peer that is gone would wait for ever.
   *
   * <p>When the time has passed, the exit is interrupted as the body of a {@link CancelScope} is,
   * and so are exits that it runs; a warning with its stack is logged on {@code dev.asyncwith}. If
   * it ends by that, the exit has failed with a {@link TimeoutExceededException}, whose cause is
   * what it threw. If it ends by itself, even too late, its own end counts. When twice the time has
   * passed, a second warning says that it is stuck; the block waits on, since a method on the
   * caller's stack cannot be left. {@link BoundedManager#detached} can be left. Time is that of the
   * clock of the thread's {@code Runner}.
   *
   * <p>A failed exit says that it was not graceful, not that the thing is still open: a manager
   * that is interrupted in its exit should close by force, without waiting for anybody.
   *
   * @param limit how long the exit may take, more than zero
   * @return a manager that does all else as this one
   * @throws IllegalArgumentException if the limit is zero or negative
   * @see <a href="https://trio.readthedocs.io/en/stable/reference-io.html#trio.abc.AsyncResource">
   *     trio, AsyncResource.aclose</a>
   */
  default BoundedManager<T, X> exitWithin(Duration limit) {
    return new BoundedManagers.OfAny<>(this, ExitBudget.of(limit));
  }
}
