package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.checkpoint;
import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * P6 for the exit of a generator that a stack entered: the end of its time is a cancel on the
 * generator's own thread, as it is in a block.
 */
@Timeout(60)
class P6GeneratorInScopesTest {
  private static final Duration LIMIT = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofHours(1);

  private final Trail trail = new Trail();
  private final HandClock clock = new HandClock();
  private final CountDownLatch exiting = new CountDownLatch(1);
  private final CountDownLatch forever = new CountDownLatch(1);

  /** What a generator does after its yield. */
  @FunctionalInterface
  private interface Step {
    void run() throws InterruptedException;
  }

  private AsyncContextManager<String, RuntimeException> generator(Step afterTheYield) {
    return asyncContextManager(
        "slow",
        body -> {
          body.yield("value");
          exiting.countDown();
          afterTheYield.run();
        });
  }

  private static CancelScope scope(boolean cooperative) {
    return cooperative ? CancelScope.create().cooperative() : CancelScope.create();
  }

  /** A scope, in it a stack that has entered the manager, and a body that returns. */
  private HandClock.Running<String> exits(
      boolean cooperative, Duration budget, AsyncContextManager<String, RuntimeException> manager) {
    return clock.start(
        budget,
        () ->
            with(scope(cooperative))
                .and(AsyncExitStack.create())
                .call(stack -> stack.enter(manager)));
  }

  private void passLimit() throws InterruptedException {
    exiting.await();
    clock.awaitAlarmAt(LIMIT);
    clock.advance(LIMIT);
  }

  private static void assertTimedOut(HandClock.Running<?> running) throws InterruptedException {
    assertThat(running.thrown())
        .isInstanceOf(TimeoutExceededException.class)
        .hasMessageContaining("the exit of generator 'slow' was interrupted")
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(running.interrupted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLibraryCallOfTheExitThrows(boolean cooperative) throws Exception {
    var running = exits(cooperative, null, generator(() -> sleep(LONG)).exitWithin(LIMIT));
    passLimit();
    assertTimedOut(running);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itDoesInTheBudgetOfTheProgramToo(boolean cooperative) throws Exception {
    var running = exits(cooperative, LIMIT, generator(() -> sleep(LONG)));
    passLimit();
    assertTimedOut(running);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theEndOfTheTimeIsALevel(boolean cooperative) throws Exception {
    Step sleepsTwice =
        () -> {
          assertThatThrownBy(() -> sleep(LONG)).isInstanceOf(InterruptedException.class);
          checkpoint();
        };
    var running = exits(cooperative, null, generator(sleepsTwice).exitWithin(LIMIT));
    passLimit();
    assertTimedOut(running);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itReachesTheExitsThatRunInTheExit(boolean cooperative) throws Exception {
    AsyncContextManager<String, RuntimeException> inner =
        manager(
            () -> "inner",
            _ -> {
              exiting.countDown();
              sleep(LONG);
            });
    AsyncContextManager<String, RuntimeException> around =
        asyncContextManager("slow", body -> with(inner).run(body::yield));
    var running = exits(cooperative, null, around.exitWithin(LIMIT));
    passLimit();
    assertTimedOut(running);
  }

  @Test
  void aForeignCallInTheExitIsInterruptedOnce() throws Exception {
    Step waitsTwice =
        () -> {
          assertThatThrownBy(forever::await).isInstanceOf(InterruptedException.class);
          trail.add("again: " + Thread.currentThread().isInterrupted());
          Thread.yield();
          trail.add("and again: " + Thread.currentThread().isInterrupted());
        };
    var running = exits(false, null, generator(waitsTwice).exitWithin(LIMIT));
    passLimit();
    assertThat(running.get()).isEqualTo("value");
    assertThat(running.interrupted()).isFalse();
    trail.assertSteps("again: false", "and again: false");
  }

  @Test
  void inACooperativeScopeAForeignCallGoesOn() throws Exception {
    try (var logs = new LogRecords()) {
      Step waits =
          () -> {
            forever.await();
            trail.add("interrupted: " + Thread.currentThread().isInterrupted());
          };
      var running = exits(true, null, generator(waits).exitWithin(LIMIT));
      passLimit();
      logs.await("it is interrupted now"); // it is cancelled by then
      forever.countDown();
      assertThat(running.get()).isEqualTo("value");
      assertThat(running.interrupted()).isFalse();
      trail.assertSteps("interrupted: false");
    }
  }

  @Test
  void theTimeThatAGroupWaitsForItsTasksIsNotThatOfTheProgramsBudget() throws Exception {
    var inTask = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    Step waitsForTasks =
        () ->
            with(TaskGroup.create())
                .run(
                    tasks ->
                        tasks.fork(
                            () -> {
                              inTask.countDown();
                              mayEnd.await();
                            }));
    var running = exits(false, LIMIT, generator(waitsForTasks));
    inTask.await();
    while (clock.alarms() > 0) { // the group has come to its wait
      checkpoint();
    }
    clock.advance(LIMIT);
    mayEnd.countDown();
    assertThat(running.get()).isEqualTo("value");
  }

  @Test
  void aForeignInterruptOfTheUserStillReachesTheExit() throws Exception {
    var user = new Thread[1];
    var running =
        clock.start(
            null,
            () ->
                with(scope(true))
                    .and(AsyncExitStack.create())
                    .call(
                        stack -> {
                          user[0] = Thread.currentThread();
                          return stack.enter(generator(forever::await).exitWithin(LIMIT));
                        }));
    exiting.await();
    user[0].interrupt();
    assertThat(running.thrown()).isInstanceOf(InterruptedException.class);
    assertThat(running.interrupted()).isFalse();
  }
}
