package dev.asyncwith;

import static dev.asyncwith.AsyncWith.checkpoint;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.timeoutAt;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * C7: which cancellations a timeout converts. Each test names the one of CPython 3.13's {@code
 * test_timeouts.py} that it is the counterpart of.
 */
@org.junit.jupiter.api.Timeout(60)
class C7TimeoutTest {
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

  // test_timeout_basic, test_timeout_at_basic, test_waiter_cancelled, test_timeout_exception_cause
  @Test
  void theBodySeesAnInterruptAndTheExitConvertsIt() {
    for (Timeout timeout : new Timeout[] {timeout(SHORT), timeoutAt(clock.instant().plus(SHORT))}) {
      Throwable[] seen = new Throwable[1];
      assertThatThrownBy(
              () ->
                  with(timeout)
                      .run(
                          () -> {
                            seen[0] = catchThrowable(() -> expire(SHORT));
                            throw seen[0];
                          }))
          .isInstanceOf(TimeoutExceededException.class)
          .hasMessageStartingWith(timeout.describe() + " exceeded")
          .cause()
          .isSameAs(seen[0])
          .isInstanceOf(InterruptedException.class);
      assertThat(timeout.expired()).isTrue();
      assertThat(timeout).hasToString(timeout.describe() + "[expired]");
    }
  }

  // test_timeout_not_called
  @Test
  void inTimeNothingHappensAndTheDeadlineIsKept() throws Exception {
    Timeout timeout = timeout(SHORT);
    Instant end = clock.instant().plus(SHORT);
    with(timeout).run(() -> clock.advance(SHORT.minusNanos(1)));
    clock.advance(LONG);
    checkpoint();
    assertThat(timeout.expired()).isFalse();
    assertThat(timeout.when()).isEqualTo(end);
  }

  // test_timeout_disabled, test_timeout_at_disabled
  @Test
  void withoutADeadlineItNeverExpires() throws Exception {
    Timeout timeout = timeoutAt(null);
    with(timeout)
        .run(
            () -> {
              assertThat(timeout.when()).isNull();
              clock.advance(LONG);
              checkpoint();
            });
    assertThat(timeout.expired()).isFalse();
  }

  // test_timeout_zero, test_timeout_zero_sleep_zero, test_timeout_in_the_past_sleep_zero
  @Test
  void atZeroOrInThePastTheFirstWaitFails() {
    for (Timeout late :
        new Timeout[] {timeout(Duration.ZERO), timeoutAt(Instant.EPOCH.minusSeconds(3))}) {
      assertThatThrownBy(() -> with(late).run(() -> sleep(Duration.ZERO)))
          .isInstanceOf(TimeoutExceededException.class);
      assertThat(late.expired()).isTrue();
    }
  }

  /** As in CPython, where a body without an await is not cut short. */
  @Test
  void aBodyThatWaitsForNothingReturnsHoweverLateItIs() throws Exception {
    Timeout timeout = timeout(SHORT);
    assertThat(
            with(timeout)
                .call(
                    () -> {
                      clock.advance(LONG);
                      return "done";
                    }))
        .isEqualTo("done");
    assertThat(timeout.expired()).isTrue();
  }

  @Test
  void negativeDurationsAreRefusedAndHugeOnesNeverPass() throws Exception {
    assertThatThrownBy(() -> timeout(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the timeout is negative: PT-0.000000001S; zero is the shortest");
    Timeout huge = timeout(Duration.ofSeconds(Long.MAX_VALUE));
    Timeout far = timeoutAt(Instant.MAX);
    Timeout longLived = timeout(Duration.ofDays(100_000));
    with(huge)
        .and(far)
        .and(longLived)
        .run(
            () -> {
              clock.advance(Duration.ofDays(10_000));
              checkpoint();
            });
    assertThat(huge.when()).isNull();
    assertThat(far.when()).isEqualTo(Instant.MAX);
  }

  // test_foreign_exception_passed, test_foreign_exception_on_timeout(_2)
  @Test
  void anotherFailurePassesBeforeAndAfterTheDeadline() {
    Timeout inTime = timeout(SHORT);
    assertThatThrownBy(() -> with(inTime).run(this::fail)).isSameAs(gone);
    assertThat(inTime.expired()).isFalse();
    Timeout late = timeout(SHORT);
    assertThatThrownBy(
            () ->
                with(late)
                    .run(
                        () -> {
                          try {
                            expire(SHORT);
                          } finally {
                            fail();
                          }
                        }))
        .isSameAs(gone);
    assertThat(late.expired()).isTrue();
  }

  private void fail() throws IOException {
    throw gone;
  }

  /** What CPython 3.13 says by its context, the cause says here: the chain is the body's. */
  @Test
  void aFailureWithTheCancellationAsItsCauseIsTheTimeouts() {
    Timeout timeout = timeout(SHORT);
    assertThatThrownBy(
            () ->
                with(timeout)
                    .run(
                        () -> {
                          try {
                            expire(SHORT);
                          } catch (InterruptedException e) {
                            throw new IOException("read failed", e);
                          }
                        }))
        .isInstanceOf(TimeoutExceededException.class)
        .cause()
        .hasMessage("read failed");
  }

  // test_foreign_cancel_doesnt_timeout_if_not_expired
  @Test
  void aForeignInterruptIsNoTimeout() {
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

  // test_outer_task_is_not_cancelled
  @Test
  void afterwardsTheThreadWaitsAsBefore() throws Exception {
    assertThatThrownBy(() -> with(timeout(SHORT)).run(() -> expire(SHORT)))
        .isInstanceOf(TimeoutExceededException.class);
    checkpoint();
    sleep(Duration.ZERO);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  // test_timeout_expiring: the body swallows the cancellation
  @Test
  void aBodyThatSwallowsItEndsWellAndTheTimeoutIsExpired() throws Exception {
    Timeout timeout = timeout(SHORT);
    with(timeout)
        .run(
            () -> assertThatThrownBy(() -> expire(SHORT)).isInstanceOf(InterruptedException.class));
    assertThat(timeout.expired()).isTrue();
    checkpoint();
  }

  /** The idiom of those who may not throw: the flag they set is the timeout's to clear. */
  @Test
  void aBodyThatSetsTheFlagAgainLeavesNone() {
    for (boolean ofLibrary : new boolean[] {true, false}) {
      assertThatThrownBy(
              () ->
                  with(timeout(SHORT))
                      .run(
                          () -> {
                            try {
                              clock.advance(SHORT);
                              if (ofLibrary) {
                                checkpoint();
                              }
                              waitForEver();
                            } catch (InterruptedException e) {
                              Thread.currentThread().interrupt();
                              throw new IllegalStateException(e);
                            }
                          }))
          .isInstanceOf(TimeoutExceededException.class);
      assertThat(Thread.interrupted()).as("after a call of the library %s", ofLibrary).isFalse();
    }
  }
}
