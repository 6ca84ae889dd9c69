package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.await;
import static dev.asyncwith.AsyncWith.checkpoint;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.timeoutAt;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.Timeout;
import dev.asyncwith.TimeoutExceededException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** When a timeout expires, and what it says of itself: ports of {@code test_timeouts}. */
@org.junit.jupiter.api.Timeout(60)
class TimeoutDeadlineTest {
  private static final Duration SHORT = Duration.ofMillis(10);
  private static final Duration LONG = Duration.ofSeconds(10);

  private final VirtualTime time = new VirtualTime();

  private static void assertExceeded(Timeout timeout, Duration slept) {
    assertThatThrownBy(() -> with(timeout).run(() -> sleep(slept)))
        .isInstanceOf(TimeoutExceededException.class);
    assertThat(timeout.expired()).isTrue();
  }

  @Test
  void itExpiresWhenItsTimeIsOver() throws Exception {
    time.run(
        () -> {
          Instant end = time.at(SHORT);
          assertExceeded(timeout(SHORT), LONG);
          assertThat(time.now()).isEqualTo(end);
        });
  }

  @Test
  void itExpiresAtItsDeadlineAndKeepsIt() throws Exception {
    time.run(
        () -> {
          Instant deadline = time.at(SHORT);
          Timeout timeout = timeoutAt(deadline);
          assertExceeded(timeout, LONG);
          assertThat(timeout.when()).isEqualTo(deadline);
          assertThat(time.now()).isEqualTo(deadline);
        });
  }

  /** By the clock of the system, which goes on while the deadline is set. */
  @Test
  void theDeadlineIsTheOneThatWasGiven() throws Exception {
    Instant deadline = Instant.now().plusSeconds(3600);
    Timeout timeout = timeoutAt(deadline);
    with(timeout).run(() -> assertThat(timeout.when()).isEqualTo(deadline));
  }

  @Test
  void inTimeItDoesNotExpire() throws Exception {
    time.run(
        () -> {
          Timeout timeout = timeout(LONG);
          with(timeout).run(() -> sleep(SHORT));
          assertThat(timeout.expired()).isFalse();
          assertThat(timeout.when()).isAfter(time.now());
        });
  }

  @Test
  void withoutADeadlineItNeverExpires() throws Exception {
    time.run(
        () -> {
          Timeout timeout = timeoutAt(null);
          with(timeout).run(() -> sleep(LONG));
          assertThat(timeout.expired()).isFalse();
          assertThat(timeout.when()).isNull();
        });
  }

  @Test
  void withoutTimeALongSleepFailsAtOnce() throws Exception {
    time.run(
        () -> {
          Instant begun = time.now();
          Timeout timeout = timeout(Duration.ZERO);
          assertExceeded(timeout, LONG);
          assertThat(timeout.when()).isEqualTo(begun);
          assertThat(time.now()).isEqualTo(begun);
        });
  }

  @Test
  void withoutTimeTheShortestSleepFailsToo() throws Exception {
    time.run(
        () -> {
          Instant begun = time.now();
          Timeout timeout = timeout(Duration.ZERO);
          assertExceeded(timeout, Duration.ZERO);
          assertThat(timeout.when()).isEqualTo(begun);
        });
  }

  @Test
  void aDeadlineInThePastIsKeptAndTheShortestSleepFails() throws Exception {
    time.run(
        () -> {
          sleep(LONG.multipliedBy(2));
          Instant past = time.now().minus(LONG);
          Timeout timeout = timeoutAt(past);
          assertExceeded(timeout, Duration.ZERO);
          assertThat(timeout.when()).isEqualTo(past);
        });
    assertThatThrownBy(() -> timeout(LONG.negated())).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anotherTaskMovesTheDeadlineOrTakesItAway() throws Exception {
    time.run(
        () -> {
          var entered = new CompletableFuture<Timeout>();
          Instant first = time.at(LONG);
          Instant second = first.plus(LONG);
          Timeout timeout = timeoutAt(first);
          with(TaskGroup.create())
              .run(
                  tasks -> {
                    Task<?> task =
                        tasks.fork(
                            () ->
                                with(timeout)
                                    .run(
                                        () -> {
                                          entered.complete(timeout);
                                          sleep(LONG.multipliedBy(5));
                                        }));
                    assertThat(await(entered).when()).isEqualTo(first);
                    timeout.rescheduleAt(second);
                    assertThat(timeout.when()).isEqualTo(second);
                    sleep(LONG);
                    assertThat(task.isDone()).as("by the first deadline").isFalse();
                    timeout.rescheduleAt(null);
                    assertThat(timeout.when()).isNull();
                    sleep(LONG);
                    assertThat(task.isDone()).as("by the second deadline").isFalse();
                    task.cancel();
                    assertThatThrownBy(task::get).isInstanceOf(CancellationException.class);
                  });
          assertThat(timeout.expired()).isFalse();
        });
  }

  @Test
  void inItsBlockItSaysThatItIsActive() throws Exception {
    Timeout timeout = timeout(LONG);
    assertThat(timeout).hasToString("timeout(PT10S)[new]");
    with(timeout).run(() -> assertThat(timeout).hasToString("timeout(PT10S)[active]"));
  }

  @Test
  void afterItsDeadlineItSaysThatItIsExpired() throws Exception {
    time.run(
        () -> {
          Timeout timeout = timeout(SHORT);
          assertExceeded(timeout, LONG);
          assertThat(timeout).hasToString("timeout(PT0.01S)[expired]");
        });
  }

  @Test
  void afterABlockInTimeItSaysThatItIsFinished() throws Exception {
    Timeout timeout = timeout(LONG);
    with(timeout).run(() -> sleep(Duration.ZERO));
    assertThat(timeout).hasToString("timeout(PT10S)[finished]");
  }

  @Test
  void withoutADeadlineItIsActiveAllTheSame() throws Exception {
    Timeout timeout = timeoutAt(null);
    with(timeout).run(() -> assertThat(timeout.toString()).matches("timeoutAt@\\w+\\[active]"));
  }

  @Test
  void inItsBlockItIsNotEnteredAgain() throws Exception {
    Timeout timeout = timeout(LONG);
    with(timeout)
        .run(
            () ->
                assertThatThrownBy(() -> with(timeout).run(() -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was already entered"));
  }

  @Test
  void afterItsBlockItIsNotEnteredAgain() throws Exception {
    Timeout timeout = timeout(LONG);
    with(timeout).run(() -> {});
    assertThatThrownBy(() -> with(timeout).run(() -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was already entered");
  }

  @Test
  void aFinishedOneIsNotMoved() throws Exception {
    Timeout timeout = timeout(LONG);
    with(timeout).run(() -> {});
    assertThatThrownBy(() -> timeout.reschedule(LONG))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has ended");
  }

  @Test
  void anExpiredOneIsNotMoved() throws Exception {
    time.run(
        () -> {
          Timeout timeout = timeout(SHORT);
          assertExceeded(timeout, LONG);
          assertThatThrownBy(() -> timeout.reschedule(LONG))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("cannot be moved");
        });
  }

  @Test
  void anExpiringOneIsNotMovedAndABodyThatSwallowsTheCancelEndsWell() throws Exception {
    time.run(
        () -> {
          Timeout timeout = timeout(SHORT);
          with(timeout)
              .run(
                  () -> {
                    assertThatThrownBy(() -> sleep(LONG)).isInstanceOf(InterruptedException.class);
                    assertThat(timeout).hasToString("timeout(PT0.01S)[expiring]");
                    assertThatThrownBy(() -> timeout.reschedule(LONG))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("was cancelled, which is for good");
                  });
          checkpoint();
        });
  }

  @Test
  void beforeItsBlockItMayBeMovedAndCountsFromTheEnter() throws Exception {
    time.run(
        () -> {
          Timeout timeout = timeout(SHORT);
          timeout.reschedule(LONG);
          sleep(LONG);
          Instant end = time.at(LONG);
          assertExceeded(timeout, LONG.multipliedBy(2));
          assertThat(time.now()).isEqualTo(end);
        });
  }

  @Test
  void everyThreadMayEnterOne() throws Exception {
    var outsideAnyRun =
        new FutureTask<>(
            () -> {
              assertExceeded(timeout(Duration.ZERO), LONG);
              return "ended";
            });
    Thread.ofPlatform().start(outsideAnyRun);
    assertThat(outsideAnyRun.get()).isEqualTo("ended");
  }
}
