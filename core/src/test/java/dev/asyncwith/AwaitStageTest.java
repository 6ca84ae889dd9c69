package dev.asyncwith;

import static dev.asyncwith.AsyncWith.await;
import static dev.asyncwith.AsyncWith.nullContext;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waiting for a stage, as every call of the library waits. */
@Timeout(60)
class AwaitStageTest {
  private final CompletableFuture<String> stage = new CompletableFuture<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private final Trail trail = new Trail();

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
  }

  private void release(String value) {
    trail.add("release " + value);
    released.countDown();
  }

  @Test
  void givesTheValue() throws Exception {
    assertThat(await(CompletableFuture.completedFuture("value"))).isEqualTo("value");
    assertThat(await(CompletableFuture.completedFuture("value"), this::release)).isEqualTo("value");
    assertThat(await(CompletableFuture.completedStage("value"))).isEqualTo("value");
    assertThat(AsyncWith.<String>await(CompletableFuture.completedFuture(null))).isNull();
    var call = OnThread.start(() -> await(stage, this::release)).awaitWaiting();
    stage.complete("later");
    assertThat(call.result()).isEqualTo("later");
    trail.assertSteps();
  }

  @Test
  void failuresComeAsTheyAreOrInOneWrapper() {
    var unchecked = new IllegalArgumentException("no");
    assertThatThrownBy(() -> await(CompletableFuture.failedFuture(unchecked))).isSameAs(unchecked);
    assertThatThrownBy(
            () -> await(CompletableFuture.failedFuture(unchecked).thenApply(value -> value)))
        .isSameAs(unchecked);
    var checked = new IOException("no");
    assertThatThrownBy(
            () -> await(CompletableFuture.failedFuture(checked).thenApply(value -> value)))
        .isInstanceOf(CompletionException.class)
        .hasCause(checked);
    stage.cancel(true);
    assertThatThrownBy(() -> await(stage)).isInstanceOf(CancellationException.class);
  }

  @Test
  void aScopeEndsTheWait() throws Exception {
    var clock = new HandClock();
    var call =
        OnThread.start(clock, () -> with(timeout(Duration.ofSeconds(1))).call(() -> await(stage)))
            .awaitWaiting();
    clock.advance(Duration.ofSeconds(1));
    assertThat(call.failure())
        .isInstanceOf(TimeoutExceededException.class)
        .cause()
        .hasMessageStartingWith("cancelled while waiting for java.util.concurrent.Completable");
    assertThat(stage.complete("still taken")).isTrue();
    assertThat(await(stage)).isEqualTo("still taken");
  }

  @Test
  void inACancelledScopeEveryWaitThrows() throws Exception {
    var done = CompletableFuture.completedFuture("value");
    CancelScope scope = CancelScope.create();
    scope.cancel();
    with(scope)
        .run(
            () -> {
              for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> await(done)).isInstanceOf(InterruptedException.class);
              }
              assertThatThrownBy(() -> await(done, this::release))
                  .isInstanceOf(InterruptedException.class);
            });
    released.await();
    trail.assertSteps("release value");
  }

  @Test
  void aLateValueIsReleasedOnAThreadThatMayWait() throws Exception {
    var releasing = new AtomicReference<Thread>();
    var call =
        OnThread.start(
                () ->
                    await(
                        stage,
                        value -> {
                          AsyncWith.sleep(Duration.ZERO);
                          releasing.set(Thread.currentThread());
                          release(value);
                        }))
            .awaitWaiting();
    assertThat(call.interrupt().failure()).isInstanceOf(InterruptedException.class);
    assertThat(stage.complete("late")).isTrue();
    released.await();
    assertThat(releasing.get()).isNotSameAs(Thread.currentThread());
    assertThat(releasing.get().isVirtual()).isTrue();
    trail.assertSteps("release late");
  }

  @Test
  void aLateValueIsReleasedThoughTheRunnerHasEnded() throws Exception {
    var background = new Background("test");
    var call =
        OnThread.start(
                Inherited.ofRunner(AsyncClock.system(), null, ContextCarrier.none(), background),
                () -> await(stage, this::release))
            .awaitWaiting();
    assertThat(call.interrupt().failure()).isInstanceOf(InterruptedException.class);
    background.close("the runner has ended");
    stage.complete("late");
    trail.assertSteps("release late");
  }

  @Test
  void aLateFailureIsTheStages() throws Exception {
    try (var records = new LogRecords()) {
      var call = OnThread.start(() -> await(stage, this::release)).awaitWaiting();
      assertThat(call.interrupt().failure()).isInstanceOf(InterruptedException.class);
      stage.completeExceptionally(new IOException("late"));
      assertThat(records.all()).isEmpty();
      trail.assertSteps();
    }
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThatThrownBy(() -> await((CompletableFuture<String>) null))
        .hasMessage("the stage to wait for is null: what should have made it?");
    assertThatThrownBy(() -> await(stage, null)).hasMessage("what releases is null: give a lambda");
  }

  /** Its task is held up until the end of the run has cancelled it. */
  @Test
  void aLateValueIsReleasedThoughTheRunEndsBeforeItsReleaseBegins() throws Exception {
    var cancelled = new CountDownLatch(1);
    var threads = new AtomicInteger();
    ThreadFactory second =
        work ->
            Thread.ofVirtual()
                .unstarted(
                    threads.incrementAndGet() == 2
                        ? () -> {
                          awaitUninterruptibly(cancelled);
                          work.run();
                        }
                        : work);
    try (Runner runner = Runner.create(c -> c.withThreadFactory(second))) {
      runner.run(
          () -> {
            var scope = CancelScope.create();
            scope.cancel();
            with(scope)
                .run(
                    () ->
                        assertThatThrownBy(() -> await(stage, this::release))
                            .isInstanceOf(InterruptedException.class));
            stage.complete("late");
            var last = new CountDownLatch(1);
            var _ =
                with(nullContext("left running"))
                    .callAsync(
                        _ -> {
                          last.countDown();
                          try {
                            return new CountDownLatch(1).await(60, TimeUnit.SECONDS);
                          } finally {
                            cancelled.countDown(); // after the release, which was started before
                          }
                        });
            last.await();
          });
    }
    trail.assertSteps("release late");
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // the cancel
      }
    }
  }
}
