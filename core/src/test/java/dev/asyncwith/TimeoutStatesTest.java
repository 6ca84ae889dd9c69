package dev.asyncwith;

import static dev.asyncwith.AsyncWith.checkpoint;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.timeoutAt;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a timeout says and takes in each state; after CPython 3.13's {@code test_timeouts.py}. */
@org.junit.jupiter.api.Timeout(60)
class TimeoutStatesTest {
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(10);

  private final HandClock clock = new HandClock();

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

  // test_timeout_not_entered; here the deadline may be moved before, it counts from the enter
  @Test
  void beforeTheEnterItCountsFromTheEnter() throws Exception {
    Timeout timeout = timeout(LONG);
    assertThat(timeout.when()).isNull();
    assertThat(timeout.expired()).isFalse();
    assertThat(timeout).hasToString(timeout.describe() + "[new]");
    timeout.reschedule(SHORT);
    clock.advance(LONG);
    Instant end = clock.instant().plus(SHORT);
    with(timeout).run(() -> assertThat(timeout.when()).isEqualTo(end));
    assertThatThrownBy(() -> timeoutAt(null).exit(Outcome.succeeded()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching("timeoutAt@\\w+ is left without having been entered");
  }

  // test_reschedule, test_repr_active
  @Test
  void whileActiveTheDeadlineMoves() throws Exception {
    Timeout timeout = timeout(SHORT);
    assertThatThrownBy(
            () ->
                with(timeout)
                    .run(
                        () -> {
                          assertThat(timeout).hasToString(timeout.describe() + "[active]");
                          timeout.reschedule(LONG);
                          clock.advance(SHORT);
                          checkpoint();
                          timeout.rescheduleAt(null);
                          clock.advance(LONG);
                          checkpoint();
                          timeout.rescheduleAt(clock.instant().plus(SHORT));
                          assertThatThrownBy(() -> timeout.reschedule(Duration.ofNanos(-1)))
                              .isInstanceOf(IllegalArgumentException.class);
                          clock.advance(SHORT.minusNanos(1));
                          checkpoint();
                          clock.advance(Duration.ofNanos(1));
                          checkpoint();
                        }))
        .isInstanceOf(TimeoutExceededException.class);
  }

  @Test
  void aDeadlineThatIsMovedIntoThePastExpiresAtOnce() {
    assertThatThrownBy(
            () -> {
              Timeout timeout = timeout(LONG);
              with(timeout)
                  .run(
                      () -> {
                        timeout.rescheduleAt(clock.instant().minusSeconds(1));
                        checkpoint();
                      });
            })
        .isInstanceOf(TimeoutExceededException.class);
  }

  // test_timeout_expiring, test_timeout_expired, test_repr_expired
  @Test
  void anExpiredOneCannotBeMoved() throws Exception {
    Timeout timeout = timeout(SHORT);
    with(timeout)
        .run(
            () -> {
              clock.advance(SHORT);
              assertThat(timeout.expired()).isTrue();
              assertThat(timeout).hasToString(timeout.describe() + "[expiring]");
              assertThatThrownBy(() -> timeout.reschedule(LONG))
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessage(
                      "the deadline of %s cannot be moved: the scope was cancelled, which is for good"
                          .formatted(timeout.describe()));
            });
    assertThat(timeout.expired()).isTrue();
  }

  // test_timeout_finished, test_repr_finished
  @Test
  void aFinishedOneCannotBeMovedAndDoesNotExpire() throws Exception {
    Timeout timeout = timeout(SHORT);
    with(timeout).run(() -> {});
    clock.advance(LONG);
    assertThat(timeout.expired()).isFalse();
    assertThat(timeout).hasToString(timeout.describe() + "[finished]");
    assertThatThrownBy(() -> timeout.rescheduleAt(null))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "the deadline of %s cannot be moved: the scope has ended"
                .formatted(timeout.describe()));
  }

  // test_timeout_already_entered, test_timeout_double_enter
  @Test
  void aTimeoutServesOneBlock() throws Exception {
    Timeout timeout = timeout(SHORT);
    String message =
        timeout.describe() + " was already entered: a scope serves one block, make a new one";
    with(timeout)
        .run(
            () ->
                assertThatThrownBy(() -> with(timeout).run(() -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(message));
    assertThatThrownBy(() -> with(timeout).run(() -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(message);
  }
}
