package dev.asyncwith;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The statics of {@link AsyncWith} that wait for what is there already, and decide what a
 * cancellation of the wait reaches: they are members of that class, and stand here because one file
 * of them all would be too long.
 */
abstract sealed class WaitStatics permits ConcurrencyStatics {
  WaitStatics() {}

  /**
   * Waits until all tasks are done: Python's {@code asyncio.wait}. It never cancels a task, and
   * throws no task's failure.
   *
   * @param <K> the type of the tasks
   * @param tasks what to wait for, at least one; a task that is given twice counts once
   * @return the tasks, all of them done
   * @throws IllegalArgumentException if there are none
   * @throws IllegalStateException if one of them is the calling task
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call; the tasks go on
   */
  public static <K extends Task<?>> Waited<K> waitAll(Collection<? extends K> tasks)
      throws InterruptedException {
    return Waited.when(_ -> false, tasks, null);
  }

  /**
   * Like {@link #waitAll(Collection)}, for some time: when it is over the tasks that are not done
   * are pending and go on.
   *
   * @param <K> the type of the tasks
   * @param tasks what to wait for, at least one
   * @param timeout how long, not negative; zero does not wait
   * @return the tasks that are done, and those that are not
   * @throws IllegalArgumentException if there are no tasks, or the timeout is negative
   * @throws InterruptedException as {@link #waitAll(Collection)} does
   */
  public static <K extends Task<?>> Waited<K> waitAll(
      Collection<? extends K> tasks, Duration timeout) throws InterruptedException {
    return Waited.when(_ -> false, tasks, Deadline.checked(timeout));
  }

  /**
   * Waits until one of the tasks is done: Python's {@code asyncio.wait} with {@code
   * FIRST_COMPLETED}.
   *
   * @param <K> the type of the tasks
   * @param tasks what to wait for, at least one
   * @return the tasks that are done, and those that are not
   * @throws IllegalArgumentException if there are none
   * @throws InterruptedException as {@link #waitAll(Collection)} does
   */
  public static <K extends Task<?>> Waited<K> waitFirst(Collection<? extends K> tasks)
      throws InterruptedException {
    return Waited.when(_ -> true, tasks, null);
  }

  /**
   * Like {@link #waitFirst(Collection)}, for some time.
   *
   * @param <K> the type of the tasks
   * @param tasks what to wait for, at least one
   * @param timeout how long, not negative; zero does not wait
   * @return the tasks that are done, and those that are not
   * @throws IllegalArgumentException if there are no tasks, or the timeout is negative
   * @throws InterruptedException as {@link #waitAll(Collection)} does
   */
  public static <K extends Task<?>> Waited<K> waitFirst(
      Collection<? extends K> tasks, Duration timeout) throws InterruptedException {
    return Waited.when(_ -> true, tasks, Deadline.checked(timeout));
  }

  /**
   * Waits until one of the tasks has failed, or all are done: Python's {@code asyncio.wait} with
   * {@code FIRST_EXCEPTION}. A task that was cancelled has not failed.
   *
   * @param <K> the type of the tasks
   * @param tasks what to wait for, at least one
   * @return the tasks that are done, and those that are not
   * @throws IllegalArgumentException if there are none
   * @throws InterruptedException as {@link #waitAll(Collection)} does
   */
  public static <K extends Task<?>> Waited<K> waitFirstFailure(Collection<? extends K> tasks)
      throws InterruptedException {
    return Waited.when(task -> task.exception() != null, tasks, null);
  }

  /**
   * Like {@link #waitFirstFailure(Collection)}, for some time.
   *
   * @param <K> the type of the tasks
   * @param tasks what to wait for, at least one
   * @param timeout how long, not negative; zero does not wait
   * @return the tasks that are done, and those that are not
   * @throws IllegalArgumentException if there are no tasks, or the timeout is negative
   * @throws InterruptedException as {@link #waitAll(Collection)} does
   */
  public static <K extends Task<?>> Waited<K> waitFirstFailure(
      Collection<? extends K> tasks, Duration timeout) throws InterruptedException {
    return Waited.when(task -> task.exception() != null, tasks, Deadline.checked(timeout));
  }

  /**
   * Gives tasks in the order in which they are done: Python's {@code asyncio.as_completed}.
   *
   * @param <K> the type of the tasks
   * @param tasks what to wait for; a task that is given twice counts once
   * @return the same tasks, for a loop of the calling thread
   * @throws IllegalStateException if one of them is the calling task
   */
  public static <K extends Task<?>> AsCompleted<K> asCompleted(Collection<? extends K> tasks) {
    return new AsCompleted<>(tasks, null);
  }

  /**
   * Like {@link #asCompleted(Collection)}, for some time from now: when it is over the loop throws
   * {@link TimeoutExceededException}, and the tasks go on.
   *
   * @param <K> the type of the tasks
   * @param tasks what to wait for
   * @param timeout how long for all tasks together, not negative
   * @return the same tasks, for a loop of the calling thread
   * @throws IllegalArgumentException if the timeout is negative
   */
  public static <K extends Task<?>> AsCompleted<K> asCompleted(
      Collection<? extends K> tasks, Duration timeout) {
    return new AsCompleted<>(tasks, Deadline.checked(timeout));
  }

  /**
   * Runs a body, on the calling thread, for some time: Python's {@code asyncio.wait_for}. It is
   * {@code with(timeout(…)).call(body)}, but that a body without time is not begun.
   *
   * @param <R> the type of the result
   * @param <E> the checked exception that the body throws
   * @param timeout how long, not negative; if it is zero the body does not begin
   * @param body what to do
   * @return what it returned, also if it did so after its time
   * @throws E what it threw, unless that was its cancellation by the timeout
   * @throws TimeoutExceededException if it was cancelled when its time was over, or did not begin
   * @throws IllegalArgumentException if the timeout is negative
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled
   */
  public static <R extends @Nullable Object, E extends Throwable> R waitFor(
      Duration timeout, With0.Body<? extends R, ? extends E> body) throws E, InterruptedException {
    return WaitFor.<R, E>body(timeout, body);
  }

  /**
   * Like {@link #waitFor(Duration, With0.Body)}, for a body without a result.
   *
   * @param <E> the checked exception that the body throws
   * @param timeout how long, not negative; if it is zero the body does not begin
   * @param body what to do
   * @throws E what it threw, unless that was its cancellation by the timeout
   * @throws TimeoutExceededException if it was cancelled when its time was over, or did not begin
   * @throws IllegalArgumentException if the timeout is negative
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled
   */
  public static <E extends Throwable> void waitFor(Duration timeout, With0.Action<? extends E> body)
      throws E, InterruptedException {
    WaitFor.<@Nullable Void, E>body(timeout, Bodies.<E>body(body));
  }

  /**
   * Waits for a task for some time: Python's {@code asyncio.wait_for} of a task. When the time is
   * over, or the wait is cancelled, the task is cancelled and waited for.
   *
   * @param <T> the type of the result
   * @param timeout how long, not negative; if it is zero a task that is done still gives its result
   * @param task the task
   * @return its result, also if it succeeded although it was cancelled
   * @throws ExecutionException if the task failed, also while it was being cancelled
   * @throws CancellationException if it was cancelled by somebody else
   * @throws TimeoutExceededException if it was cancelled because the time was over
   * @throws IllegalArgumentException if the timeout is negative
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, unless the task succeeded or failed; it has ended
   */
  public static <T extends @Nullable Object> T waitFor(Duration timeout, Task<? extends T> task)
      throws ExecutionException, InterruptedException {
    return WaitFor.<T>task(timeout, task);
  }

  /**
   * Runs a body in a task of its own, which goes on when the wait for it is cancelled: Python's
   * {@code asyncio.shield}. When the caller is cancelled the value of the body is lost, and a
   * failure is logged to the {@code System.Logger} "dev.asyncwith"; a failure that is thrown here
   * is not. A runner cancels the task at its end. See {@link #shielded} for work that the caller is
   * to wait for in any case.
   *
   * @param <R> the type of the result
   * @param <E> the checked exception that the body throws
   * @param body what to do, on a virtual thread
   * @return what it returned
   * @throws E what it threw
   * @throws CancellationException if the task was cancelled, by the end of its runner
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled; before the call the body does not begin, and else it goes on
   */
  public static <R extends @Nullable Object, E extends Throwable> R shield(
      With0.Body<? extends R, ? extends E> body) throws E, InterruptedException {
    return Detached.<R>shield(body);
  }

  /**
   * Like {@link #shield(With0.Body)}, for a body without a result.
   *
   * @param <E> the checked exception that the body throws
   * @param body what to do, on a virtual thread
   * @throws E what it threw
   * @throws CancellationException if the task was cancelled, by the end of its runner
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled; before the call the body does not begin, and else it goes on
   */
  public static <E extends Throwable> void shield(With0.Action<? extends E> body)
      throws E, InterruptedException {
    Detached.<@Nullable Void>shield(Bodies.<E>body(body));
  }

  /**
   * Waits for a task, which goes on when the wait is cancelled: Python's {@code asyncio.shield} of
   * a task. It is {@link Task#get}, which, other than Python's {@code await task}, never cancels.
   *
   * @param <T> the type of the result
   * @param task the task
   * @return its result
   * @throws ExecutionException if it failed
   * @throws CancellationException if it was cancelled
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled; the task goes on
   */
  public static <T extends @Nullable Object> T shield(Task<? extends T> task)
      throws ExecutionException, InterruptedException {
    return task.get();
  }

  /**
   * Runs a body, on the calling thread, that the scopes around the call do not reach: trio's {@code
   * CancelScope(shield=True)}. They take effect after it. An interrupt by somebody else does reach
   * it.
   *
   * @param <R> the type of the result
   * @param <E> the checked exception that the body throws
   * @param body what to do
   * @return what it returned
   * @throws E what it threw
   * @throws InterruptedException if the body throws it
   */
  public static <R extends @Nullable Object, E extends Throwable> R shielded(
      With0.Body<? extends R, ? extends E> body) throws E, InterruptedException {
    return AsyncWith.with(CancelScope.create().shielded()).<R, E>call(body);
  }

  /**
   * Like {@link #shielded(With0.Body)}, for a body without a result.
   *
   * @param <E> the checked exception that the body throws
   * @param body what to do
   * @throws E what it threw
   * @throws InterruptedException if the body throws it
   */
  public static <E extends Throwable> void shielded(With0.Action<? extends E> body)
      throws E, InterruptedException {
    AsyncWith.with(CancelScope.create().shielded()).<E>run(body);
  }

  /**
   * Waits for a stage of another library: Python's {@code await future}. The stage is not cancelled
   * when the wait is: its value stays in it. A wait that was cut short leaves a small callback in
   * the stage until that is complete.
   *
   * @param <T> the type of the value
   * @param stage the stage
   * @return its value, null if that is what it was completed with
   * @throws java.util.concurrent.CompletionException if it failed with a checked exception, which
   *     is the cause; an unchecked one is thrown as it is
   * @throws CancellationException if it was cancelled
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call
   */
  public static <T extends @Nullable Object> T await(CompletionStage<T> stage)
      throws InterruptedException {
    return Stages.await(stage);
  }

  /**
   * Like {@link #await(CompletionStage)}, for a value that has to be closed: one that comes when
   * the wait was cancelled is released, once, on a virtual thread. The stage is not cancelled, for
   * a cancelled {@link java.util.concurrent.CompletableFuture} refuses the value that is on its
   * way.
   *
   * {@snippet :
   * Response response = await(client.sendAsync(request), Response::close);
   * }
   *
   * @param <T> the type of the value
   * @param stage the stage
   * @param release closes a late value; a failure is logged
   * @return its value, which is the caller's to close
   * @throws java.util.concurrent.CompletionException as {@link #await(CompletionStage)} does
   * @throws CancellationException if it was cancelled
   * @throws InterruptedException as {@link #await(CompletionStage)} does
   */
  public static <T extends @Nullable Object> T await(
      CompletionStage<T> stage, AsyncWith.Close<? super T, ?> release) throws InterruptedException {
    return Stages.await(stage, release);
  }
}
