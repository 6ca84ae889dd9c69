package dev.asyncwith;

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
}
