package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.await;
import static dev.asyncwith.AsyncWith.shielded;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.asyncwith.AsyncWith;
import dev.asyncwith.ExceptionGroup;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.With0;
import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Groups in a task that is cancelled from outside: ports of {@code test_taskgroups}. */
@Timeout(60)
class TaskGroupCancellationTest {
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofSeconds(10);

  private final VirtualTime time = new VirtualTime();
  private final Trail trail = new Trail();
  private final List<Task<?>> forked = new ArrayList<>();

  private static ArithmeticException divided() {
    return new ArithmeticException("1/0");
  }

  private static List<Throwable> failures(Throwable group) {
    assertThat(group).isInstanceOf(ExceptionGroup.class);
    return ((ExceptionGroup) group).exceptions();
  }

  /** Runs a body in a task that is cancelled after a short time; the task, when it has ended. */
  private Task<?> cancelled(With0.Action<? extends Exception> body) throws Exception {
    time.run(
        () -> {
          Throwable thrown =
              catchThrowable(
                  () ->
                      with(TaskGroup.create())
                          .run(
                              tasks -> {
                                Task<?> task = tasks.fork(body);
                                forked.addFirst(task);
                                sleep(SHORT);
                                assertThat(task.isDone()).isFalse();
                                assertThat(task.cancel()).isTrue();
                              }));
          assertThat(thrown).isIn(null, thrown instanceof ExceptionGroup ? thrown : null);
        });
    return forked.getFirst();
  }

  private Void untilCancelled(String name) throws InterruptedException {
    try {
      sleep(LONG);
      throw new AssertionError(name + " was not cancelled");
    } catch (InterruptedException e) {
      trail.add(name);
      throw e;
    }
  }

  private static void failWhenCancelled() throws InterruptedException {
    try {
      sleep(LONG);
    } finally {
      fail();
    }
  }

  private static void fail() {
    throw divided();
  }

  private static void forkFive(TaskGroup tasks, With0.Action<? extends Exception> body) {
    for (int i = 0; i < 5; i++) {
      tasks.fork(body);
    }
  }

  @Test
  void whileTheExitWaits() throws Exception {
    Task<?> task =
        cancelled(
            () ->
                with(TaskGroup.create())
                    .run(tasks -> forkFive(tasks, () -> untilCancelled("task"))));
    assertThat(task.isCancelled()).isTrue();
    assertThatThrownBy(task::get).isInstanceOf(CancellationException.class);
    trail.assertSteps("task", "task", "task", "task", "task");
  }

  @Test
  void whileTheBodyWaits() throws Exception {
    Task<?> task =
        cancelled(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks -> {
                          forkFive(tasks, () -> untilCancelled("task"));
                          untilCancelled("body");
                        }));
    assertThat(task.isCancelled()).isTrue();
    assertThat(trail.steps())
        .containsExactlyInAnyOrder("task", "task", "task", "task", "task", "body");
  }

  @Test
  void theFailuresOfTheTasksWin() throws Exception {
    Task<?> task =
        cancelled(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks -> {
                          forkFive(tasks, TaskGroupCancellationTest::failWhenCancelled);
                          sleep(LONG);
                        }));
    assertThat(task.isCancelled()).isFalse();
    assertThat(failures(task.exception()))
        .hasSize(5)
        .hasOnlyElementsOfType(ArithmeticException.class);
  }

  @Test
  void theFailuresOfAnInnerGroupWin() throws Exception {
    Task<?> task =
        cancelled(
            () ->
                with(TaskGroup.create())
                    .run(
                        _ ->
                            with(TaskGroup.create().withName("inner"))
                                .run(
                                    inner -> {
                                      forkFive(inner, TaskGroupCancellationTest::failWhenCancelled);
                                      sleep(LONG);
                                    })));
    assertThat(task.exception()).hasMessageContaining("TaskGroup(inner)");
    assertThat(failures(task.exception()))
        .hasSize(5)
        .hasOnlyElementsOfType(ArithmeticException.class);
  }

  @Test
  void theFailuresOfAnInnerGroupWinWhereTheOuterOneHasATask() throws Exception {
    Task<?> task =
        cancelled(
            () ->
                with(TaskGroup.create())
                    .run(
                        outer -> {
                          outer.fork(() -> untilCancelled("task of the outer group"));
                          with(TaskGroup.create().withName("inner"))
                              .run(
                                  inner -> {
                                    forkFive(inner, TaskGroupCancellationTest::failWhenCancelled);
                                    sleep(LONG);
                                  });
                        }));
    assertThat(task.exception()).hasMessageContaining("TaskGroup(inner)");
    assertThat(failures(task.exception()))
        .hasSize(5)
        .hasOnlyElementsOfType(ArithmeticException.class);
    trail.assertSteps("task of the outer group");
  }

  @Test
  void theTasksAreCancelledWhileTheBodyStillCleansUp() throws Exception {
    Task<?> task =
        cancelled(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks -> {
                          tasks.fork(
                              () -> {
                                sleep(SHORT.multipliedBy(3));
                                throw divided();
                              });
                          try {
                            sleep(LONG);
                          } finally {
                            assertThatThrownBy(() -> sleep(SHORT))
                                .isInstanceOf(InterruptedException.class);
                            shielded(() -> sleep(SHORT.multipliedBy(5)));
                          }
                        }));
    assertThat(task.isCancelled()).isTrue();
    assertThat(time.now()).isEqualTo(Instant.EPOCH.plus(SHORT.multipliedBy(6)));
  }

  @Test
  void aShieldedTaskThatFailsWhileABodyCleansUpWins() throws Exception {
    Task<?> task =
        cancelled(
            () ->
                with(TaskGroup.create())
                    .run(
                        outer -> {
                          Task<?> nested = outer.fork(this::failShieldedWhileTheBodyCleansUp);
                          nested.get();
                        }));
    assertThat(task.isCancelled()).isFalse();
    Throwable ofNested = failures(task.exception()).getFirst();
    assertThat(failures(ofNested)).hasSize(1).hasOnlyElementsOfType(ArithmeticException.class);
    assertThat(time.now()).isEqualTo(Instant.EPOCH.plus(SHORT.multipliedBy(6)));
  }

  private void failShieldedWhileTheBodyCleansUp() throws InterruptedException {
    with(TaskGroup.create())
        .run(
            tasks -> {
              tasks.fork(
                  () -> {
                    shielded(() -> sleep(SHORT.multipliedBy(3)));
                    throw divided();
                  });
              try {
                sleep(LONG);
              } finally {
                shielded(() -> sleep(SHORT.multipliedBy(5)));
              }
            });
  }

  @Test
  void aGroupWithoutTasks() throws Exception {
    Task<?> task = cancelled(() -> with(TaskGroup.create()).run(_ -> untilCancelled("body")));
    assertThat(task.isCancelled()).isTrue();
    trail.assertSteps("body");
  }

  @Test
  void aBodyThatMakesAFailureOfTheCancelFails() throws Exception {
    var failure = new IOException("mine");
    Task<?> task =
        cancelled(
            () ->
                with(TaskGroup.create())
                    .run(
                        _ -> {
                          try {
                            sleep(LONG);
                          } catch (InterruptedException e) {
                            trail.add("body");
                            throw failure;
                          }
                        }));
    assertThat(task.isCancelled()).isFalse();
    assertThat(task.exception()).isSameAs(failure);
    trail.assertSteps("body");
  }

  @Test
  void tasksOfDifferentLength() throws Exception {
    Task<?> task =
        cancelled(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks -> {
                          forked.add(tasks.fork(() -> sleep(LONG)));
                          forked.add(tasks.fork(() -> sleep(LONG.multipliedBy(2))));
                        }));
    assertThat(task.isCancelled()).isTrue();
    assertThat(forked).hasSize(3).allMatch(Task::isCancelled);
    assertThat(time.now()).isEqualTo(Instant.EPOCH.plus(SHORT));
  }

  @Test
  void aFailureAtTheSameTimeDoesNotUndoTheCancel() throws Exception {
    var failure = new IOException("gone");
    var running = new CompletableFuture<String>();
    var cancelled = new CompletableFuture<String>();
    time.run(
        () ->
            with(TaskGroup.create())
                .run(
                    tasks -> {
                      Task<?> task =
                          tasks.fork(
                              () -> {
                                Throwable ofGroup =
                                    catchThrowable(() -> failOnce(running, cancelled, failure));
                                assertThat(failures(ofGroup)).containsExactly(failure);
                                assertThatThrownBy(AsyncWith::checkpoint)
                                    .isInstanceOf(InterruptedException.class);
                                untilCancelled("after the group");
                              });
                      assertThat(await(running)).isEqualTo("running");
                      assertThat(task.cancel()).isTrue();
                      cancelled.complete("cancelled");
                      assertThatThrownBy(task::get).isInstanceOf(CancellationException.class);
                      assertThat(task.isCancelled()).isTrue();
                    }));
    assertThat(trail.steps()).containsExactly("in the group", "after the group");
  }

  private void failOnce(
      CompletableFuture<String> running, CompletableFuture<String> event, IOException failure)
      throws InterruptedException {
    with(TaskGroup.create())
        .run(
            tasks -> {
              tasks.fork(
                  () -> {
                    running.complete("running");
                    shielded(() -> await(event));
                    throw failure;
                  });
              untilCancelled("in the group");
            });
  }
}
