package dev.asyncwith;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The small managers behind the factories of {@link AsyncWith}. */
final class Managers {
  private Managers() {}

  /** A value and the exit that releases it, and no other. */
  record Bound<T extends @Nullable Object>(T value, AsyncExit<?> exit) {}

  /** Two lambdas. */
  static class Pair<T extends @Nullable Object, X extends Throwable>
      implements AsyncContextManager<T, X> {
    final AsyncWith.Acquire<T, ? extends X> acquire;
    private final AsyncWith.Release<? super T, ? extends X> release;
    private final Entered<T> entered = new Entered<>();

    Pair(
        AsyncWith.Acquire<T, ? extends X> acquire,
        AsyncWith.Release<? super T, ? extends X> release) {
      this.acquire = Objects.requireNonNull(acquire, "what acquires is null: give a lambda");
      this.release = Objects.requireNonNull(release, "what releases is null: give a lambda");
    }

    @Override
    public T enter() throws X, InterruptedException {
      return entered.<X>enter(this, acquire);
    }

    @Override
    public boolean exit(Outcome outcome) throws X, InterruptedException {
      release.release(entered.exit(this), outcome);
      return false;
    }

    /**
     * Enters, and ties an exit to it: for who keeps the exit. A stack may enter the manager several
     * times, and be closed by another thread.
     */
    final Bound<T> enterBound() throws X, InterruptedException {
      T value = acquire.acquire();
      return new Bound<>(value, bind(value));
    }

    /** The exit that releases {@code value}. */
    final AsyncExit<X> bind(T value) {
      return new BoundExit<>(this, value);
    }

    @Override
    public BoundedManager<T, X> exitWithin(Duration limit) {
      return new BoundedManagers.OfPair<>(this, ExitBudget.of(limit));
    }

    @Override
    public String describe() {
      return "manager of " + Names.of(acquire.getClass());
    }

    @Override
    public final String toString() {
      return describe();
    }
  }

  /** The exit of one enter of a pair, whose value it knows. */
  record BoundExit<T extends @Nullable Object, X extends Throwable>(Pair<T, X> manager, T value)
      implements AsyncExit<X> {
    @Override
    public boolean exit(Outcome outcome) throws X, InterruptedException {
      manager.release.release(value, outcome);
      return false;
    }

    @Override
    public String describe() {
      return manager.describe();
    }
  }

  /** What a caller may also open and close by hand. */
  static final class Resource<T extends AutoCloseable, X extends Throwable> extends Pair<T, X>
      implements AsyncResource<T, X> {
    private final String name;

    Resource(
        String name,
        AsyncWith.Acquire<T, ? extends X> open,
        AsyncWith.Close<? super T, ? extends X> close) {
      super(open, (value, _) -> close.close(value));
      this.name =
          Objects.requireNonNull(name, "the name of the resource is null: give one for messages");
      Objects.requireNonNull(close, "what closes is null: give a lambda");
    }

    @Override
    public T open() throws X, InterruptedException {
      return acquire.acquire();
    }

    @Override
    public String describe() {
      return name;
    }
  }

  /** A value that is there already; enter gives it. */
  record Given<T extends @Nullable Object, X extends Throwable>(
      String describe, T value, AsyncWith.Close<? super T, ? extends X> close)
      implements AsyncContextManager<T, X> {
    @Override
    public T enter() {
      return value;
    }

    @Override
    public boolean exit(Outcome outcome) throws X, InterruptedException {
      close.close(value);
      return false;
    }

    @Override
    public String toString() {
      return describe;
    }
  }

  /** Suppresses failures by their classes. Holds no state: re-usable, re-entrant, thread-safe. */
  record Suppress(List<Class<? extends Throwable>> types) implements AsyncGuard<RuntimeException> {
    @Override
    public @Nullable Void enter() {
      return null;
    }

    @Override
    public boolean exit(Outcome outcome) {
      return switch (outcome) {
        case Outcome.Succeeded() -> false;
        case Outcome.Cancelled(Throwable cause) -> names(cause);
        case Outcome.Failed(ExceptionGroup group) -> suppresses(group) || exitGroup(group);
        case Outcome.Failed(Throwable cause) -> matches(cause);
      };
    }

    /** As contextlib.suppress does since CPython 3.12: what matches is dropped from the group. */
    private boolean exitGroup(ExceptionGroup group) {
      ExceptionGroup.Split split = group.split(this::suppresses);
      if (split.matched() == null) {
        return false;
      }
      if (split.rest() == null) {
        return true;
      }
      ExitFailures.supersede(group, split.matched(), split.rest());
      throw split.rest();
    }

    private boolean suppresses(Throwable failure) {
      if (Cancellations.isCancellation(failure)) {
        return names(failure);
      }
      return matches(failure)
          && (!(failure instanceof ExceptionGroup group)
              || group.split(member -> isUnnamedCancellation(member)).matched() == null);
    }

    private boolean isUnnamedCancellation(Throwable member) {
      return Cancellations.isCancellation(member) && !names(member);
    }

    private boolean matches(Throwable failure) {
      return types.stream().anyMatch(type -> type.isInstance(failure));
    }

    private boolean names(Throwable cancellation) {
      return types.stream()
          .filter(Cancellations::isCancellationType)
          .anyMatch(type -> type.isInstance(cancellation));
    }

    @Override
    public String describe() {
      return "suppress(" + String.join(", ", types.stream().map(Names::of).toList()) + ")";
    }

    @Override
    public String toString() {
      return describe();
    }
  }
}
