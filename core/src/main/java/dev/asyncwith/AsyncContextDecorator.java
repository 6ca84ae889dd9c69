package dev.asyncwith;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A way to make managers, which wraps functions so that each call of them runs in a block of a new
 * manager: Python's {@code AsyncContextDecorator}.
 *
 * {@snippet :
 * AsyncContextDecorator<RuntimeException> timed = () -> timer("fetch");
 * var fetch = timed.wrap((URI uri) -> download(uri));
 * String page = fetch.call(uri);
 * }
 *
 * <p>Recursive and concurrent calls are independent of each other. It is as safe for use by several
 * threads as what makes the managers.
 *
 * @param <X> the checked exception that the managers throw; {@link RuntimeException} for none
 */
@FunctionalInterface
public interface AsyncContextDecorator<X extends Throwable> {

  /**
   * A function inside a block.
   *
   * @param <A> the type of its parameter
   * @param <R> the type of its result
   * @param <X> the checked exception of the manager
   * @param <E> the checked exception of the function
   */
  @FunctionalInterface
  interface Wrapped<
      A extends @Nullable Object,
      R extends @Nullable Object,
      X extends Throwable,
      E extends Throwable> {
    /**
     * Enters a new manager, calls the function, exits the manager.
     *
     * @param a the argument
     * @return what the function returned
     * @throws X if the manager does
     * @throws E if the function does
     * @throws InterruptedException if the thread was interrupted
     * @throws NoResultException if the function failed and the manager suppressed the failure
     */
    R call(A a) throws X, E, InterruptedException;
  }

  /**
   * A function of no parameter inside a block.
   *
   * @param <R> the type of its result
   * @param <X> the checked exception of the manager
   * @param <E> the checked exception of the function
   */
  @FunctionalInterface
  interface WrappedCall<R extends @Nullable Object, X extends Throwable, E extends Throwable> {
    /**
     * Enters a new manager, calls the function, exits the manager.
     *
     * @return what the function returned
     * @throws X if the manager does
     * @throws E if the function does
     * @throws InterruptedException if the thread was interrupted
     * @throws NoResultException if the function failed and the manager suppressed the failure
     */
    R call() throws X, E, InterruptedException;
  }

  /**
   * Makes a manager for one call.
   *
   * @return a manager, not null
   */
  AsyncContextManager<?, ? extends X> manager();

  /**
   * Wraps a function.
   *
   * @param <A> the type of its parameter
   * @param <R> the type of its result
   * @param <E> the checked exception that it throws
   * @param function the function
   * @return the function in a block
   */
  default <A extends @Nullable Object, R extends @Nullable Object, E extends Throwable>
      Wrapped<A, R, X, E> wrap(With1.Body<? super A, ? extends R, ? extends E> function) {
    Objects.requireNonNull(function, "the function to wrap is null");
    return a -> AsyncWith.<@Nullable Object, X>with(erased()).<R, E>call(_ -> function.call(a));
  }

  /**
   * Wraps a function of no parameter.
   *
   * @param <R> the type of its result
   * @param <E> the checked exception that it throws
   * @param function the function
   * @return the function in a block
   */
  default <R extends @Nullable Object, E extends Throwable> WrappedCall<R, X, E> wrap(
      With0.Body<? extends R, ? extends E> function) {
    Objects.requireNonNull(function, "the function to wrap is null");
    return () -> AsyncWith.<@Nullable Object, X>with(erased()).<R, E>call(_ -> function.call());
  }

  @SuppressWarnings("unchecked") // the value is not looked at
  private AsyncContextManager<@Nullable Object, X> erased() {
    return (AsyncContextManager<@Nullable Object, X>)
        Objects.requireNonNull(manager(), "an AsyncContextDecorator made no manager but null");
  }
}
