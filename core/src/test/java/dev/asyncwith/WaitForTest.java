package dev.asyncwith;

import static dev.asyncwith.AsyncWith.waitFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A time for a body or a task, which is over when the wait for it is. */
@Timeout(60)
class WaitForTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Background background = new Background("test");
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch end = new CountDownLatch(1);
  private final Trail trail = new Trail();
  private final HandClock clock = new HandClock();

  @AfterEach
  void endTasks() {
    background.cancelAll("the test is over");
    assertThat(Thread.interrupted()).isFalse();
  }

  private Task<String> start(With0.Body<String, ?> body) {
    return background.start(
        null, Inherited.DEFAULT, Bodies.<String>callable(body), Thread.ofVirtual().factory(), true);
  }

  /** Waits for the end; when it is cancelled does something else. */
  private String unlessCancelled(With0.Body<String, ?> onCancel) throws Exception {
    started.countDown();
    try {
      end.await();
      return "ended";
    } catch (InterruptedException e) {
      trail.add("cancelled");
      return Bodies.<String>callable(onCancel).call();
    }
  }

  private static String interrupted() throws InterruptedException {
    throw new InterruptedException("on and on");
  }

  @Test
  void aBodyInTime() throws Exception {
    Thread caller = Thread.currentThread();
    assertThat(waitFor(SECOND, () -> Thread.currentThread())).isSameAs(caller);
    waitFor(SECOND, () -> trail.add("action"));
    trail.assertSteps("action");
    assertThatThrownBy(
            () ->
                waitFor(
                    SECOND,
                    () -> {
                      throw new IOException("gone");
                    }))
        .isInstanceOf(IOException.class);
  }

  /** CPython's AsyncioWaitForTest.test_asyncio_wait_for_timeout. */
  @Test
  void aBodyThatTakesTooLongIsCancelled() throws Exception {
    var call =
        OnThread.start(clock, () -> waitFor(SECOND, () -> unlessCancelled(() -> interrupted())));
    started.await();
    clock.advance(SECOND);
    assertThat(call.failure())
        .isInstanceOf(TimeoutExceededException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    trail.assertSteps("cancelled");
  }

  /** test_wait_for_timeout_less_then_0_or_0_coroutine_do_not_started. */
  @Test
  void aBodyWithoutTimeDoesNotBegin() {
    assertThatThrownBy(() -> waitFor(Duration.ZERO, () -> trail.add("body")))
        .isInstanceOf(TimeoutExceededException.class)
        .hasMessage("the body was not begun: its timeout is PT0S");
    trail.assertSteps();
  }

  /** Other than Python's, and like every other time of this library. */
  @Test
  void aNegativeTimeIsRefused() throws Exception {
    Task<String> task = start(() -> "value");
    assertThatThrownBy(() -> waitFor(SECOND.negated(), task))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the timeout is negative: PT-1S; zero is the shortest");
    assertThat(task.get()).isEqualTo("value");
  }

  /** gh-134471: a timeout of nothing does not swallow a cancellation that was there before. */
  @Test
  void anInterruptIsNoTimeout() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> waitFor(Duration.ZERO, () -> trail.add("body")))
        .isInstanceOf(InterruptedException.class);
    trail.assertSteps();
  }

  /** test_wait_for_cancellation_race_condition: who swallows the cancel returns. */
  @Test
  void aBodyThatReturnsAfterItsTimeHasReturned() throws Exception {
    var call = OnThread.start(clock, () -> waitFor(SECOND, () -> unlessCancelled(() -> "anyway")));
    started.await();
    clock.advance(SECOND);
    assertThat(call.result()).isEqualTo("anyway");
  }

  /** test_wait_for_blocking. */
  @Test
  void aTaskInTime() throws Exception {
    assertThat(AsyncWith.<String>waitFor(SECOND, start(() -> "value"))).isEqualTo("value");
    Task<String> fails = start(() -> interrupted());
    assertThatThrownBy(() -> waitFor(SECOND, fails))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(InterruptedException.class);
  }

  /** test_wait_for_timeout_less_then_0_or_0_future_done. */
  @Test
  void aTaskThatIsDoneNeedsNoTime() throws Exception {
    Task<String> done = start(() -> "value");
    done.join();
    assertThat(AsyncWith.<String>waitFor(Duration.ZERO, done)).isEqualTo("value");
  }

  /** test_wait_for_waits_for_task_cancellation_w_timeout_0. */
  @Test
  void aTaskWithoutTimeIsCancelledAndWaitedFor() throws Exception {
    Task<String> task = start(() -> unlessCancelled(() -> interrupted()));
    started.await();
    assertThatThrownBy(() -> waitFor(Duration.ZERO, task))
        .isInstanceOf(TimeoutExceededException.class);
    assertThat(task.isCancelled()).isTrue();
    trail.assertSteps("cancelled");
  }

  /** test_wait_for_waits_for_task_cancellation (bpo-32751). */
  @Test
  void aTaskIsWaitedForWhenItsTimeIsOver() throws Exception {
    var cleanUp = new CountDownLatch(1);
    var cleaning = new CountDownLatch(1);
    Task<String> task =
        start(
            () ->
                unlessCancelled(
                    () -> {
                      cleaning.countDown();
                      cleanUp.await();
                      return interrupted();
                    }));
    var call = OnThread.start(clock, () -> waitFor(SECOND, task)).awaitWaiting();
    clock.advance(SECOND);
    cleaning.await();
    assertThat(call.isAlive()).isTrue();
    cleanUp.countDown();
    assertThat(call.failure()).isInstanceOf(TimeoutExceededException.class);
    assertThat(task.isDone()).isTrue();
  }

  /** test_wait_for_reraises_exception_during_cancellation (bpo-40607). */
  @Test
  void aFailureDuringTheCancellationWins() throws Exception {
    Task<String> task =
        start(
            () ->
                unlessCancelled(
                    () -> {
                      throw new IOException("gone");
                    }));
    started.await();
    assertThatThrownBy(() -> waitFor(Duration.ZERO, task))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("gone");
  }

  @Test
  void aTaskThatReturnsAfterItsTimeHasReturned() throws Exception {
    Task<String> task = start(() -> unlessCancelled(() -> "anyway"));
    started.await();
    assertThat(AsyncWith.<String>waitFor(Duration.ZERO, task)).isEqualTo("anyway");
  }

  /** test_cancel_wait_for (bpo-23219). */
  @Test
  void aTaskIsCancelledWithTheWait() throws Exception {
    Task<String> task = start(() -> unlessCancelled(() -> interrupted()));
    started.await();
    var call = OnThread.start(() -> waitFor(SECOND.multipliedBy(100), task)).awaitWaiting();
    assertThat(call.interrupt().failure()).isInstanceOf(InterruptedException.class);
    assertThat(task.isCancelled()).isTrue();
  }

  /** gh-86296, gh-81839: neither the result nor the cancellation is lost. */
  @Test
  void aResultAndACancellationAtOnce() throws Exception {
    Task<String> task = start(() -> unlessCancelled(() -> "anyway"));
    started.await();
    var call = OnThread.start(() -> waitFor(SECOND.multipliedBy(100), task)).awaitWaiting();
    assertThat(call.interrupt().result()).isEqualTo("anyway");
    assertThat(call.interruptedAtEnd()).isTrue();
  }

  @Test
  void aTaskThatSomebodyElseCancels() throws Exception {
    Task<String> task = start(() -> unlessCancelled(() -> interrupted()));
    started.await();
    var call = OnThread.start(() -> waitFor(SECOND.multipliedBy(100), task)).awaitWaiting();
    task.cancel();
    assertThat(call.failure()).isInstanceOf(CancellationException.class);
  }

  /** WaitForShieldTests.test_shielded_timeout. */
  @Test
  void whatIsShieldedInTheBodyGoesOn() throws Exception {
    var ended = new CountDownLatch(1);
    var call =
        OnThread.start(
            clock,
            () ->
                waitFor(
                    SECOND,
                    () ->
                        AsyncWith.shield(
                            () -> {
                              started.countDown();
                              end.await();
                              ended.countDown();
                              return null;
                            })));
    started.await();
    clock.advance(SECOND);
    assertThat(call.failure()).isInstanceOf(TimeoutExceededException.class);
    end.countDown();
    ended.await();
    assertThat(ended.getCount()).isZero();
  }
}
