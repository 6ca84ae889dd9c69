package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.checkpoint;
import static dev.asyncwith.AsyncWith.shielded;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.timeoutAt;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.asyncwith.ExceptionGroup;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.Timeout;
import dev.asyncwith.TimeoutExceededException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * What the body sees when a timeout expires, and what the exit makes of it: ports of {@code
 * test_timeouts}.
 */
@org.junit.jupiter.api.Timeout(60)
class TimeoutCancellationTest {
  private static final Duration SHORT = Duration.ofMillis(10);
  private static final Duration LONG = Duration.ofSeconds(10);

  private final VirtualTime time = new VirtualTime();
  private final ArithmeticException divided = new ArithmeticException("1/0");
  private final AtomicReference<Throwable> seen = new AtomicReference<>();

  private static <E extends Throwable> void raise(E failure) throws E {
    throw failure;
  }

  /** Sleeps, and keeps what ended that. */
  private void sleepAndSee() throws InterruptedException {
    try {
      sleep(LONG);
    } catch (InterruptedException e) {
      seen.set(e);
      throw e;
    }
  }

  @Test
  void theBodySeesACancellation() throws Exception {
    time.run(
        () -> {
          assertThatThrownBy(() -> with(timeout(SHORT)).run(this::sleepAndSee))
              .isInstanceOf(TimeoutExceededException.class);
          assertThat(seen.get()).isInstanceOf(InterruptedException.class);
        });
  }

  @Test
  void theCancellationIsTheCause() throws Exception {
    time.run(
        () ->
            assertThatThrownBy(() -> with(timeout(Duration.ZERO)).run(this::sleepAndSee))
                .isInstanceOf(TimeoutExceededException.class)
                .cause()
                .isSameAs(seen.get())
                .isInstanceOf(InterruptedException.class));
  }

  @Test
  void theCancellationIsTheCauseAlsoOfAWaitAfterAFailure() throws Exception {
    time.run(
        () ->
            assertThatThrownBy(
                    () ->
                        with(timeout(SHORT))
                            .run(
                                () -> {
                                  try {
                                    raise(divided);
                                  } finally {
                                    sleepAndSee();
                                  }
                                }))
                .isInstanceOf(TimeoutExceededException.class)
                .cause()
                .isSameAs(seen.get())
                .hasNoCause());
  }

  @Test
  void aFailureInTimePasses() throws Exception {
    time.run(
        () -> {
          Timeout timeout = timeout(SHORT);
          assertThatThrownBy(() -> with(timeout).run(() -> raise(divided))).isSameAs(divided);
          assertThat(timeout.expired()).isFalse();
        });
  }

  @Test
  void aFailureAfterTheDeadlinePasses() throws Exception {
    time.run(
        () -> {
          Timeout timeout = timeout(SHORT);
          assertThatThrownBy(
                  () ->
                      with(timeout)
                          .run(
                              () -> {
                                try {
                                  sleep(LONG);
                                } finally {
                                  raise(divided);
                                }
                              }))
              .isSameAs(divided)
              .hasNoCause();
          assertThat(timeout.expired()).isTrue();
        });
  }

  @Test
  void theLastOfSeveralFailuresPasses() throws Exception {
    time.run(
        () -> {
          Timeout timeout = timeout(SHORT);
          assertThatThrownBy(() -> with(timeout).run(this::failBeforeAndAfterASleep))
              .isSameAs(divided)
              .hasNoCause();
          assertThat(timeout.expired()).isTrue();
        });
  }

  private void failBeforeAndAfterASleep() throws IOException, InterruptedException {
    try {
      try {
        raise(new IllegalArgumentException("before"));
      } finally {
        sleep(LONG);
      }
    } finally {
      try {
        raise(new IOException("after"));
      } finally {
        raise(divided);
      }
    }
  }

  @Test
  void aCancelByAnotherIsNoTimeout() throws Exception {
    time.run(
        () -> {
          Timeout timeout = timeout(LONG);
          assertThatThrownBy(
                  () ->
                      with(timeout)
                          .run(
                              () -> {
                                Thread.currentThread().interrupt();
                                sleep(LONG);
                              }))
              .isInstanceOf(InterruptedException.class);
          assertThat(timeout.expired()).isFalse();
        });
  }

  @Test
  void aTaskWhoseTimeoutExpiredIsNotCancelled() throws Exception {
    time.run(
        () ->
            with(TaskGroup.create())
                .run(
                    tasks -> {
                      Task<?> task =
                          tasks.fork(
                              () -> {
                                assertThatThrownBy(
                                        () -> with(timeout(SHORT)).run(() -> sleep(LONG)))
                                    .isInstanceOf(TimeoutExceededException.class);
                                checkpoint();
                              });
                      assertThat(task.get()).isNull();
                      assertThat(task.isCancelled()).isFalse();
                      assertThat(task.isDone()).isTrue();
                    }));
  }

  @Test
  void ofNestedOnesWithOneDeadlineTheOutermostConverts() throws Exception {
    time.run(
        () -> {
          Instant deadline = time.at(SHORT);
          Timeout outer = timeoutAt(deadline);
          Timeout inner = timeoutAt(deadline);
          assertThatThrownBy(
                  () ->
                      with(outer)
                          .run(
                              () -> {
                                Throwable ofInner =
                                    catchThrowable(
                                        () ->
                                            with(inner)
                                                .run(
                                                    () -> {
                                                      time.busyFor(SHORT);
                                                      sleep(LONG);
                                                    }));
                                seen.set(ofInner);
                                throw ofInner;
                              }))
              .isInstanceOf(TimeoutExceededException.class)
              .hasMessageContaining(outer.describe());
          assertThat(seen.get()).isInstanceOf(InterruptedException.class);
          assertThat(inner.expired()).isTrue();
          assertThat(outer.expired()).isTrue();
        });
  }

  @Test
  void theOuterOneEndsAnInnerOneThatHasTimeLeft() throws Exception {
    time.run(
        () -> {
          Timeout outer = timeout(Duration.ofMillis(2));
          Timeout inner = timeout(Duration.ofMillis(100));
          assertThatThrownBy(
                  () ->
                      with(outer)
                          .run(
                              () -> {
                                seen.set(
                                    catchThrowable(
                                        () ->
                                            with(inner)
                                                .run(
                                                    () -> {
                                                      time.busyFor(SHORT);
                                                      sleep(LONG);
                                                    })));
                                throw seen.get();
                              }))
              .isInstanceOf(TimeoutExceededException.class);
          assertThat(seen.get()).isInstanceOf(InterruptedException.class);
          assertThat(inner.expired()).isFalse();
        });
  }

  @Test
  void anInnerOneThatExpiredDoesNotHoldUpTheOuterOne() throws Exception {
    time.run(
        () -> {
          Instant end = time.at(Duration.ofMillis(100));
          Timeout outer = timeoutAt(end);
          assertThatThrownBy(
                  () ->
                      with(outer)
                          .run(
                              () -> {
                                Throwable _ =
                                    catchThrowable(
                                        () ->
                                            with(timeout(SHORT))
                                                .run(
                                                    () -> {
                                                      time.busyFor(Duration.ofMillis(100));
                                                      sleep(LONG);
                                                    }));
                                sleep(LONG);
                              }))
              .isInstanceOf(TimeoutExceededException.class)
              .hasMessageContaining(outer.describe());
          assertThat(time.now()).isEqualTo(end);
        });
  }

  @Test
  void aShieldedCleanupHasATimeoutOfItsOwn() throws Exception {
    time.run(
        () -> {
          AtomicReference<Throwable> ofCleanup = new AtomicReference<>();
          Timeout outer = timeout(SHORT);
          assertThatThrownBy(
                  () ->
                      with(outer)
                          .run(
                              () -> {
                                try {
                                  sleepAndSee();
                                } finally {
                                  Timeout refused = timeout(SHORT);
                                  assertThatThrownBy(() -> with(refused).run(() -> sleep(LONG)))
                                      .isInstanceOf(InterruptedException.class);
                                  assertThat(refused.expired()).isFalse();
                                  ofCleanup.set(
                                      catchThrowable(
                                          () ->
                                              shielded(
                                                  () ->
                                                      with(timeout(SHORT))
                                                          .run(() -> sleep(LONG)))));
                                }
                              }))
              .isInstanceOf(TimeoutExceededException.class)
              .hasMessageContaining(outer.describe())
              .hasCause(seen.get());
          assertThat(ofCleanup.get())
              .isInstanceOf(TimeoutExceededException.class)
              .hasCauseInstanceOf(InterruptedException.class);
          assertThat(ofCleanup.get().getCause()).isNotSameAs(seen.get());
          assertThat(time.now()).isEqualTo(Instant.EPOCH.plus(SHORT).plus(SHORT));
        });
  }

  private void beCancelledAndGoOn() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> sleep(LONG)).isInstanceOf(InterruptedException.class);
  }

  @Test
  void afterACancelThatWasHandledItConverts() throws Exception {
    time.run(
        () -> {
          beCancelledAndGoOn();
          assertThatThrownBy(() -> with(timeout(Duration.ZERO)).run(() -> sleep(LONG)))
              .isInstanceOf(TimeoutExceededException.class);
        });
  }

  @Test
  void afterACancelThatWasHandledANewOneIsNoTimeout() throws Exception {
    time.run(
        () -> {
          beCancelledAndGoOn();
          assertThatThrownBy(
                  () -> with(timeout(SHORT)).run(TimeoutCancellationTest::cancelAndSleep))
              .isInstanceOf(InterruptedException.class);
        });
  }

  private static void cancelAndSleep() throws InterruptedException {
    Thread.currentThread().interrupt();
    sleep(LONG);
  }

  @Test
  void theFailuresOfTasksPass() throws Exception {
    time.run(
        () -> {
          Timeout timeout = timeout(SHORT);
          assertThatThrownBy(
                  () ->
                      with(timeout)
                          .and(TaskGroup.create())
                          .run(
                              tasks -> {
                                tasks.fork(
                                    () -> {
                                      try {
                                        sleep(LONG);
                                      } finally {
                                        raise(divided);
                                      }
                                    });
                                try {
                                  raise(new IllegalArgumentException("body"));
                                } finally {
                                  sleep(LONG);
                                }
                              }))
              .isInstanceOfSatisfying(
                  ExceptionGroup.class,
                  group -> assertThat(group.exceptions()).containsExactly(divided))
              .hasNoCause();
          assertThat(timeout.expired()).isTrue();
        });
  }
}
