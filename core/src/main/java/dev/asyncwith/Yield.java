package dev.asyncwith;

import org.jspecify.annotations.Nullable;

/**
 * The body of a block, as its {@link Generator} sees it. A generator calls one of these methods,
 * once, on the thread that it runs on, and not after it has ended; anything else is an {@link
 * IllegalStateException} that names the generator. It reaches the caller of the block too, even if
 * the generator catches it; only a yield on another thread or after the end does not, since the
 * block knows nothing of it.
 *
 * @param <T> the type of the value that the body takes
 */
public sealed interface Yield<T extends @Nullable Object> permits GeneratorRun {

  /**
   * Runs the body with {@code value}. What the body throws is thrown here, a checked exception too,
   * as Python throws it at the {@code yield}: {@code finally} blocks run, and a {@code catch} that
   * does not throw it again suppresses it. (javac refuses to catch a checked type that this method
   * does not declare: catch {@link Exception}, or use {@link #attempt}.)
   *
   * @param value the value for the body
   * @throws InterruptedException if the body throws it
   */
  void yield(T value) throws InterruptedException;

  /**
   * Runs the body with {@code value} and tells how it ended. A failure goes on to the caller of the
   * block when the generator ends: this method looks at it, and suppresses nothing.
   *
   * @param value the value for the body
   * @return how the body ended
   */
  Outcome attempt(T value);

  /**
   * Runs the body of a guard: {@link #yield yield(null)}.
   *
   * @throws InterruptedException if the body throws it
   */
  @SuppressWarnings({"NullAway", "DataFlowIssue"}) // only guards, whose T is @Nullable Void, use it
  default void yield() throws InterruptedException {
    this.yield(null);
  }

  /**
   * Runs the body of a guard: {@link #attempt attempt(null)}.
   *
   * @return how the body ended
   */
  @SuppressWarnings({"NullAway", "DataFlowIssue"}) // as above
  default Outcome attempt() {
    return attempt(null);
  }
}
