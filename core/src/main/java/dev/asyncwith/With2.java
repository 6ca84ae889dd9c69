package dev.asyncwith;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A block whose managers give two values to its body; made by {@link AsyncWith#with with} and
 * {@code and}.
 *
 * <p>Immutable; nothing is entered before {@code call}, {@code run}, {@code tryCall}, {@code
 * callAsync} or {@code runAsync}. It may run several times if its managers may.
 *
 * @param <A> the type of the first value
 * @param <B> the type of the second value
 * @param <W> an exception that a manager throws; {@link RuntimeException} if there is none
 * @param <X> an exception that a manager throws; {@link RuntimeException} if there is none
 * @param <Y> an exception that a manager throws; {@link RuntimeException} if there is none
 * @param <Z> an exception that a manager throws; {@link RuntimeException} if there is none
 */
public final class With2<
        A extends @Nullable Object,
        B extends @Nullable Object,
        W extends Throwable,
        X extends Throwable,
        Y extends Throwable,
        Z extends Throwable>
    extends Block {

  /**
   * A body that returns a result.
   *
   * @param <A> the type of a value
   * @param <B> the type of a value
   * @param <R> the type of the result
   * @param <E> the checked exception that it throws; {@link RuntimeException} for none
   */
  @FunctionalInterface
  public interface Body<
      A extends @Nullable Object,
      B extends @Nullable Object,
      R extends @Nullable Object,
      E extends Throwable> {
    /**
     * Does the work of the block.
     *
     * @param a the value of a manager
     * @param b the value of a manager
     * @return the result of the block
     * @throws E as it likes
     * @throws InterruptedException if its thread was interrupted
     */
    R call(A a, B b) throws E, InterruptedException;
  }

  /**
   * A body without a result.
   *
   * @param <A> the type of a value
   * @param <B> the type of a value
   * @param <E> the checked exception that it throws; {@link RuntimeException} for none
   */
  @FunctionalInterface
  public interface Action<
          A extends @Nullable Object, B extends @Nullable Object, E extends Throwable>
      extends Body<A, B, @Nullable Void, E> {
    /**
     * Does the work of the block.
     *
     * @param a the value of a manager
     * @param b the value of a manager
     * @throws E as it likes
     * @throws InterruptedException if its thread was interrupted
     */
    void run(A a, B b) throws E, InterruptedException;

    @Override
    default @Nullable Void call(A a, B b) throws E, InterruptedException {
      run(a, b);
      return null;
    }
  }

  With2(Block outer, AsyncContextManager<?, ?> next, boolean guard) {
    super(outer, next, guard);
  }

  /**
   * Adds a manager: entered after those before it, exited before them.
   *
   * @param <C> the type of its value
   * @param <V> the checked exception that it throws
   * @param next the manager
   * @return the block of all of them
   * @throws IllegalStateException if it would be the fifth
   */
  public <C extends @Nullable Object, V extends Throwable> With3<A, B, C, V, W, X, Y> and(
      AsyncContextManager<C, V> next) {
    return new With3<>(this, next, false);
  }

  /**
   * Adds a guard, which gives the body no parameter: entered after those before it, exited before
   * them.
   *
   * @param <V> the checked exception that it throws
   * @param next the guard
   * @return the block of all of them
   * @throws IllegalStateException if it would be the fifth
   */
  public <V extends Throwable> With2<A, B, V, W, X, Y> and(AsyncGuard<V> next) {
    return new With2<>(this, next, true);
  }

  /**
   * Enters the managers in order, calls the body, and exits them in reverse order.
   *
   * @param <R> the type of the result
   * @param <E> the checked exception that the body throws
   * @param body the body
   * @return what the body returned
   * @throws W if a manager does
   * @throws X if a manager does
   * @throws Y if a manager does
   * @throws Z if a manager does
   * @throws E if the body does
   * @throws InterruptedException if the thread was interrupted in an enter, the body or an exit
   * @throws NoResultException if the body failed and a manager suppressed the failure
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // null only where the body may return it
  public <R extends @Nullable Object, E extends Throwable> R call(
      Body<? super A, ? super B, ? extends R, ? extends E> body)
      throws W, X, Y, Z, E, InterruptedException {
    return (R) required(enterFirst(requireBody(body)));
  }

  /**
   * Like {@code call}, for a body without a result: after a suppressed failure the program goes on
   * after the block.
   *
   * @param <E> the checked exception that the body throws
   * @param body the body
   * @throws W if a manager does
   * @throws X if a manager does
   * @throws Y if a manager does
   * @throws Z if a manager does
   * @throws E if the body does
   * @throws InterruptedException if the thread was interrupted in an enter, the body or an exit
   */
  public <E extends Throwable> void run(Action<? super A, ? super B, ? extends E> body)
      throws W, X, Y, Z, E, InterruptedException {
    var _ = enterFirst(requireBody(body));
  }

  /**
   * Like {@code call}, with an answer for a suppressed failure.
   *
   * @param <R> the type of the result
   * @param <E> the checked exception that the body throws
   * @param body the body
   * @return what the body returned; empty if that was null, or a manager suppressed its failure
   * @throws W if a manager does
   * @throws X if a manager does
   * @throws Y if a manager does
   * @throws Z if a manager does
   * @throws E if the body does
   * @throws InterruptedException if the thread was interrupted in an enter, the body or an exit
   */
  @SuppressWarnings("unchecked")
  public <R, E extends Throwable> Optional<R> tryCall(
      Body<? super A, ? super B, ? extends @Nullable R, ? extends E> body)
      throws W, X, Y, Z, E, InterruptedException {
    return Optional.ofNullable((R) orNull(enterFirst(requireBody(body))));
  }

  /**
   * Like {@code call}, on a virtual thread of the runner: enter, body and exit. It does not end
   * with the caller's block, but with the run, and without one by itself.
   *
   * <p>If an exit fails after the body has returned, the result is that failure, and the value of
   * the body is closed first if it is {@link AutoCloseable}.
   *
   * @param <R> the type of the result
   * @param body the body, which may throw any exception
   * @return the result, which is there when the exits are over
   * @throws IllegalStateException if the run that the calling thread belongs to has ended; nothing
   *     is entered then
   */
  public <R extends @Nullable Object> AsyncResult<R> callAsync(
      Body<? super A, ? super B, ? extends R, ? extends Throwable> body) {
    var given = requireBody(body);
    var value = new BodyValue();
    Body<A, B, R, Throwable> keeping = (a, b) -> value.of(given.call(a, b));
    return resultAsync(keeping, value);
  }

  /**
   * Like {@code callAsync}, for a body without a result: a failure that a manager suppressed is
   * none.
   *
   * @param body the body, which may throw any exception
   * @return the end of the block, which is there when the exits are over
   * @throws IllegalStateException if the run that the calling thread belongs to has ended; nothing
   *     is entered then
   */
  public AsyncResult<@Nullable Void> runAsync(
      Action<? super A, ? super B, ? extends Throwable> body) {
    return endAsync(requireBody(body));
  }

  @Override
  @SuppressWarnings("unchecked")
  @Nullable Object invoke(
      Object body,
      @Nullable Object v1,
      @Nullable Object v2,
      @Nullable Object v3,
      @Nullable Object v4)
      throws InterruptedException {
    return ((Body<@Nullable Object, @Nullable Object, @Nullable Object, RuntimeException>) body)
        .call(v1, v2);
  }
}
