package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P6: the budget that a thread has for exits without one of their own. */
@Timeout(60)
class P6ImpliedBudgetTest {
  private static final Duration BUDGET = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private final Trail trail = new Trail();
  private final HandClock clock = new HandClock();
  private final LogRecords logs = new LogRecords();
  private final CountDownLatch forever = new CountDownLatch(1);
  private final CountDownLatch hanging = new CountDownLatch(1);

  @AfterEach
  void closeLogs() {
    logs.close();
  }

  private AsyncContextManager<String, RuntimeException> hangs() {
    return manager(
        () -> "value",
        _ -> {
          hanging.countDown();
          forever.await();
        });
  }

  private AsyncContextManager<String, RuntimeException> recorded(String name) {
    return manager(() -> name, value -> trail.add("exit " + value));
  }

  private void passBudget() throws InterruptedException {
    clock.awaitAlarmAt(BUDGET);
    clock.advance(BUDGET);
  }

  @Test
  void anExitWithoutABudgetOfItsOwnHasThatOfItsThread() throws Exception {
    var running = clock.start(BUDGET, () -> with(hangs()).call(value -> value));
    hanging.await();
    passBudget();
    assertThat(running.thrown())
        .isInstanceOf(TimeoutExceededException.class)
        .hasMessageContainingAll("P6ImpliedBudgetTest", "PT1S");
    assertThat(running.interrupted()).isFalse();
    assertThat(logs.await("lambda in P6ImpliedBudgetTest has taken").getLevel())
        .isEqualTo(Level.WARNING);
  }

  @Test
  void afterAFailureToo() throws Exception {
    var failure = new IOException("body");
    var running =
        clock.start(
            BUDGET,
            () ->
                with(hangs())
                    .call(
                        _ -> {
                          throw failure;
                        }));
    hanging.await();
    passBudget();
    assertThat(running.thrown()).isSameAs(failure);
    assertThat(failure.getSuppressed())
        .singleElement()
        .isInstanceOf(TimeoutExceededException.class);
  }

  @Test
  void aBudgetOfItsOwnHoldsInItsPlace() throws Exception {
    var running =
        clock.start(
            BUDGET,
            () ->
                with(AsyncExitStack.create())
                    .call(
                        stack -> {
                          stack.enter(hangs().exitWithin(HOUR));
                          return "done";
                        }));
    clock.awaitAlarmAt(HOUR);
    assertThat(clock.alarms()).isEqualTo(1);
    clock.advance(HOUR);
    assertThat(running.thrown()).hasMessageContaining("PT1H");
  }

  @Test
  void eachEntryOfAStackHasTheBudgetAndTheStackNone() throws Exception {
    var running =
        clock.start(
            BUDGET,
            () ->
                with(AsyncExitStack.create())
                    .call(
                        stack -> {
                          for (int i = 0; i < 10; i++) {
                            stack.enter(i == 5 ? hangs() : recorded("entry " + i));
                          }
                          return "done";
                        }));
    hanging.await();
    passBudget();
    assertThat(running.thrown()).isInstanceOf(TimeoutExceededException.class);
    assertThat(trail.steps())
        .containsExactly(
            "exit entry 9",
            "exit entry 8",
            "exit entry 7",
            "exit entry 6",
            "exit entry 4",
            "exit entry 3",
            "exit entry 2",
            "exit entry 1",
            "exit entry 0");
    assertThat(clock.alarms()).isZero();
  }

  @Test
  void scopesAndTimeoutsHaveNone() throws Exception {
    var running =
        clock.start(
            BUDGET, () -> with(timeout(HOUR)).and(CancelScope.create()).call(() -> clock.alarms()));
    assertThat(running.get()).as("the timeout's own").isEqualTo(1);
    assertThat(clock.alarms()).isZero();
  }

  @Test
  void theWaitForTasksIsNotCounted() throws Exception {
    var release = new CountDownLatch(1);
    var exiting = new CountDownLatch(1);
    var goingOn = new CountDownLatch(1);
    AsyncContextManager<String, RuntimeException> keepsGroup =
        asyncContextManager(
            "with a group",
            body -> {
              with(TaskGroup.create())
                  .run(
                      tasks -> {
                        tasks.fork(() -> release.await());
                        body.yield("value");
                        trail.add("waits for tasks, alarms: " + clock.alarms());
                        exiting.countDown(); // the budget runs, until the group waits
                      });
              trail.add("goes on, alarms: " + clock.alarms());
              goingOn.countDown();
              forever.await();
            });
    var running = clock.start(BUDGET, () -> with(keepsGroup).call(value -> value));
    exiting.await();
    while (running.thread.getState() != Thread.State.WAITING || clock.alarms() > 0) {
      Thread.onSpinWait();
    }
    clock.advance(HOUR);
    release.countDown();
    clock.awaitAlarmAt(HOUR.plus(BUDGET));
    goingOn.await();
    clock.advance(BUDGET);
    assertThat(running.thrown()).isInstanceOf(TimeoutExceededException.class);
    trail.assertSteps("waits for tasks, alarms: 1", "goes on, alarms: 1");
  }

  @Test
  void aCloseByHandHasTheBudget() throws Exception {
    var running =
        clock.start(
            BUDGET,
            () -> {
              AsyncExit.<InterruptedException>shielded("the socket", forever::await);
              return "never";
            });
    passBudget();
    assertThat(running.thrown())
        .isInstanceOf(TimeoutExceededException.class)
        .hasMessageContaining("the exit of the socket");
  }

  @Test
  void exitsInsideAnExitShareItsBudget() throws Exception {
    AsyncContextManager<String, RuntimeException> outer =
        manager(
            () -> "outer",
            _ -> with(recorded("first")).and(hangs()).run((_, _) -> trail.add("inside")));
    var running = clock.start(BUDGET, () -> with(outer).call(value -> value));
    hanging.await();
    assertThat(clock.alarms()).isEqualTo(1);
    passBudget();
    assertThat(running.thrown()).isInstanceOf(TimeoutExceededException.class);
    assertThat(logs.await("lambda in P6ImpliedBudgetTest has taken").getLevel())
        .isEqualTo(Level.WARNING);
    trail.assertSteps("inside", "exit first");
  }
}
