package dev.asyncwith;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The managers that bound the exit of another one. Each kind of manager keeps its way to enter. */
final class BoundedManagers {
  private BoundedManagers() {}

  /** What is bounded, by however many budgets; itself if none. */
  static AsyncContextManager<?, ?> target(AsyncContextManager<?, ?> manager) {
    return manager instanceof OfAny<?, ?> bounded ? target(bounded.target) : manager;
  }

  /** Whether it is left by the thread that entered it, bounded or not. */
  static boolean belongsToItsThread(AsyncExit<?> exit) {
    return switch (exit) {
      case CancelScope _, Timeout _, TaskGroup _ -> true;
      case OfAny<?, ?> bounded -> belongsToItsThread(bounded.target);
      default -> false;
    };
  }

  /** Checks that an exit does not belong to the thread of its block. */
  private static ExitBudget detached(AsyncContextManager<?, ?> target, ExitBudget budget) {
    if (belongsToItsThread(target)) {
      throw new IllegalStateException(
          target.describe()
              + " is left by the thread that entered it, so its exit cannot be detached:"
              + " detach those of the managers in it");
    }
    return budget.onItsOwnThread();
  }

  /** Of any manager. */
  static sealed class OfAny<T extends @Nullable Object, X extends Throwable>
      implements BoundedManager<T, X> permits OfGuard {
    final AsyncContextManager<T, X> target;
    final ExitBudget budget;

    OfAny(AsyncContextManager<T, X> target, ExitBudget budget) {
      this.target = target;
      this.budget = budget;
    }

    @Override
    public T enter() throws X, InterruptedException {
      return target.enter();
    }

    @Override
    public boolean exit(Outcome outcome) throws X, InterruptedException {
      return budget.exit(CapacityLimiter.boundToThread(target), outcome);
    }

    @Override
    public BoundedManager<T, X> detached() {
      return new OfAny<>(target, BoundedManagers.detached(target, budget));
    }

    @Override
    public BoundedManager<T, X> exitWithin(Duration limit) {
      return new OfAny<>(target, budget.within(limit));
    }

    @Override
    public String describe() {
      return target.describe();
    }

    @Override
    public String toString() {
      return describe();
    }
  }

  /** Of any guard. */
  @SuppressWarnings("NullAway") // it does not see that T is @Nullable Void in the superclass
  static final class OfGuard<X extends Throwable> extends OfAny<@Nullable Void, X>
      implements BoundedGuard<X> {
    OfGuard(AsyncContextManager<@Nullable Void, X> target, ExitBudget budget) {
      super(target, budget);
    }

    @Override
    public BoundedGuard<X> detached() {
      return new OfGuard<>(target, BoundedManagers.detached(target, budget));
    }

    @Override
    public BoundedGuard<X> exitWithin(Duration limit) {
      return new OfGuard<>(target, budget.within(limit));
    }
  }

  /** Of a pair of lambdas: a pair again, whose exit can be tied to its enter. */
  static final class OfPair<T extends @Nullable Object, X extends Throwable>
      extends Managers.Pair<T, X> implements BoundedManager<T, X> {
    private final Managers.Pair<T, X> target;
    private final ExitBudget budget;

    OfPair(Managers.Pair<T, X> target, ExitBudget budget) {
      super(
          target.acquire,
          (value, outcome) -> {
            var _ = budget.<X>exit(target.bind(value), outcome);
          });
      this.target = target;
      this.budget = budget;
    }

    @Override
    public BoundedManager<T, X> detached() {
      return new OfPair<>(target, budget.onItsOwnThread());
    }

    @Override
    public BoundedManager<T, X> exitWithin(Duration limit) {
      return new OfPair<>(target, budget.within(limit));
    }

    @Override
    public String describe() {
      return target.describe();
    }
  }

  /** Of a generator: runs on the block's own stack as well. */
  static sealed class Inline<T extends @Nullable Object, X extends Throwable>
      extends InlineManager<T, X> implements BoundedManager<T, X> permits InlineGuard {
    final GeneratorManager<T, X> target;
    final ExitBudget budget;

    Inline(GeneratorManager<T, X> target, ExitBudget budget) {
      this.target = target;
      this.budget = budget;
    }

    @Override
    @Nullable Object runInline(
        @Nullable Duration none,
        Block block,
        int level,
        Object body,
        @Nullable Object v1,
        @Nullable Object v2,
        @Nullable Object v3) {
      return target.runInline(budget.limit(), block, level, body, v1, v2, v3);
    }

    @Override
    public T enter() {
      return target.enter();
    }

    @Override
    public boolean exit(Outcome outcome) throws X, InterruptedException {
      return budget.exit(target, outcome);
    }

    @Override
    public BoundedManager<T, X> detached() {
      return new OfAny<>(target, budget.onItsOwnThread());
    }

    @Override
    public BoundedManager<T, X> exitWithin(Duration limit) {
      return new Inline<>(target, budget.within(limit));
    }

    @Override
    public String describe() {
      return target.describe();
    }

    @Override
    public String toString() {
      return describe();
    }
  }

  /** Of a generator that yields no value. */
  @SuppressWarnings("NullAway") // as above
  static final class InlineGuard<X extends Throwable> extends Inline<@Nullable Void, X>
      implements BoundedGuard<X> {
    InlineGuard(GeneratorManager<@Nullable Void, X> target, ExitBudget budget) {
      super(target, budget);
    }

    @Override
    public BoundedGuard<X> detached() {
      return new OfGuard<>(target, budget.onItsOwnThread());
    }

    @Override
    public BoundedGuard<X> exitWithin(Duration limit) {
      return new InlineGuard<>(target, budget.within(limit));
    }
  }
}
