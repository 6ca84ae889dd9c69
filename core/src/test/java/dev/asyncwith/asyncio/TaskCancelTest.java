package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.await;
import static dev.asyncwith.AsyncWith.shielded;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.waitAll;
import static dev.asyncwith.asyncio.VirtualTime.millis;
import static dev.asyncwith.asyncio.VirtualTime.untilOthersWait;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.ExceptionGroup;
import dev.asyncwith.Task;
import dev.asyncwith.testing.Trail;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which end a task has that is cancelled, and what the cancel does to that for which it waits. */
@Timeout(60)
class TaskCancelTest {
  private static final Duration LONG = Duration.ofSeconds(100);

  private final VirtualTime time = new VirtualTime();
  private final Trail trail = new Trail();
  private final CompletableFuture<String> first = new CompletableFuture<>();
  private final CompletableFuture<String> second = new CompletableFuture<>();
  private final CompletableFuture<String> third = new CompletableFuture<>();

  private static void assertCancelled(Task<?> task) throws InterruptedException {
    waitAll(List.of(task));
    assertThat(task.isDone()).isTrue();
    assertThat(task.isCancelled()).isTrue();
    assertThat(task.cancel()).isFalse();
    assertThatThrownBy(task::get).isInstanceOf(CancellationException.class);
  }

  @Test
  void aSleepingTaskIsCancelledAtOnce() throws Exception {
    time.inGroup(
        tasks -> {
          Task<Integer> task =
              tasks.fork(
                  () -> {
                    sleep(LONG);
                    return 12;
                  });
          untilOthersWait();
          assertThat(task.cancel()).isTrue();
          assertCancelled(task);
        });
    assertThat(time.elapsed()).isEqualTo(1);
  }

  @Test
  void aTaskThatOnlyYieldsIsCancelled() throws Exception {
    time.inGroup(
        tasks -> {
          var yields = new CompletableFuture<Boolean>();
          Task<Integer> task =
              tasks.fork(
                  () -> {
                    sleep(Duration.ZERO);
                    yields.complete(true);
                    while (true) {
                      sleep(Duration.ZERO);
                    }
                  });
          assertThat(await(yields)).isTrue();
          assertThat(task.cancel()).isTrue();
          assertCancelled(task);
        });
  }

  @Test
  void whatATaskWaitsForMayBeCancelledWhichIsAFailure() {
    var waits = new CompletableFuture<Task<String>>();
    assertThatThrownBy(
            () ->
                time.inGroup(
                    tasks -> {
                      waits.complete(tasks.fork(() -> await(first)));
                      untilOthersWait();
                      assertThat(first.cancel(true)).isTrue();
                    }))
        .isInstanceOfSatisfying(
            ExceptionGroup.class,
            group ->
                assertThat(group.exceptions())
                    .singleElement()
                    .isInstanceOf(CancellationException.class));
    assertThat(first).isCancelled();
    assertThat(waits.join().isCancelled()).isFalse();
    assertThat(waits.join().exception()).isInstanceOf(CancellationException.class);
  }

  @Test
  void aTaskIsCancelledThoughWhatItWaitsForIsTooWithIt() throws Exception {
    time.inGroup(
        tasks -> {
          Task<String> task = tasks.fork(() -> await(first));
          untilOthersWait();
          assertThat(task.cancel()).isTrue();
          assertThat(first.cancel(true)).isTrue();
          assertCancelled(task);
        });
    assertThat(first).isCancelled();
  }

  @Test
  void aTaskThatCatchesItsCancelReturnsItsResult() throws Exception {
    time.inGroup(
        tasks -> {
          Task<Integer> task =
              tasks.fork(
                  () -> {
                    trail.add(await(first));
                    try {
                      return Integer.valueOf(await(second));
                    } catch (InterruptedException e) {
                      return 42;
                    }
                  });
          untilOthersWait();
          trail.assertSteps();
          first.complete("first");
          untilOthersWait();
          trail.assertSteps("first");
          assertThat(task.isDone()).isFalse();
          assertThat(task.cancel()).isTrue();
          assertThat(task.get()).isEqualTo(42);
          assertThat(task.isCancelled()).isFalse();
        });
  }

  @Test
  void aTaskThatIgnoresItsCancelWaitsOnBehindAShield() throws Exception {
    time.inGroup(
        tasks -> {
          Task<String> task = tasks.fork(this::ignoresItsCancel);
          untilOthersWait();
          first.complete("first");
          untilOthersWait();
          assertThat(task.cancel()).isTrue();
          untilOthersWait();
          trail.assertSteps("first", "cancelled", "cancelled still");
          assertThat(task.isDone()).isFalse();
          third.complete("third");
          assertThat(task.get()).isEqualTo("third");
          assertThat(task.isCancelled()).isFalse();
        });
  }

  private String ignoresItsCancel() throws InterruptedException {
    trail.add(await(first));
    try {
      trail.add(await(second));
    } catch (InterruptedException e) {
      trail.add("cancelled");
    }
    try {
      trail.add(await(third));
    } catch (InterruptedException e) {
      trail.add("cancelled still");
    }
    return shielded(() -> await(third));
  }

  private static Task<?> given(CompletableFuture<Task<?>> task) throws InterruptedException {
    return await(task);
  }

  @Test
  void aTaskThatCancelsItselfEndsInItsNextWait() throws Exception {
    var self = new CompletableFuture<Task<?>>();
    time.inGroup(
        tasks -> {
          Task<Integer> task =
              tasks.fork(
                  () -> {
                    assertThat(given(self).cancel()).isTrue();
                    sleep(LONG);
                    return 12;
                  });
          assertThat(task.isCancelled()).isFalse();
          self.complete(task);
          assertCancelled(task);
        });
    assertThat(time.elapsed()).isZero();
  }

  @Test
  void aTaskThatCancelsItselfAndReturnsHasSucceeded() throws Exception {
    var self = new CompletableFuture<Task<?>>();
    time.inGroup(
        tasks -> {
          Task<Integer> task =
              tasks.fork(
                  () -> {
                    assertThat(given(self).cancel()).isTrue();
                    return 12;
                  });
          self.complete(task);
          assertThat(task.get()).isEqualTo(12);
          assertThat(task.isCancelled()).isFalse();
          assertThat(task.cancel()).isFalse();
        });
  }

  @Test
  void aTaskThatCancelsItselfDoesNotCancelTheTaskItThenWaitsFor() throws Exception {
    var self = new CompletableFuture<Task<?>>();
    time.inGroup(
        tasks -> {
          Task<String> nested = tasks.fork(() -> await(first));
          Task<String> task =
              tasks.fork(
                  () -> {
                    assertThat(given(self).cancel()).isTrue();
                    return nested.get();
                  });
          self.complete(task);
          assertCancelled(task);
          untilOthersWait();
          assertThat(nested.isDone()).isFalse();
          first.complete("went on");
          assertThat(nested.get()).isEqualTo("went on");
        });
  }

  @Test
  void whoWaitsForATaskThatIsCancelledIsTold() throws Exception {
    time.inGroup(
        tasks -> {
          Task<Void> sleeper = tasks.fork(() -> sleep(Duration.ofSeconds(5000)));
          tasks.fork(
              () -> {
                sleep(millis(100));
                assertThat(sleeper.cancel()).isTrue();
              });
          assertThatThrownBy(sleeper::get).isInstanceOf(CancellationException.class);
        });
    assertThat(time.elapsed()).isEqualTo(100);
  }

  @Test
  void aCancelEndsTheWaitForAStageAndLeavesTheStageAlone() throws Exception {
    time.inGroup(
        tasks -> {
          Task<String> task = tasks.fork(() -> await(first));
          untilOthersWait();
          assertThat(task.isDone()).isFalse();
          assertThat(task.cancel()).isTrue();
          assertCancelled(task);
        });
    assertThat(first).isNotDone();
  }

  @Test
  void anErrorWhileATaskIsCancelledIsItsFailure() {
    var ended = new AssertionError("the end");
    var task = new CompletableFuture<Task<?>>();
    assertThatThrownBy(
            () ->
                time.inGroup(
                    tasks -> {
                      task.complete(
                          tasks.fork(
                              () -> {
                                try {
                                  sleep(LONG);
                                } catch (InterruptedException e) {
                                  throw ended;
                                }
                              }));
                      untilOthersWait();
                      assertThat(given(task).cancel()).isTrue();
                    }))
        .isSameAs(ended);
    assertThat(task.join().isDone()).isTrue();
    assertThat(task.join().isCancelled()).isFalse();
    assertThat(task.join().exception()).isSameAs(ended);
  }

  @Test
  void aCancelPassesThroughTheCallsOfATask() throws Exception {
    time.inGroup(
        tasks -> {
          Task<Void> task = tasks.fork(this::outer);
          untilOthersWait();
          assertThat(task.cancel()).isTrue();
          task.get();
        });
    trail.assertSteps("inner", "outer");
    assertThat(first).isNotDone();
  }

  private void outer() {
    try {
      inner();
      trail.add("got past the inner call");
    } catch (InterruptedException e) {
      trail.add("outer");
    }
  }

  private void inner() throws InterruptedException {
    try {
      await(first);
      trail.add("got past the wait");
    } catch (InterruptedException e) {
      trail.add("inner");
      throw e;
    }
  }
}
