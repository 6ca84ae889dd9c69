package dev.asyncwith;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Waiting for a body or a task for some time. */
final class WaitFor {
  private WaitFor() {}

  static <R extends @Nullable Object, E extends Throwable> R body(
      Duration timeout, With0.Body<? extends R, ? extends E> body) throws E, InterruptedException {
    var _ = Bodies.required(body);
    if (isOver(timeout)) {
      Waits.check("beginning", "a body");
      throw new TimeoutExceededException("the body was not begun: its timeout is " + timeout, null);
    }
    return AsyncWith.with(Timeout.after(timeout)).<R, E>call(body);
  }

  static <T extends @Nullable Object> T task(Duration timeout, Task<? extends T> task)
      throws ExecutionException, InterruptedException {
    Duration left = isOver(timeout) ? Duration.ZERO : timeout;
    try {
      AsyncWith.with(Timeout.after(left)).run(task::join);
    } catch (TimeoutExceededException e) {
      boolean _ = task.cancel("its timeout of " + timeout + " passed");
      Waits.uninterruptibly(task);
      if (task.isCancelled()) {
        throw e;
      }
    } catch (InterruptedException e) {
      boolean _ = task.cancel("who waited for it was cancelled");
      Waits.uninterruptibly(task);
      if (task.isCancelled()) {
        throw e;
      }
      Cancellations.keepInterruptOf(e); // how the task ended is not lost, and neither is this
    }
    return task.result();
  }

  private static boolean isOver(Duration timeout) {
    return Deadline.checked(timeout).isZero();
  }
}
