package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.asCompleted;
import static dev.asyncwith.AsyncWith.await;
import static dev.asyncwith.AsyncWith.waitAll;
import static dev.asyncwith.AsyncWith.with;
import static dev.asyncwith.asyncio.VirtualTime.forkApart;
import static dev.asyncwith.asyncio.VirtualTime.untilOthersWait;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks: how they are started, named and shown, and what they give. */
@Timeout(60)
class TasksTest {
  private final VirtualTime time = new VirtualTime();

  private static int answer() {
    return 42;
  }

  private static int divides(int by) {
    return 1 / by;
  }

  @Test
  void aProgramCallsItsFunctionsInTurn() throws Exception {
    int sum =
        time.runner()
            .<Integer, RuntimeException>run(
                () -> {
                  int first = answer();
                  int second = 1000;
                  return first + second;
                });
    assertThat(sum).isEqualTo(1042);
  }

  @Test
  void aTaskNeedsABlockAndGivesWhatItsBodyReturns() throws Exception {
    TaskGroup group = TaskGroup.create();
    assertThatThrownBy(() -> group.fork(() -> "ok"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was not entered");
    with(group)
        .run(
            tasks -> {
              Task<String> task = tasks.fork(() -> "ok");
              assertThat(task.get()).isEqualTo("ok");
              assertThat(task.isDone()).isTrue();
            });
  }

  @Test
  void aStageThatIsDoneIsAwaitedAsItIs() throws Exception {
    var value = new Object();
    var stage = CompletableFuture.completedFuture(value);
    assertThat(await(stage)).isSameAs(value);
    assertThat(await(stage)).isSameAs(value);
    assertThat(time.elapsed()).isZero();
  }

  @Test
  void aTaskIsNeverReplacedByAnother() throws Exception {
    time.inGroup(
        tasks -> {
          Task<String> task = tasks.fork(() -> "ok");
          assertThat(waitAll(List.of(task)).done()).singleElement().isSameAs(task);
          assertThat(asCompleted(List.of(task)).next()).isSameAs(task);
          assertThat(task.get()).isEqualTo("ok");
        });
  }

  @Test
  void aStageBecomesATaskByATaskThatAwaitsIt() throws Exception {
    time.inGroup(
        tasks -> {
          var stage = CompletableFuture.completedFuture("ok");
          Task<String> task = tasks.fork(() -> await(stage));
          assertThat(task.get()).isEqualTo("ok");
        });
  }

  @Test
  void suchATaskIsDoneWhenTheStageIs() throws Exception {
    time.inGroup(
        tasks -> {
          var stage = new CompletableFuture<String>();
          Task<String> task = tasks.fork(() -> await(stage));
          untilOthersWait();
          assertThat(task.isDone()).isFalse();
          assertThat(stage.complete("ok")).isTrue();
          waitAll(List.of(task));
          assertThat(task.isDone()).isTrue();
          assertThat(task.get()).isEqualTo("ok");
        });
  }

  @Test
  void itsStringShowsNameAndState() throws Exception {
    time.inGroup(
        tasks -> {
          var goOn = new CompletableFuture<String>();
          Task<String> cancelled = tasks.fork("one", () -> await(goOn));
          Task<String> succeeds = tasks.fork("two", () -> "abc");
          assertThat(cancelled).hasToString("Task[one, running]");
          assertThat(cancelled.cancel()).isTrue();
          waitAll(List.of(cancelled, succeeds));
          assertThat(cancelled).hasToString("Task[one, cancelled]");
          assertThat(succeeds).hasToString("Task[two, succeeded]");
        });
  }

  @Test
  void tasksWithoutANameAreNumberedUpwards() throws Exception {
    time.inGroup(
        tasks -> {
          Task<Integer> first = tasks.fork(() -> 123);
          Task<Integer> second = tasks.fork(() -> 123);
          assertThat(first.toString()).isNotEqualTo(second.toString());
          assertThat(first.name()).matches("task-\\d+");
          assertThat(second.name()).matches("task-\\d+");
          assertThat(number(first)).isLessThan(number(second));
        });
  }

  private static int number(Task<?> task) {
    return Integer.parseInt(task.name().substring("task-".length()));
  }

  @Test
  void aTaskIsStartedInOneCall() throws Exception {
    int result =
        with(TaskGroup.create())
            .<Integer, Exception>call(
                tasks -> {
                  Object task = tasks.fork(() -> 1);
                  assertThat(task).isInstanceOf(Task.class);
                  return (Integer) ((Task<?>) task).get();
                });
    assertThat(result).isEqualTo(1);
  }

  @Test
  void aTaskMayBeGivenAName() throws Exception {
    time.inGroup(
        tasks -> {
          Task<Void> task = tasks.fork("No-op", () -> untilOthersWait());
          assertThat(task.name()).isEqualTo("No-op");
          task.get();
        });
  }

  @Test
  void oneBodyMayBecomeSeveralTasks() throws Exception {
    var ran = new AtomicInteger();
    Callable<Integer> body = ran::incrementAndGet;
    time.inGroup(
        tasks -> {
          Task<Integer> first = tasks.fork(body);
          int one = first.get();
          Task<Integer> second = tasks.fork(body);
          assertThat(second).isNotSameAs(first);
          assertThat(List.of(one, second.get())).containsExactly(1, 2);
        });
  }

  /** A body that is written as a class. */
  private record Question() implements Callable<Integer> {
    @Override
    public Integer call() {
      return 42;
    }
  }

  @Test
  void anyObjectThatCanBeCalledIsABody() throws Exception {
    time.inGroup(
        tasks -> {
          assertThat(tasks.fork(new Question()).get()).isEqualTo(42);
          assertThat(tasks.fork(new Question()).get()).isEqualTo(42);
        });
  }

  @Test
  void aBodyRunsOnTheThreadOfItsTask() throws Exception {
    assertThat(Thread.currentThread().getName()).isNotEqualTo("mine");
    time.inGroup(
        tasks -> {
          var thread = new CompletableFuture<Thread>();
          Task<Void> task =
              tasks.fork(
                  "mine",
                  () -> {
                    assertThat(thread.complete(Thread.currentThread())).isTrue();
                    untilOthersWait();
                    assertThat(Thread.currentThread()).isSameAs(await(thread));
                  });
          task.get();
          assertThat(await(thread).getName()).isEqualTo(task.name());
          assertThat(await(thread)).isNotSameAs(Thread.currentThread());
        });
  }

  @Test
  void tasksThatAlternateKeepTheirThreads() throws Exception {
    var first = new CompletableFuture<Boolean>();
    var second = new CompletableFuture<Boolean>();
    time.inGroup(
        tasks -> {
          tasks.fork(
              "one",
              () -> {
                assertThat(Thread.currentThread().getName()).isEqualTo("one");
                assertThat(await(first)).isTrue();
                assertThat(Thread.currentThread().getName()).isEqualTo("one");
                assertThat(second.complete(true)).isTrue();
              });
          tasks.fork(
              "two",
              () -> {
                assertThat(Thread.currentThread().getName()).isEqualTo("two");
                assertThat(first.complete(true)).isTrue();
                assertThat(await(second)).isTrue();
                assertThat(Thread.currentThread().getName()).isEqualTo("two");
              });
        });
    assertThat(second).isCompletedWithValue(true);
  }

  @Test
  void aBodyGetsTheVeryValueOfTheStageItAwaits() throws Exception {
    var value = new Object();
    var stage = new CompletableFuture<Object>();
    var got = new CompletableFuture<Object>();
    time.inGroup(
        tasks -> {
          Task<Void> task =
              tasks.fork(
                  () -> {
                    got.complete(await(stage));
                  });
          untilOthersWait();
          assertThat(got).isNotDone();
          stage.complete(value);
          untilOthersWait();
          assertThat(got.getNow(null)).isSameAs(value);
          assertThat(task.isDone()).isTrue();
          assertThat(task.get()).isNull();
        });
  }

  @Test
  void aStageThatABodyReturnsIsItsResultAndNotAwaited() throws Exception {
    var stage = new CompletableFuture<String>();
    time.inGroup(
        tasks -> {
          Task<CompletableFuture<String>> task = tasks.fork(() -> stage);
          assertThat(task.get()).isSameAs(stage).isNotDone();
          Task<Boolean> completes = tasks.fork(() -> stage.complete("test"));
          assertThat(completes.get()).isTrue();
        });
  }

  @Test
  void theFailureOfATaskTellsWhereItWasThrown() throws Exception {
    time.inGroup(
        tasks -> {
          Task<Integer> task = forkApart(tasks, () -> divides(0));
          waitAll(List.of(task));
          assertThat(task.exception()).isInstanceOf(ArithmeticException.class);
          assertThat(task.exception().getStackTrace()[0].getMethodName()).isEqualTo("divides");
        });
  }

  @Test
  void aFailureIsNotChainedToTheOneThatIsBeingHandled() throws Exception {
    var handled = new IllegalArgumentException("3");
    time.inGroup(
        tasks -> {
          try {
            throw handled;
          } catch (IllegalArgumentException e) {
            Task<Integer> task = forkApart(tasks, () -> divides(0));
            assertThatThrownBy(task::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(ArithmeticException.class)
                .hasNoCause()
                .hasNoSuppressedExceptions();
          }
        });
    assertThat(handled).hasNoCause().hasNoSuppressedExceptions();
  }

  @Test
  void aTaskThatThrowsWhatIsBeingHandledMakesNoCycle() {
    var handled = new IllegalArgumentException("a");
    assertThatThrownBy(
            () ->
                time.inGroup(
                    tasks -> {
                      try {
                        throw handled;
                      } catch (IllegalArgumentException e) {
                        Task<String> task =
                            forkApart(
                                tasks,
                                () -> {
                                  throw e;
                                });
                        assertThatThrownBy(task::get).hasCause(handled);
                        throw e;
                      }
                    }))
        .isSameAs(handled)
        .hasNoCause()
        .hasNoSuppressedExceptions();
  }
}
