package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.checkpoint;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cancel of the scopes around a stack's enter reaches a generator on its own thread. */
@Timeout(60)
class DetachedEnterCancelTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final Trail trail = new Trail();
  private final HandClock clock = new HandClock();
  private final CountDownLatch forever = new CountDownLatch(1);
  private volatile Thread generatorThread;

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
  }

  /** What a generator does before its yield. */
  @FunctionalInterface
  private interface Step {
    void run() throws InterruptedException;
  }

  private AsyncContextManager<String, RuntimeException> generator(Step beforeTheYield) {
    return asyncContextManager(
        "slow",
        body -> {
          generatorThread = Thread.currentThread();
          try {
            beforeTheYield.run();
          } catch (InterruptedException e) {
            trail.add("cancelled");
            throw e;
          }
          try {
            body.yield("value");
          } finally {
            trail.add("exit");
          }
        });
  }

  private static void enterInStack(AsyncContextManager<String, RuntimeException> generator)
      throws Exception {
    with(AsyncExitStack.create()).run(stack -> stack.enter(generator));
  }

  private void awaitWaitingGenerator() {
    while (generatorThread == null || generatorThread.getState() != Thread.State.WAITING) {
      Thread.yield();
    }
  }

  private OnThread<Boolean> entering(CancelScope scope, Step beforeTheYield) {
    return OnThread.start(
        clock,
        () -> {
          with(scope).run(() -> enterInStack(generator(beforeTheYield)));
          return scope.caught();
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLibraryCallOfTheEnterThrows(boolean cooperative) throws Exception {
    CancelScope scope = cooperative ? CancelScope.create().cooperative() : CancelScope.create();
    OnThread<Boolean> user = entering(scope, () -> sleep(LONG));
    awaitWaitingGenerator();
    scope.cancel();
    assertThat(user.result()).isTrue();
    assertThat(user.interruptedAtEnd()).isFalse();
    generatorThread.join();
    assertThat(clock.alarms()).isZero();
    trail.assertSteps("cancelled");
  }

  @Test
  void theCancelIsALevelForItsLibraryCalls() throws Exception {
    CancelScope scope = CancelScope.create().cooperative();
    OnThread<Boolean> user =
        entering(
            scope,
            () -> {
              assertThatThrownBy(() -> sleep(LONG)).isInstanceOf(InterruptedException.class);
              assertThatThrownBy(AsyncWith::checkpoint).isInstanceOf(InterruptedException.class);
              checkpoint();
            });
    awaitWaitingGenerator();
    scope.cancel();
    assertThat(user.result()).isTrue();
    trail.assertSteps("cancelled");
  }

  @Test
  void aForeignCallOfTheEnterIsInterrupted() throws Exception {
    CancelScope scope = CancelScope.create();
    OnThread<Boolean> user = entering(scope, forever::await);
    awaitWaitingGenerator();
    scope.cancel();
    assertThat(user.result()).isTrue();
    assertThat(user.interruptedAtEnd()).isFalse();
    trail.assertSteps("cancelled");
  }

  @Test
  void inACooperativeScopeAForeignCallGoesOnAndItsValueHasAnOwner() throws Exception {
    CancelScope scope = CancelScope.create().cooperative();
    OnThread<Boolean> user = entering(scope, forever::await);
    awaitWaitingGenerator();
    scope.cancel();
    forever.countDown();
    assertThat(user.result()).isFalse(); // a body that returns has returned
    trail.assertSteps("exit");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aYieldThatComesFirstGivesAValueThatIsExited(boolean cooperative) throws Exception {
    CancelScope scope = cooperative ? CancelScope.create().cooperative() : CancelScope.create();
    OnThread<Boolean> user =
        OnThread.start(
            clock,
            () -> {
              with(scope)
                  .run(
                      () ->
                          with(AsyncExitStack.create())
                              .run(
                                  stack -> {
                                    trail.add(stack.enter(generator(scope::cancel)));
                                    checkpoint();
                                  }));
              return scope.caught();
            });
    assertThat(user.result()).isTrue();
    assertThat(user.interruptedAtEnd()).isFalse();
    trail.assertSteps("value", "exit");
  }

  @Test
  void aTimeoutOfTheEnterIsConverted() throws Exception {
    OnThread<Void> user =
        OnThread.start(
            clock,
            () -> {
              with(timeout(LONG)).run(() -> enterInStack(generator(forever::await)));
              return null;
            });
    awaitWaitingGenerator();
    clock.advance(LONG);
    assertThat(user.failure()).isInstanceOf(TimeoutExceededException.class);
    assertThat(user.interruptedAtEnd()).isFalse();
    trail.assertSteps("cancelled");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void inAScopeThatIsCancelledAlreadyItsFirstLibraryCallThrows(boolean seen) throws Exception {
    CancelScope scope = CancelScope.create();
    with(scope)
        .run(
            () -> {
              scope.cancel();
              if (seen) {
                assertThatThrownBy(AsyncWith::checkpoint).isInstanceOf(InterruptedException.class);
              }
              enterInStack(generator(AsyncWith::checkpoint));
            });
    assertThat(scope.caught()).isTrue();
    trail.assertSteps("cancelled");
  }

  /** One interrupt a cancel, and the user has had it. */
  @Test
  void aCancelThatWasSeenDoesNotInterruptAForeignCallAgain() throws Exception {
    CancelScope scope = CancelScope.create();
    with(scope)
        .run(
            () -> {
              scope.cancel();
              assertThatThrownBy(AsyncWith::checkpoint).isInstanceOf(InterruptedException.class);
              enterInStack(
                  generator(
                      () -> trail.add("interrupted: " + Thread.currentThread().isInterrupted())));
            });
    trail.assertSteps("interrupted: false", "exit");
  }

  @Test
  void inAnExitTheScopesAroundDoNotReachIt() throws Exception {
    CancelScope scope = CancelScope.create();
    with(scope)
        .run(
            () -> {
              with(AsyncExitStack.create())
                  .run(
                      stack -> {
                        stack.callback(() -> stack.enter(generator(AsyncWith::checkpoint)));
                        scope.cancel();
                      });
              assertThatThrownBy(AsyncWith::checkpoint).isInstanceOf(InterruptedException.class);
            });
    trail.assertSteps("exit");
  }

  @Test
  void aForeignInterruptBesideTheCancelIsKept() throws Exception {
    CancelScope scope = CancelScope.create().cooperative();
    var swallowed = new CountDownLatch(1);
    OnThread<Boolean> user =
        entering(
            scope,
            () -> {
              assertThatThrownBy(forever::await).isInstanceOf(InterruptedException.class);
              swallowed.countDown();
              sleep(LONG);
            });
    awaitWaitingGenerator();
    user.interrupt();
    swallowed.await();
    scope.cancel();
    assertThat(user.result()).isTrue();
    assertThat(user.interruptedAtEnd()).isTrue();
    trail.assertSteps("cancelled");
  }

  /** Whichever wins, the generator ends, and no interrupt is left. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCancelAtAnyMomentOfTheEnterLeavesNothingOpen(boolean cooperative) throws Exception {
    for (int round = 0; round < 300; round++) {
      CancelScope scope = cooperative ? CancelScope.create().cooperative() : CancelScope.create();
      Thread canceller = Thread.ofVirtual().start(scope::cancel);
      with(scope).run(() -> enterInStack(generator(AsyncWith::checkpoint)));
      canceller.join();
      generatorThread.join();
      assertThat(Thread.interrupted()).isFalse();
    }
    assertThat(trail.steps()).hasSize(300).isSubsetOf("cancelled", "exit");
  }
}
