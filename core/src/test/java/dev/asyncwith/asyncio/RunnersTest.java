package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.await;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncWith;
import dev.asyncwith.CancelScope;
import dev.asyncwith.Runner;
import dev.asyncwith.With0;
import dev.asyncwith.testing.Trail;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the tests beside the runner leave of CPython's test_runners. */
@Timeout(60)
class RunnersTest {
  private static final Duration LONG = Duration.ofSeconds(100);

  private final Trail trail = new Trail();

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
  }

  // ---- AsyncWith.run

  @Test
  void aProgramThatIsMissingIsNamed() {
    assertThatThrownBy(() -> AsyncWith.run((With0.Action<RuntimeException>) null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("the program is null: give run a lambda");
    assertThatThrownBy(() -> AsyncWith.run((With0.Body<String, RuntimeException>) null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("the program is null: give run a lambda");
  }

  @Test
  void aProgramRunsNoOtherInItself() {
    assertThatThrownBy(() -> AsyncWith.run(() -> AsyncWith.run(() -> trail.add("nested"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("belongs to a run");
    trail.assertSteps();
  }

  // ---- Runner

  @Test
  void aMissingProgramLeavesTheRunnerUsable() throws Exception {
    try (Runner runner = Runner.create()) {
      assertThatThrownBy(() -> runner.run((With0.Action<RuntimeException>) null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("the program is null: give run a lambda");
      runner.run(() -> trail.add("ran"));
    }
    trail.assertSteps("ran");
  }

  @Test
  void theSecondCloseDoesNothing() throws Exception {
    Runner runner = Runner.create(c -> c.withName("twice"));
    runner.run(() -> trail.add("ran"));
    runner.close();
    runner.close();
    assertThatThrownBy(() -> runner.run(() -> trail.add("never")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Runner 'twice' is closed: make a new one");
    trail.assertSteps("ran");
  }

  @Test
  void aRunnerServesOneBlockOfTryWithResources() throws Exception {
    Runner runner = Runner.create();
    try (runner) {
      runner.run(() -> trail.add("first"));
    }
    assertThatThrownBy(
            () -> {
              try (runner) {
                runner.run(() -> trail.add("second"));
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("is closed: make a new one");
    trail.assertSteps("first");
  }

  @Test
  void theFactoryOfARunnerMakesOneThreadForEachRun() throws Exception {
    var made = new AtomicInteger();
    try (Runner runner =
        Runner.create(
            c ->
                c.withThreadFactory(
                    body -> {
                      made.incrementAndGet();
                      return Thread.ofVirtual().unstarted(body);
                    }))) {
      assertThat(made).hasValue(0);
      runner.run(() -> trail.add("first"));
      assertThat(made).hasValue(1);
      runner.run(() -> trail.add("second"));
    }
    assertThat(made).hasValue(2);
  }

  /** A result that counts how often its string is asked for. */
  private static final class Result {
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public String toString() {
      asked.incrementAndGet();
      return "a result";
    }
  }

  @Test
  void aRunDoesNotAskItsResultForItsString() throws Exception {
    try (Runner runner = Runner.create()) {
      Result result = runner.<Result, RuntimeException>run(() -> new Result());
      assertThat(result.asked.get()).isZero();
    }
  }

  // ---- interrupts of who runs

  @Test
  void anInterruptReachesAProgramThatNeverWaits() {
    Thread caller = Thread.currentThread();
    assertThatThrownBy(
            () ->
                Runner.create()
                    .run(
                        () -> {
                          caller.interrupt();
                          try {
                            while (true) {
                              sleep(Duration.ZERO);
                            }
                          } finally {
                            trail.add("cancelled");
                          }
                        }))
        .isInstanceOf(InterruptedException.class);
    trail.assertSteps("cancelled");
  }

  @Test
  void anInterruptReachesAProgramThatWaitsForAStageAndNotTheStage() {
    Thread caller = Thread.currentThread();
    var stage = new CompletableFuture<String>();
    assertThatThrownBy(
            () ->
                Runner.create()
                    .run(
                        () -> {
                          caller.interrupt();
                          try {
                            trail.add(await(stage));
                          } catch (InterruptedException e) {
                            trail.add("cancelled");
                            throw e;
                          }
                        }))
        .isInstanceOf(InterruptedException.class);
    trail.assertSteps("cancelled");
    assertThat(stage).isNotDone();
  }

  @Test
  void anInterruptOfAProgramThatIsCancelledAlreadyEndsItOnce() throws Exception {
    Thread caller = Thread.currentThread();
    CancelScope around = CancelScope.create();
    with(around)
        .run(
            () ->
                Runner.create()
                    .run(
                        () -> {
                          while (caller.getState() != Thread.State.WAITING) {
                            Thread.yield(); // its scopes could still reach it
                          }
                          around.cancel();
                          try {
                            sleep(LONG);
                          } catch (InterruptedException e) {
                            caller.interrupt();
                            while (caller.isInterrupted()) {
                              Thread.yield(); // the caller has not seen it yet
                            }
                            trail.add("cancelled");
                            throw e;
                          }
                        }));
    assertThat(around.caught()).isTrue();
    trail.assertSteps("cancelled");
    assertThat(Thread.interrupted()).isTrue(); // of others than the scope, and not lost
  }
}
