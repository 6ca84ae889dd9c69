package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.await;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.waitAll;
import static dev.asyncwith.AsyncWith.with;
import static dev.asyncwith.asyncio.VirtualTime.millis;
import static dev.asyncwith.asyncio.VirtualTime.untilOthersWait;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.asyncwith.CancelScope;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.TimeoutExceededException;
import dev.asyncwith.testing.Trail;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Why and where a task was cancelled, and which blocks a cancel belongs to. */
@Timeout(60)
class CancelReasonTest {
  private static final Duration LONG = Duration.ofSeconds(100);

  private final VirtualTime time = new VirtualTime();
  private final Trail trail = new Trail();

  private static void sleeps() throws InterruptedException {
    sleep(LONG);
  }

  private static List<String> methods(Throwable thrown) {
    return List.of(thrown.getStackTrace()).stream().map(StackTraceElement::getMethodName).toList();
  }

  // ---- the reason

  @Test
  void theReasonIsInTheExceptionThatTheBodyGets() throws Exception {
    time.inGroup(
        tasks -> {
          Task<Void> task =
              tasks.fork(
                  () -> {
                    try {
                      sleeps();
                    } catch (InterruptedException e) {
                      trail.add(e.getMessage().replaceAll(".*, ", ""));
                    }
                  });
          untilOthersWait();
          assertThat(task.cancel("my message")).isTrue();
        });
    trail.assertSteps("my message");
  }

  @Test
  void theReasonIsInWhatTheResultOfTheTaskThrows() throws Exception {
    time.inGroup(
        tasks -> {
          Task<Void> task = tasks.fork(CancelReasonTest::sleeps);
          Task<Void> without = tasks.fork(CancelReasonTest::sleeps);
          untilOthersWait();
          task.cancel("my message");
          without.cancel();
          waitAll(List.of(task, without));
          assertThatThrownBy(task::get)
              .isInstanceOf(CancellationException.class)
              .cause()
              .isInstanceOf(InterruptedException.class)
              .hasMessageEndingWith(", my message")
              .hasNoCause();
          assertThatThrownBy(without::get).cause().hasMessageEndingWith(", cancel() was called");
        });
  }

  @Test
  void aCancelledTaskHasNoExceptionWhateverTheReason() throws Exception {
    time.inGroup(
        tasks -> {
          Task<Void> task = tasks.fork(CancelReasonTest::sleeps);
          untilOthersWait();
          task.cancel("my message");
          waitAll(List.of(task));
          assertThat(task.isCancelled()).isTrue();
          assertThat(task.exception()).isNull();
        });
  }

  @Test
  void theReasonIsAtTheEndOfTheCausesOfWhatIsThrownForIt() throws Exception {
    time.inGroup(
        tasks -> {
          var begun = new CompletableFuture<Boolean>();
          Task<Void> inner =
              tasks.fork(
                  () -> {
                    begun.complete(true);
                    sleeps();
                  });
          await(begun);
          tasks.fork(
              () -> {
                untilOthersWait();
                inner.cancel("msg");
              });
          IllegalStateException thrown =
              catchThrowableOfType(IllegalStateException.class, () -> translated(inner));
          assertThat(thrown)
              .hasMessage("cancelled")
              .hasCauseInstanceOf(CancellationException.class)
              .rootCause()
              .isInstanceOf(InterruptedException.class)
              .hasMessageEndingWith(", msg");
        });
  }

  private static void translated(Task<?> task) throws Exception {
    try {
      task.get();
    } catch (CancellationException e) {
      throw new IllegalStateException("cancelled", e);
    }
  }

  @Test
  void theReasonIsToldOfATaskThatNeverBegan() throws Exception {
    var begin = new CountDownLatch(1);
    TaskGroup group =
        TaskGroup.create()
            .withThreadFactory(
                body ->
                    Thread.ofVirtual()
                        .unstarted(
                            () -> {
                              awaitThroughCancels(begin);
                              body.run();
                            }));
    with(group)
        .run(
            tasks -> {
              Task<Void> task = tasks.fork("late", () -> trail.add("began"));
              assertThat(task.cancel("my message")).isTrue();
              begin.countDown();
              waitAll(List.of(task));
              assertThatThrownBy(task::get)
                  .isInstanceOf(CancellationException.class)
                  .hasMessage("late was cancelled before it began: my message");
            });
    trail.assertSteps();
  }

  private static void awaitThroughCancels(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      Thread.yield(); // which leaves an interrupt alone
    }
  }

  // ---- the place

  @Test
  void theTraceOfAWaitTellsWhereTheTaskWasAndWhoWaited() throws Exception {
    time.inGroup(
        tasks -> {
          Task<Void> task = tasks.fork(CancelReasonTest::sleeps);
          untilOthersWait();
          task.cancel();
          CancellationException thrown =
              catchThrowableOfType(CancellationException.class, () -> waitsFor(task));
          assertThat(methods(thrown)).contains("waitsFor");
          assertThat(methods(thrown.getCause())).contains("sleeps");
        });
  }

  private static void waitsFor(Task<?> task) throws Exception {
    task.get();
  }

  @Test
  void theTraceOfALookAtATaskThatIsDoneTellsBothToo() throws Exception {
    time.inGroup(
        tasks -> {
          Task<Void> task = tasks.fork(CancelReasonTest::sleeps);
          untilOthersWait();
          task.cancel();
          waitAll(List.of(task));
          assertThat(task.exception()).isNull();
          CancellationException thrown =
              catchThrowableOfType(CancellationException.class, () -> waitsFor(task));
          assertThat(methods(thrown)).contains("waitsFor");
          assertThat(methods(thrown.getCause())).contains("sleeps");
        });
  }

  // ---- blocks

  @Test
  void aTaskIsCancelledOnce() throws Exception {
    time.inGroup(
        tasks -> {
          Task<Void> task = tasks.fork(CancelReasonTest::sleeps);
          untilOthersWait();
          assertThat(task.cancel()).isTrue();
          assertThat(task.cancel()).isFalse();
          waitAll(List.of(task));
          assertThat(task.isCancelled()).isTrue();
        });
  }

  @Test
  void aBlockThatIsCancelledEndsAndTheTaskGoesOnUntilItIsCancelledItself() throws Exception {
    time.inGroup(
        tasks -> {
          CancelScope scope = CancelScope.create();
          Task<Void> task =
              tasks.fork(
                  () -> {
                    with(scope).run(() -> sleeps());
                    trail.add("caught " + scope.caught());
                    sleeps();
                  });
          untilOthersWait();
          scope.cancel();
          untilOthersWait();
          trail.assertSteps("caught true");
          assertThat(task.isDone()).isFalse();
          assertThat(task.cancel()).isTrue();
          waitAll(List.of(task));
          assertThat(task.isCancelled()).isTrue();
          scope.cancel();
          assertThat(task.isCancelled()).isTrue();
        });
  }

  private String request(Duration takes, Duration limit) throws InterruptedException {
    String end;
    try {
      with(timeout(limit)).run(() -> sleep(takes));
      end = "finished";
    } catch (TimeoutExceededException e) {
      end = "timed out";
    }
    sleep(millis(1));
    return end + ", and went on";
  }

  @Test
  void whatFollowsATimeoutIsNotCancelled() throws Exception {
    time.inGroup(
        tasks -> {
          Task<String> slow = tasks.fork(() -> request(Duration.ofSeconds(10), millis(100)));
          assertThat(slow.get()).isEqualTo("timed out, and went on");
          assertThat(time.elapsed()).isEqualTo(101);
          Task<String> fast = tasks.fork(() -> request(Duration.ZERO, Duration.ofSeconds(10)));
          assertThat(fast.get()).isEqualTo("finished, and went on");
        });
    assertThat(time.elapsed()).isEqualTo(102);
  }

  @Test
  void aCancelThatNoWaitHasSeenEndsWithItsBlock() throws Exception {
    var stage = CompletableFuture.completedFuture(42);
    time.inGroup(
        tasks -> {
          Task<Integer> task =
              tasks.fork(
                  () -> {
                    CancelScope scope = CancelScope.create();
                    with(scope).run(() -> scope.cancel());
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    return await(stage);
                  });
          assertThat(task.get()).isEqualTo(42);
          assertThat(task.isCancelled()).isFalse();
        });
  }
}
