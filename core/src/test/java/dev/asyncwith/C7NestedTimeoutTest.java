package dev.asyncwith;

import static dev.asyncwith.AsyncWith.moveOnAfter;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * C7: what a timeout converts when another cancel is about. Each test names the one of CPython
 * 3.13's {@code test_timeouts.py} that it is the counterpart of.
 */
@org.junit.jupiter.api.Timeout(60)
class C7NestedTimeoutTest {
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(10);

  private final HandClock clock = new HandClock();
  private final IOException gone = new IOException("gone");

  @BeforeEach
  void takeTheClock() {
    clock.take();
  }

  @AfterEach
  void nothingIsLeft() {
    HandClock.giveBack();
    assertThat(Thread.interrupted()).isFalse();
    assertThat(clock.alarms()).isZero();
  }

  private static void waitForEver() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  private void expire(Duration time) throws InterruptedException {
    clock.advance(time);
    waitForEver();
  }

  // test_nested_timeouts, test_nested_timeouts_loop_busy
  @Test
  void ofNestedOnesThatExpiredTheOutermostConverts() {
    Timeout outer = timeout(SHORT);
    Timeout inner = timeout(SHORT);
    Throwable[] ofInner = new Throwable[1];
    assertThatThrownBy(
            () ->
                with(outer)
                    .run(
                        () -> {
                          ofInner[0] = catchThrowable(() -> with(inner).run(() -> expire(SHORT)));
                          throw ofInner[0];
                        }))
        .isInstanceOf(TimeoutExceededException.class)
        .hasMessageContaining(outer.describe())
        .hasCause(ofInner[0]);
    assertThat(ofInner[0]).isInstanceOf(InterruptedException.class);
    assertThat(inner.expired() && outer.expired()).isTrue();
  }

  // test_nested_timeouts_concurrent
  @Test
  void anInnerOneThatExpiredAloneConverts() throws Exception {
    Timeout outer = timeout(LONG);
    with(outer)
        .run(
            () ->
                assertThatThrownBy(() -> with(timeout(SHORT)).run(() -> expire(SHORT)))
                    .isInstanceOf(TimeoutExceededException.class));
    assertThat(outer.expired()).isFalse();
  }

  @Test
  void anOuterCancelWins() throws Exception {
    CancelScope outer = CancelScope.create();
    Timeout inner = timeout(SHORT);
    with(outer)
        .run(
            () ->
                with(inner)
                    .run(
                        () -> {
                          clock.advance(SHORT);
                          outer.cancel("stop");
                          waitForEver();
                        }));
    assertThat(outer.caught()).isTrue();
    assertThat(inner.expired()).isTrue();
  }

  // test_nested_timeout_in_finally
  @Test
  void aTimeoutInACleanupWorks() {
    Timeout cleanup = timeout(SHORT);
    Throwable[] ofCleanup = new Throwable[1];
    var resource =
        AsyncWith.<String, RuntimeException>manager(
            () -> "",
            (_, _) -> ofCleanup[0] = catchThrowable(() -> with(cleanup).run(() -> expire(SHORT))));
    assertThatThrownBy(() -> with(timeout(SHORT)).and(resource).run(_ -> expire(SHORT)))
        .isInstanceOf(TimeoutExceededException.class);
    assertThat(ofCleanup[0])
        .isInstanceOf(TimeoutExceededException.class)
        .hasMessageContaining(cleanup.describe());
  }

  /**
   * In a plain finally there is no shield, and the outer cancel goes on; a shielded scope is one.
   */
  @Test
  void inAFinallyAShieldedScopeGivesTheCleanupTime() {
    CancelScope cleanup = moveOnAfter(SHORT).shielded();
    boolean[] cleaned = new boolean[2];
    assertThatThrownBy(
            () ->
                with(timeout(SHORT))
                    .run(
                        () -> {
                          try {
                            expire(SHORT);
                          } finally {
                            assertThatThrownBy(AsyncWith::checkpoint)
                                .isInstanceOf(InterruptedException.class);
                            with(cleanup)
                                .run(
                                    () -> {
                                      sleep(Duration.ZERO);
                                      cleaned[0] = true;
                                      expire(SHORT);
                                      cleaned[1] = true;
                                    });
                          }
                        }))
        .isInstanceOf(TimeoutExceededException.class);
    assertThat(cleaned).containsExactly(true, false);
    assertThat(cleanup.caught()).isTrue();
  }

  // test_timeout_after_cancellation
  @Test
  void aTimeoutAfterACancellationThatEndedConverts() {
    assertThatThrownBy(
            () -> {
              Thread.currentThread().interrupt();
              assertThatThrownBy(C7NestedTimeoutTest::waitForEver)
                  .isInstanceOf(InterruptedException.class);
              with(timeout(SHORT)).run(() -> expire(SHORT));
            })
        .isInstanceOf(TimeoutExceededException.class);
  }

  // test_cancel_in_timeout_after_cancellation
  @Test
  void aNewCancelInItIsNoTimeout() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(AsyncWith::checkpoint).isInstanceOf(InterruptedException.class);
    Timeout timeout = timeout(SHORT);
    assertThatThrownBy(
            () ->
                with(timeout)
                    .run(
                        () -> {
                          Thread.currentThread().interrupt();
                          waitForEver();
                        }))
        .isInstanceOf(InterruptedException.class);
    assertThat(timeout.expired()).isFalse();
  }

  // gh-134471: timeout(0) must not make a timeout of a cancel that the thread has not seen yet
  @Test
  void aCancelThatWasThereBeforeIsNotConverted() throws Exception {
    CancelScope outer = CancelScope.create();
    Timeout zero = timeout(Duration.ZERO);
    with(outer)
        .run(
            () -> {
              outer.cancel("stop");
              with(zero).run(() -> sleep(Duration.ZERO));
            });
    assertThat(outer.caught()).isTrue();
    assertThat(zero.expired()).isTrue();
  }

  // gh-134471, with a foreign interrupt, of which the flag tells
  @Test
  void anInterruptThatWasThereBeforeIsNotConverted() {
    Timeout zero = timeout(Duration.ZERO);
    assertThatThrownBy(
            () -> {
              Thread.currentThread().interrupt();
              with(zero).run(() -> sleep(Duration.ZERO));
            })
        .isInstanceOf(InterruptedException.class);
    assertThat(zero.expired()).isTrue();
  }

  // test_timeout_taskgroup
  @Test
  void theFailuresOfTasksWinOverATimeoutAroundTheirGroup() {
    Timeout timeout = timeout(SHORT);
    var begun = new CountDownLatch(1); // a task that is cancelled before never begins
    assertThatThrownBy(
            () ->
                with(timeout)
                    .and(TaskGroup.create())
                    .run(
                        tasks -> {
                          tasks.fork(
                              () -> {
                                begun.countDown();
                                try {
                                  waitForEver();
                                } finally {
                                  fail();
                                }
                              });
                          begun.await();
                          expire(SHORT);
                        }))
        .isInstanceOfSatisfying(
            ExceptionGroup.class, group -> assertThat(group.exceptions()).containsExactly(gone));
    assertThat(timeout.expired()).isTrue();
  }

  private void fail() throws IOException {
    throw gone;
  }
}
