package dev.asyncwith;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A manager whose exit may take a limited time, made by {@link AsyncContextManager#exitWithin}.
 *
 * {@snippet :
 * with(connection.exitWithin(Duration.ofSeconds(5))).run(c -> c.send(order));
 * with(upload.exitWithin(Duration.ofSeconds(5)).detached()).run(u -> u.write(bytes));
 * }
 *
 * <p>It does all else as the manager that it was made of, and may be used as often and by as many
 * threads as that one.
 *
 * @param <T> the type of the value that the body gets; may be a nullable type
 * @param <X> the checked exception that enter and exit throw; {@link RuntimeException} for none
 */
public sealed interface BoundedManager<T extends @Nullable Object, X extends Throwable>
    extends AsyncContextManager<T, X>
    permits BoundedGuard, BoundedManagers.OfAny, BoundedManagers.OfPair, BoundedManagers.Inline {

  /**
   * A manager whose exit runs on a virtual thread of its own, so that it can be left behind: when
   * it has not ended in twice its time, the block goes on without it, with a {@link
   * TimeoutExceededException}.
   *
   * <p>The exit does not see the thread of its block: no thread-locals, no locks that a thread
   * owns. An interrupt of the block's thread does not reach it, and waits until it is over. A
   * generator runs on a thread of its own from the start, as in an {@link AsyncExitStack}. What was
   * left behind is interrupted but not ended, since nothing in Java can do that; its end is logged.
   *
   * @return a changed copy
   * @throws IllegalStateException if the exit belongs to its thread: that of a {@link CancelScope},
   *     a {@link Timeout} or a {@link TaskGroup}
   */
  BoundedManager<T, X> detached();

  /**
   * Bounds the exit again: of two times the shorter one holds.
   *
   * @param limit how long the exit may take, more than zero
   * @return a changed copy
   * @throws IllegalArgumentException if it is zero or negative
   */
  @Override
  BoundedManager<T, X> exitWithin(Duration limit);
}
