package dev.asyncwith;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Bodies in the forms that tasks and threads take. */
final class Bodies {
  private Bodies() {}

  static <B> B required(B body) {
    return Objects.requireNonNull(body, "a body is null: give a lambda");
  }

  /** The body as what a task runs, which throws on what the body throws. */
  @SuppressWarnings("unchecked")
  static <R extends @Nullable Object> Callable<R> callable(With0.Body<? extends R, ?> body) {
    return ((With0.Body<R, RuntimeException>) required(body))::call;
  }

  /** An action as a body whose result is null. */
  static <E extends Throwable> With0.Body<@Nullable Void, E> body(
      With0.Action<? extends E> action) {
    Objects.requireNonNull(action, "a body is null: give a lambda");
    return () -> {
      action.run();
      return null;
    };
  }
}
