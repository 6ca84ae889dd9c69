package dev.asyncwith;

import org.jspecify.annotations.Nullable;

/**
 * A manager that a block does not enter and exit but calls, to run the rest of the block inside.
 */
abstract sealed class InlineManager<T extends @Nullable Object, X extends Throwable>
    implements AsyncContextManager<T, X> permits GeneratorManager, BoundedManagers.Inline {

  /** Runs the rest of a block, from one level of it on. */
  abstract @Nullable Object runInline(
      Block block,
      int level,
      Object body,
      @Nullable Object v1,
      @Nullable Object v2,
      @Nullable Object v3);
}
