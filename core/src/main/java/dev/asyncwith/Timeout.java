package dev.asyncwith;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A block with a deadline: Python's {@code asyncio.Timeout}, made by {@link AsyncWith#timeout} and
 * {@link AsyncWith#timeoutAt}.
 *
 * {@snippet :
 * Timeout timeout = timeout(Duration.ofSeconds(5));
 * with(timeout).run(() -> {
 *   connect();
 *   timeout.reschedule(Duration.ofSeconds(30));   // the rest may take longer
 *   transfer();
 * });
 * }
 *
 * <p>When the deadline passes, the body is cancelled as by a {@link CancelScope}, and the exit
 * makes a {@link TimeoutExceededException} of what the cancelled body ended with. Only its own
 * cancellation: when a scope around it was cancelled as well, that one wins, and of nested timeouts
 * that expired the outermost. A body that ends otherwise (it returns, or fails with something else)
 * does so although the deadline passed, and {@link #expired} is true.
 *
 * <p>It serves one block, on one thread; its methods may be called by any thread.
 *
 * @see <a href="https://docs.python.org/3/library/asyncio-task.html#asyncio.Timeout">CPython 3.13,
 *     asyncio.timeouts</a>
 */
public final class Timeout implements AsyncGuard<RuntimeException> {
  private final CancelScope scope;

  private Timeout(CancelScope scope) {
    this.scope = scope;
  }

  static Timeout after(Duration duration) {
    return new Timeout(CancelScope.ofTimeout("timeout", duration));
  }

  static Timeout at(@Nullable Instant when) {
    var timeout = new Timeout(CancelScope.of("timeoutAt", when));
    timeout.scope.rescheduleAt(when);
    return timeout;
  }

  /**
   * Moves the deadline; from any thread.
   *
   * @param timeout how long from now, not negative
   * @throws IllegalArgumentException if it is negative; nothing has changed then
   * @throws IllegalStateException if the block has ended, or the deadline has passed
   */
  public void reschedule(Duration timeout) {
    scope.reschedule(timeout);
  }

  /**
   * Moves the deadline, or takes it away; from any thread.
   *
   * @param when the new deadline, which may be past; null for none
   * @throws IllegalStateException if the block has ended, or the deadline has passed
   */
  public void rescheduleAt(@Nullable Instant when) {
    scope.rescheduleAt(when);
  }

  /**
   * The deadline.
   *
   * @return when the body is cancelled; null if never, or if it counts from an enter that is still
   *     to come
   */
  public @Nullable Instant when() {
    return scope.when();
  }

  /**
   * Whether the deadline passed before the body ended.
   *
   * @return true from then on
   */
  public boolean expired() {
    return scope.isCancelled();
  }

  /**
   * Begins the block.
   *
   * @throws IllegalStateException if it was entered before
   */
  @Override
  public @Nullable Void enter() {
    return scope.enter();
  }

  /**
   * Ends the block.
   *
   * @param outcome how the body ended
   * @return false
   * @throws TimeoutExceededException if the body ended by this deadline; its cause is what the body
   *     threw
   * @throws IllegalStateException as {@link CancelScope#exit} does
   */
  @Override
  public boolean exit(Outcome outcome) {
    var _ = scope.requireLeavable();
    return ForgottenScopes.exit(scope, outcome, this::endBlock);
  }

  private boolean endBlock(Outcome outcome) {
    if (scope.endBlock(outcome)) {
      throw new TimeoutExceededException(
          describe() + " exceeded: the body was cancelled when its deadline passed",
          outcome.failure());
    }
    return false;
  }

  CancelScope scope() {
    return scope;
  }

  @Override
  public String describe() {
    return scope.describe();
  }

  /** As in Python: active, expiring while the body is cancelled, then expired or finished. */
  @Override
  public String toString() {
    String state =
        scope.isActive()
            ? (expired() ? "expiring" : "active")
            : !scope.isLeft() ? "new" : expired() ? "expired" : "finished";
    return describe() + "[" + state + "]";
  }
}
