package dev.asyncwith;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The small managers behind the factories of {@link AsyncWith}. */
final class Managers {
  private Managers() {}

  /** Two lambdas. Keeps the value between enter and exit, so that it serves one block at a time. */
  static final class Pair<T extends @Nullable Object, X extends Throwable>
      implements AsyncContextManager<T, X> {
    /** A value by its identity: a box, since the value itself may be null. */
    private static final class Held {
      final @Nullable Object value;

      Held(@Nullable Object value) {
        this.value = value;
      }
    }

    /** Keeps the place while the value is being acquired. */
    private static final Held ACQUIRING = new Held(null);

    private final AsyncWith.Acquire<T, ? extends X> acquire;
    private final AsyncWith.Release<? super T, ? extends X> release;
    private final AtomicReference<@Nullable Held> held = new AtomicReference<>();

    Pair(
        AsyncWith.Acquire<T, ? extends X> acquire,
        AsyncWith.Release<? super T, ? extends X> release) {
      this.acquire = Objects.requireNonNull(acquire, "acquire");
      this.release = Objects.requireNonNull(release, "release");
    }

    @Override
    public T enter() throws X, InterruptedException {
      if (!held.compareAndSet(null, ACQUIRING)) {
        throw new IllegalStateException(
            describe() + " is already entered: make a manager for each block that runs at a time");
      }
      Held acquired = null;
      try {
        T value = acquire.acquire();
        acquired = new Held(value);
        return value;
      } finally {
        held.set(acquired);
      }
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // what acquire gave
    public boolean exit(Outcome outcome) throws X, InterruptedException {
      Held entered = held.get();
      if (entered == null || entered.equals(ACQUIRING) || !held.compareAndSet(entered, null)) {
        throw new IllegalStateException(describe() + " is exited without having been entered");
      }
      release.release((T) entered.value, outcome);
      return false;
    }

    @Override
    public String describe() {
      return "manager of " + Names.of(acquire.getClass());
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
      split.rest().initCause(group);
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
  }
}
