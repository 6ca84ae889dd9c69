package dev.asyncwith;

import org.jspecify.annotations.Nullable;

/** One resource of a pool, from its making to its exit; who has it uses it alone. */
final class Pooled<T> {
  /** Holds the exit, which it ties to its enter and shields. */
  private final AsyncExitStack exits;

  final T value;
  final long madeAt;

  /** Guarded by the pool's monitor. */
  long idleSince;

  private Pooled(AsyncExitStack exits, T value, long madeAt) {
    this.exits = exits;
    this.value = value;
    this.madeAt = madeAt;
    this.idleSince = madeAt;
  }

  /** Enters a manager. If that throws there is nothing to close. */
  static <T, X extends Exception> Pooled<T> make(AsyncContextManager<T, X> manager, long now)
      throws X, InterruptedException {
    AsyncExitStack exits = AsyncExitStack.create();
    return new Pooled<>(exits, exits.enter(manager), now);
  }

  /** Exits the manager after a use that ended so; tells whether it suppresses a failure. */
  @SuppressWarnings("unchecked") // only this manager's exit is in the stack
  <X extends Exception> boolean exit(Outcome outcome) throws X, InterruptedException {
    return ((AsyncExit<X>) (AsyncExit<?>) exits).exit(outcome);
  }

  /** Exits the manager of a resource that nobody uses; gives the failure of that. */
  @Nullable Throwable close() {
    try {
      exits.close();
      return null;
    } catch (Throwable failure) {
      return failure;
    }
  }

  /** Closes one that nobody asked to close. */
  void closeOrLog() {
    Throwable failure = close();
    if (failure != null) {
      Late.log("a resource that a pool did not keep was not closed", failure);
      Cancellations.keepInterruptOf(failure);
    }
  }
}
