package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.asyncGuard;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P6 for generators: the exit is what follows the yield. */
@Timeout(60)
class P6BoundedGeneratorTest {
  private static final Duration LIMIT = Duration.ofSeconds(1);

  private final Trail trail = new Trail();
  private final HandClock clock = new HandClock();
  private final LogRecords logs = new LogRecords();
  private final CountDownLatch forever = new CountDownLatch(1);
  private final CountDownLatch hanging = new CountDownLatch(1);

  /** A report may come after the block: it must not be taken for that of the next test. */
  private final String name = "slow " + System.identityHashCode(this);

  @AfterEach
  void closeLogs() {
    logs.close();
  }

  private AsyncContextManager<Thread, IOException> hangs() {
    return asyncContextManager(
        name,
        body -> {
          try {
            body.yield(Thread.currentThread());
          } finally {
            hang();
          }
        });
  }

  private void hang() throws InterruptedException {
    hanging.countDown();
    forever.await();
  }

  private void passLimit() throws InterruptedException {
    clock.awaitAlarmAt(LIMIT);
    clock.advance(LIMIT);
  }

  @Test
  void itStaysOnTheStackOfItsBlock() throws Exception {
    AsyncContextManager<Thread, IOException> plain =
        asyncContextManager(body -> body.yield(Thread.currentThread()));
    Thread inside = with(plain.exitWithin(LIMIT)).call(thread -> thread);
    assertThat(inside).isSameAs(Thread.currentThread());
  }

  @Test
  void itServesOneBlockHoweverItIsBounded() throws Exception {
    AsyncContextManager<String, IOException> once =
        asyncContextManager("once", body -> body.yield("value"));
    var bounded = once.exitWithin(LIMIT);
    assertThat(with(bounded).<String, RuntimeException>call(value -> value)).isEqualTo("value");
    assertThatThrownBy(() -> with(bounded).run(_ -> {})).hasMessageContaining("already used");
    assertThatThrownBy(() -> with(once).run(_ -> {})).hasMessageContaining("already used");
    assertThatThrownBy(() -> with(bounded.detached()).run(_ -> {}))
        .hasMessageContaining("already used");
  }

  @Test
  void whatFollowsTheYieldIsInterruptedAtTheLimit() throws Exception {
    var running = clock.start(null, () -> with(hangs().exitWithin(LIMIT)).call(value -> value));
    hanging.await();
    passLimit();
    assertThat(running.thrown())
        .isInstanceOf(TimeoutExceededException.class)
        .hasMessageContaining("the exit of generator '" + name)
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(running.interrupted()).isFalse();
  }

  @Test
  void theBodysFailureStaysPrimary() throws Exception {
    var failure = new IOException("body");
    var running =
        clock.start(
            Duration.ofHours(1),
            () ->
                with(hangs().exitWithin(LIMIT))
                    .call(
                        _ -> {
                          throw failure;
                        }));
    hanging.await();
    passLimit();
    assertThat(running.thrown()).isSameAs(failure);
    assertThat(failure.getSuppressed())
        .singleElement()
        .isInstanceOf(TimeoutExceededException.class);
    assertThat(running.interrupted()).isFalse();
  }

  @Test
  void aTimeoutAroundTheYieldIsLeftInTheExit() throws Exception {
    AsyncGuard<RuntimeException> limited =
        asyncGuard(
            body -> {
              var own = timeout(Duration.ofHours(2));
              with(own).run(() -> body.yield());
              trail.add("left, expired: " + own.expired());
            });
    var running =
        clock.start(
            null,
            () ->
                with(timeout(Duration.ofHours(3)))
                    .and(limited.exitWithin(LIMIT))
                    .call(() -> "result"));
    assertThat(running.get()).isEqualTo("result");
    trail.assertSteps("left, expired: false");
    assertThat(clock.alarms()).isZero();
  }

  @Test
  void aTimeoutAroundTheYieldThatExpiredStillConverts() throws Exception {
    AsyncGuard<RuntimeException> limited =
        asyncGuard(body -> with(timeout(LIMIT)).run(() -> body.yield()));
    var running =
        clock.start(
            Duration.ofHours(1),
            () ->
                with(limited)
                    .call(
                        () -> {
                          hang();
                          return "never";
                        }));
    passLimit();
    assertThat(running.thrown())
        .isInstanceOf(TimeoutExceededException.class)
        .hasMessageStartingWith("timeout(PT1S)");
    assertThat(running.interrupted()).isFalse();
    assertThat(logs.with("lambda in P6BoundedGeneratorTest")).isEmpty();
  }

  @Test
  void inAStackTheGeneratorsOwnThreadIsInterruptedAndShown() throws Exception {
    var failure = new IOException("body");
    var running =
        clock.start(
            null,
            () ->
                with(AsyncExitStack.create())
                    .call(
                        stack -> {
                          stack.enter(hangs().exitWithin(LIMIT));
                          throw failure;
                        }));
    hanging.await();
    passLimit();
    assertThat(running.thrown()).isSameAs(failure);
    assertThat(failure.getSuppressed())
        .singleElement()
        .isInstanceOf(TimeoutExceededException.class);
    assertThat(logs.await(name + "' has taken").getThrown().getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals("hang"));
    assertThat(running.interrupted()).isFalse();
  }

  @Test
  void inAStackAfterASuccessItFailsWithTheTimeout() throws Exception {
    var running =
        clock.start(
            null,
            () ->
                with(AsyncExitStack.create())
                    .call(stack -> stack.enter(hangs().exitWithin(LIMIT))));
    hanging.await();
    passLimit();
    assertThat(running.thrown())
        .isInstanceOf(TimeoutExceededException.class)
        .hasMessageContaining("generator '" + name);
    assertThat(running.interrupted()).isFalse();
  }
}
