package dev.asyncwith;

import static dev.asyncwith.AsyncWith.suppress;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks do not outlive their block, and no failure of theirs is lost. */
@Timeout(60)
class TaskGroupTest {
  private final Trail trail = new Trail();
  private final CountDownLatch forever = new CountDownLatch(1);
  private final IOException gone = new IOException("gone");

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
  }

  /** Waits for ever; notes that it was interrupted. */
  private Void untilCancelled() throws InterruptedException {
    try {
      forever.await();
      return null;
    } catch (InterruptedException e) {
      trail.add("cancelled");
      throw e;
    }
  }

  /** Forks a task that waits until it is cancelled, and returns when it waits. */
  private Task<Void> forkUntilCancelled(TaskGroup tasks) throws InterruptedException {
    var started = new CountDownLatch(1);
    Task<Void> task =
        tasks.fork(
            () -> {
              started.countDown();
              return untilCancelled();
            });
    started.await();
    return task;
  }

  @Test
  void theExitWaitsForAllTasksAndResultsAreThere() throws Exception {
    var one = new AtomicReference<Task<Integer>>();
    var two = new AtomicReference<Task<Void>>();
    with(TaskGroup.create())
        .run(
            tasks -> {
              one.set(tasks.fork("one", () -> 1));
              two.set(tasks.fork(() -> trail.add("two")));
            });
    assertThat(one.get().isDone()).isTrue();
    assertThat(one.get().get()).isEqualTo(1);
    assertThat(one.get().name()).isEqualTo("one");
    assertThat(one.get()).hasToString("Task[one, succeeded]");
    assertThat(two.get().get()).isNull();
    assertThat(two.get().name()).isEqualTo("task-2");
    trail.assertSteps("two");
  }

  @Test
  void tasksForkTasks() throws Exception {
    with(TaskGroup.create())
        .run(tasks -> tasks.fork(() -> tasks.fork("child", () -> trail.add("child"))));
    trail.assertSteps("child");
  }

  @Test
  void aFailureCancelsTheOthersAndComesInAGroup() {
    assertThatThrownBy(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks -> {
                          forkUntilCancelled(tasks);
                          tasks.fork(
                              () -> {
                                throw gone;
                              });
                        }))
        .isInstanceOfSatisfying(
            ExceptionGroup.class,
            group -> {
              assertThat(group.exceptions()).containsExactly(gone);
              assertThat(group)
                  .hasSuppressedException(gone)
                  .hasMessageEndingWith("(1 failure: " + gone + ")");
            });
    trail.assertSteps("cancelled");
  }

  @Test
  void allFailuresAreKept() {
    var second = new IllegalStateException("second");
    Throwable thrown =
        catchThrowable(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks -> {
                          tasks.fork(
                              () -> {
                                try {
                                  untilCancelled();
                                } catch (InterruptedException e) {
                                  throw second;
                                }
                              });
                          tasks.fork(
                              () -> {
                                throw gone;
                              });
                        }));
    assertThat(thrown)
        .isInstanceOfSatisfying(
            ExceptionGroup.class,
            group -> assertThat(group.exceptions()).contains(gone).isSubsetOf(gone, second));
  }

  @Test
  void aBodyThatFailsAloneComesBareAndCancelsTheTasks() {
    assertThatThrownBy(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks -> {
                          forkUntilCancelled(tasks);
                          throw gone;
                        }))
        .isSameAs(gone);
    trail.assertSteps("cancelled");
  }

  @Test
  void aBodyThatFailsWithATaskComesInTheGroup() {
    var child = new IllegalStateException("child");
    assertThatThrownBy(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks -> {
                          Task<?> task =
                              tasks.fork(
                                  () -> {
                                    throw child;
                                  });
                          assertThatThrownBy(task::get)
                              .isInstanceOfAny(
                                  InterruptedException.class, ExecutionException.class);
                          throw gone;
                        }))
        .isInstanceOfSatisfying(
            ExceptionGroup.class,
            group -> assertThat(group.exceptions()).containsExactly(gone, child))
        .hasNoCause();
  }

  @Test
  void anErrorComesBare() {
    var error = new AssertionError("broken");
    assertThatThrownBy(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks ->
                            tasks.fork(
                                () -> {
                                  throw error;
                                })))
        .isSameAs(error);
  }

  @Test
  void anErrorBeatsTheBodysFailure() {
    var error = new AssertionError("broken");
    assertThatThrownBy(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks -> {
                          Task<?> task =
                              tasks.fork(
                                  () -> {
                                    throw error;
                                  });
                          assertThatThrownBy(task::get)
                              .isInstanceOfAny(
                                  InterruptedException.class, ExecutionException.class);
                          throw gone;
                        }))
        .isSameAs(error)
        .hasSuppressedException(gone);
  }

  /** What the body throws because it asked for a failed task's result says nothing new. */
  @Test
  void aBodyThatWaitsForAFailedTaskAddsNoFailure() {
    assertThatThrownBy(
            () ->
                with(TaskGroup.create())
                    .call(
                        tasks ->
                            tasks
                                .fork(
                                    () -> {
                                      throw gone;
                                    })
                                .get()))
        .isInstanceOfSatisfying(
            ExceptionGroup.class, group -> assertThat(group.exceptions()).containsExactly(gone));
    assertThatThrownBy(
            () ->
                with(TaskGroup.create())
                    .call(
                        tasks -> {
                          Task<Void> one = tasks.fork(this::untilCancelled);
                          tasks.fork(
                              () -> {
                                throw gone;
                              });
                          return one.get();
                        }))
        .isInstanceOfSatisfying(
            ExceptionGroup.class, group -> assertThat(group.exceptions()).containsExactly(gone));
  }

  @Test
  void anInterruptReachesAGroupInsideAGenerator() {
    AsyncContextManager<TaskGroup, RuntimeException> server =
        AsyncWith.asyncContextManager(
            body ->
                with(TaskGroup.create())
                    .run(
                        tasks -> {
                          tasks.fork(this::untilCancelled);
                          body.yield(tasks);
                        }));
    assertThatThrownBy(() -> with(server).run(_ -> Thread.currentThread().interrupt()))
        .isInstanceOf(InterruptedException.class);
  }

  @Test
  void anInterruptReachesAGroupThatAManagerKeeps() {
    var service =
        new AsyncContextManager<TaskGroup, RuntimeException>() {
          private final TaskGroup tasks = TaskGroup.create();

          @Override
          public TaskGroup enter() {
            TaskGroup entered = tasks.enter();
            entered.fork(TaskGroupTest.this::untilCancelled);
            return entered;
          }

          @Override
          public boolean exit(Outcome outcome) throws InterruptedException {
            return tasks.exit(outcome);
          }
        };
    assertThatThrownBy(
            () ->
                with(AsyncExitStack.create())
                    .run(
                        stack -> {
                          stack.enter(service);
                          Thread.currentThread().interrupt();
                        }))
        .isInstanceOf(InterruptedException.class);
  }

  @Test
  void aFailingExitOfATaskIsNotSwallowedWithTheGroup() {
    assertThatThrownBy(
            () ->
                with(suppress(IOException.class))
                    .run(
                        () ->
                            with(TaskGroup.create())
                                .run(
                                    tasks ->
                                        tasks.fork(
                                            () ->
                                                with(trail
                                                        .manager("A")
                                                        .withExitFailure(
                                                            new IllegalStateException("lost?")))
                                                    .run(
                                                        _ -> {
                                                          throw gone;
                                                        })))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("lost?");
  }

  @Test
  void aTaskCancelledAloneIsNoFailure() throws Exception {
    with(TaskGroup.create())
        .run(
            tasks -> {
              Task<?> task = forkUntilCancelled(tasks);
              assertThat(task.cancel()).isTrue();
              assertThatThrownBy(task::get).isInstanceOf(CancellationException.class);
              assertThat(task.cancel()).isFalse();
            });
    trail.assertSteps("cancelled");
  }

  @Test
  void theGroupWaitsForACancelledTasksThread() throws Exception {
    var started = new CountDownLatch(1);
    var finish = new CountDownLatch(1);
    with(TaskGroup.create())
        .run(
            tasks -> {
              Task<?> task =
                  tasks.fork(
                      () -> {
                        started.countDown();
                        try {
                          untilCancelled();
                        } finally {
                          finish.await();
                          trail.add("cleaned up");
                        }
                      });
              started.await();
              task.cancel();
              finish.countDown();
            });
    trail.assertSteps("cancelled", "cleaned up");
  }

  @Test
  void aFailureWhileBeingCancelledIsKept() {
    var started = new CountDownLatch(1);
    assertThatThrownBy(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks -> {
                          Task<?> task =
                              tasks.fork(
                                  () -> {
                                    started.countDown();
                                    try {
                                      forever.await();
                                    } catch (InterruptedException e) {
                                      throw gone;
                                    }
                                  });
                          started.await();
                          task.cancel();
                        }))
        .isInstanceOfSatisfying(
            ExceptionGroup.class, group -> assertThat(group.exceptions()).containsExactly(gone));
  }

  @Test
  void cancelEndsTheGroupWithoutAFailure() throws Exception {
    with(TaskGroup.create())
        .run(
            tasks -> {
              forkUntilCancelled(tasks);
              tasks.cancel();
              assertThatThrownBy(() -> tasks.fork(() -> trail.add("late")))
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("is being cancelled");
            });
    trail.assertSteps("cancelled");
  }

  @Test
  void anInterruptWhileItWaitsCancelsTheTasks() {
    Thread owner = Thread.currentThread();
    assertThatThrownBy(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks ->
                            tasks.fork(
                                () -> {
                                  owner.interrupt();
                                  untilCancelled();
                                })))
        .isInstanceOf(InterruptedException.class)
        .hasMessageContaining("while waiting for the tasks of TaskGroup@");
    trail.assertSteps("cancelled");
  }

  @Test
  void failuresBeatAnInterruptWhichStaysInEffect() {
    Thread owner = Thread.currentThread();
    assertThatThrownBy(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks ->
                            tasks.fork(
                                () -> {
                                  owner.interrupt();
                                  try {
                                    forever.await();
                                  } catch (InterruptedException e) {
                                    throw gone;
                                  }
                                })))
        .isInstanceOf(ExceptionGroup.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aGroupServesOneBlock() throws Exception {
    var group = TaskGroup.create();
    assertThatThrownBy(() -> group.fork(() -> 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was not entered");
    with(group).run(_ -> {});
    assertThatThrownBy(() -> group.fork(() -> 1)).hasMessageContaining("has ended");
    assertThatThrownBy(() -> with(group).run(_ -> {})).hasMessageContaining("already entered");
    assertThatThrownBy(() -> TaskGroup.create().fork((With0.Action<Exception>) null))
        .hasMessage("the body of the task is null");
  }
}
