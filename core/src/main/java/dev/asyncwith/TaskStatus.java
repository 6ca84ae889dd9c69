package dev.asyncwith;

import org.jspecify.annotations.Nullable;

/**
 * How a task that {@link TaskGroup#start} started says that it is ready: trio's {@code
 * task_status}.
 *
 * @param <V> the type of what it gives to who started it
 */
@FunctionalInterface
public interface TaskStatus<V extends @Nullable Object> {
  /**
   * Says that the task is ready: {@link TaskGroup#start} returns, and the task goes on as one of
   * the group.
   *
   * @param value what {@code start} returns: the port that a server listens on
   * @throws IllegalStateException if it was called before
   */
  void started(V value);
}
