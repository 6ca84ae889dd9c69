package dev.asyncwith;

import org.jspecify.annotations.Nullable;

/**
 * The code of a manager written as one method, in the shape of a function under Python's
 * {@code @asynccontextmanager}: what stands before the yield is the enter, what stands after it the
 * exit.
 *
 * {@snippet :
 * static AsyncContextManager<Connection, SQLException> transaction(DataSource source) {
 *   return asyncContextManager(body -> {
 *     try (Connection connection = source.getConnection()) {
 *       connection.setAutoCommit(false);
 *       switch (body.attempt(connection)) {
 *         case Outcome.Succeeded() -> connection.commit();
 *         case Outcome.Failed _, Outcome.Cancelled _ -> connection.rollback();
 *       }
 *     }
 *   });
 * }
 * }
 *
 * <p>Define a generator in a method with a declared return type, as here: that is where the
 * compiler gets the types from.
 *
 * @param <T> the type of the value that it yields
 * @param <X> the checked exception that it throws; {@link RuntimeException} for none
 */
@FunctionalInterface
public interface Generator<T extends @Nullable Object, X extends Throwable> {

  /**
   * Acquires, yields once, and releases.
   *
   * @param body the body of the block
   * @throws X if it cannot acquire or release
   * @throws InterruptedException if its thread was interrupted
   */
  void run(Yield<T> body) throws X, InterruptedException;
}
