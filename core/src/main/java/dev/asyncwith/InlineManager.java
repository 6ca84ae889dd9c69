package dev.asyncwith;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A manager that a block does not enter and exit but calls, to run the rest of the block inside.
 */
abstract sealed class InlineManager<T extends @Nullable Object, X extends Throwable>
    implements AsyncContextManager<T, X> permits GeneratorManager, BoundedManagers.Inline {

  /**
   * Runs the rest of a block, from one level of it on.
   *
   * @param budget how long the exit may take, where it is not bounded by itself; null for no limit
   */
  abstract @Nullable Object runInline(
      @Nullable Duration budget,
      Block block,
      int level,
      Object body,
      @Nullable Object v1,
      @Nullable Object v2,
      @Nullable Object v3);
}
