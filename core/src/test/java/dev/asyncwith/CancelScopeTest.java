package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.checkpoint;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** C1 and C2: what a scope does in each state, and whom its cancel reaches. */
@Timeout(60)
class CancelScopeTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final CancelScope scope = CancelScope.create();

  @TempDir Path folder;

  @AfterEach
  void nothingIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
    assertThat(ThreadContext.inScope()).isNull();
  }

  private static void assertCancelled(CancelScope by) {
    assertThatThrownBy(AsyncWith::checkpoint)
        .isInstanceOf(InterruptedException.class)
        .hasMessageContaining(by.describe());
  }

  /** Level: every call of the library throws, as often as it is called. */
  @Test
  void everyCallOfTheLibraryThrowsWhileItIsInEffect() throws Exception {
    with(scope)
        .run(
            () -> {
              scope.cancel("stop");
              for (int i = 0; i < 3; i++) {
                assertThatThrownBy(AsyncWith::checkpoint)
                    .isInstanceOf(InterruptedException.class)
                    .hasMessage("cancelled while at a checkpoint: " + scope.describe() + ", stop");
                assertThatThrownBy(() -> sleep(Duration.ZERO))
                    .isInstanceOf(InterruptedException.class);
                assertThatThrownBy(() -> AsyncLock.create().acquire())
                    .isInstanceOf(InterruptedException.class);
                assertThatThrownBy(
                        () -> AsyncWith.await(CompletableFuture.completedFuture("there")))
                    .isInstanceOf(InterruptedException.class);
              }
            });
    assertThat(scope.caught()).isFalse();
    checkpoint();
  }

  /** Edge: a call of the JDK is interrupted once a cancel. */
  @Test
  void aCallOfTheJdkIsWokenOnce() throws Exception {
    with(scope)
        .run(
            () -> {
              scope.cancel();
              assertThatThrownBy(() -> new CountDownLatch(1).await())
                  .isInstanceOf(InterruptedException.class);
              Thread.sleep(1);
              assertThat(Thread.currentThread().isInterrupted()).isFalse();
              assertCancelled(scope);
            });
  }

  @Test
  void aScopeThatWasCancelledBeforeTakesEffectAtTheFirstWait() throws Exception {
    scope.cancel("too late");
    boolean[] begun = new boolean[1];
    with(scope)
        .run(
            () -> {
              begun[0] = true;
              new CountDownLatch(1).await();
            });
    assertThat(begun[0]).isTrue();
    assertThat(scope.caught()).isTrue();
  }

  @Test
  void aCancelAfterTheEndHasNoEffect() throws Exception {
    with(scope).run(() -> {});
    scope.cancel();
    assertThat(scope.isCancelled()).isFalse();
    assertThat(scope).hasToString(scope.describe() + "[left]");
    checkpoint();
  }

  @Test
  void itServesOneBlock() throws Exception {
    with(scope).run(() -> {});
    assertThatThrownBy(() -> with(scope).run(() -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was already entered: a scope serves one block");
    assertThatThrownBy(scope::shielded)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("configure a scope before its block");
  }

  /** No interrupt is sent, so the channel that others use too stays open. */
  @Test
  void aCooperativeScopeSparesASharedChannel() throws Exception {
    CancelScope cooperative = scope.cooperative();
    Path file = Files.writeString(folder.resolve("shared"), "all of it");
    try (FileChannel channel = FileChannel.open(file)) {
      with(cooperative)
          .run(
              () -> {
                cooperative.cancel();
                assertThat(channel.read(ByteBuffer.allocate(3))).isEqualTo(3);
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
                sleep(LONG);
              });
      assertThat(cooperative.caught()).isTrue();
      assertThat(channel.isOpen()).isTrue();
    }
  }

  @Test
  void aWaitForAStageEndsInACooperativeScopeToo() throws Exception {
    CancelScope cooperative = scope.cooperative();
    var stage = new CompletableFuture<String>();
    Thread waiter = Thread.currentThread();
    Thread canceller =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (waiter.getState() != Thread.State.WAITING) {
                    Thread.onSpinWait();
                  }
                  cooperative.cancel();
                });
    with(cooperative).run(() -> AsyncWith.await(stage));
    canceller.join();
    assertThat(cooperative.caught()).isTrue();
    assertThat(stage).isNotDone();
  }

  /** The shield keeps the outer scope out, and the inner one's own deadline works. */
  @Test
  void aShieldedScopeHasItsOwnDeadline() throws Exception {
    HandClock clock = new HandClock();
    clock.take();
    CancelScope shielded = AsyncWith.moveOnAfter(LONG).shielded();
    with(scope)
        .run(
            () -> {
              scope.cancel();
              with(shielded)
                  .run(
                      () -> {
                        checkpoint();
                        clock.advance(LONG);
                        sleep(LONG);
                      });
              assertThat(shielded.caught()).isTrue();
              assertCancelled(scope);
            });
    HandClock.giveBack();
  }

  @Test
  void leftOutOfOrderItFailsAndBothAreNamed() {
    CancelScope inner = CancelScope.create();
    scope.enter();
    inner.enter();
    assertThatThrownBy(() -> scope.exit(Outcome.succeeded()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "%s is left before %s, which was entered after it: leave the inner one first"
                .formatted(scope.describe(), inner.describe()));
    inner.exit(Outcome.succeeded());
    scope.exit(Outcome.succeeded());
    assertThatThrownBy(() -> scope.exit(Outcome.succeeded()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was left already");
  }

  @Test
  void leftOnAnotherThreadItFailsAndStaysActive() throws Exception {
    scope.enter();
    Throwable thrown = elsewhere(() -> scope.exit(Outcome.succeeded()));
    assertThat(thrown)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("leave it on the thread that entered it")
        .hasMessageContaining(Thread.currentThread().toString());
    assertThat(scope).hasToString(scope.describe() + "[active]");
    scope.exit(Outcome.succeeded());
  }

  private static Throwable elsewhere(org.assertj.core.api.ThrowableAssert.ThrowingCallable call)
      throws InterruptedException {
    Throwable[] thrown = new Throwable[1];
    Thread.ofVirtual().start(() -> thrown[0] = catchThrowable(call)).join();
    return thrown[0];
  }

  @Test
  void popAllOfAStackThatHoldsALiveScopeMovesNothing() throws Exception {
    TaskGroup tasks = TaskGroup.create();
    for (AsyncContextManager<?, ?> live :
        new AsyncContextManager<?, ?>[] {CancelScope.create(), timeout(LONG), tasks}) {
      boolean[] released = new boolean[1];
      with(AsyncExitStack.create())
          .run(
              stack -> {
                stack.callback(() -> released[0] = true);
                enterUnchecked(stack, live);
                assertThatThrownBy(stack::popAll)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll(stack.describe(), live.describe());
              });
      assertThat(released[0]).isTrue();
    }
  }

  private static void enterUnchecked(AsyncExitStack stack, AsyncContextManager<?, ?> manager)
      throws InterruptedException {
    stack.enter(Exits.unchecked(manager));
  }

  @Test
  void popAllOfAStackInTheStackIsRefusedToo() throws Exception {
    AsyncExitStack outer = AsyncExitStack.create();
    AsyncExitStack inner = outer.enter(AsyncExitStack.create());
    inner.enter(scope);
    assertThatThrownBy(outer::popAll)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(outer.describe(), scope.describe());
    outer.close();
    assertThat(scope).hasToString(scope.describe() + "[left]");
  }

  @Test
  void aStackWithALiveScopeIsNotClosedElsewhere() throws Exception {
    AsyncExitStack stack = AsyncExitStack.create();
    boolean[] released = new boolean[1];
    stack.callback(() -> released[0] = true);
    stack.enter(scope);
    stack.callback(() -> {});
    assertThat(elsewhere(stack::close))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(stack.describe(), scope.describe(), "close it on that one");
    assertThat(released[0]).isFalse();
    stack.close();
    assertThat(released[0]).isTrue();
  }

  @Test
  void aStackWhoseScopeIsNotTheInnermostIsNotClosed() throws Exception {
    AsyncExitStack stack = AsyncExitStack.create();
    boolean[] released = new boolean[1];
    stack.callback(() -> released[0] = true);
    stack.enter(scope);
    CancelScope inner = CancelScope.create();
    inner.enter();
    assertThatThrownBy(stack::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(scope.describe(), inner.describe());
    assertThat(released[0]).isFalse();
    inner.exit(Outcome.succeeded());
    stack.close();
    assertThat(released[0]).isTrue();
  }

  private static AsyncContextManager<String, RuntimeException> yieldsIn(
      AsyncContextManager<?, ?> around, boolean[] closed) {
    return asyncContextManager(
        "limited",
        body -> {
          try {
            with(Exits.unchecked(around)).run(_ -> body.yield("value"));
          } finally {
            closed[0] = true;
          }
        });
  }

  @Test
  void aGeneratorWithATimeoutAroundItsYieldWorksInABlock() {
    HandClock clock = new HandClock();
    clock.take();
    boolean[] closed = new boolean[1];
    assertThatThrownBy(
            () ->
                with(yieldsIn(timeout(LONG), closed))
                    .run(
                        _ -> {
                          clock.advance(LONG);
                          sleep(LONG);
                        }))
        .isInstanceOf(TimeoutExceededException.class);
    assertThat(closed[0]).isTrue();
    HandClock.giveBack();
  }

  /** P7: it would guard the generator's thread. */
  @Test
  void aGeneratorThatAStackEnteredMayNotYieldInAScope() throws Exception {
    for (AsyncContextManager<?, ?> around :
        new AsyncContextManager<?, ?>[] {scope, timeout(LONG), TaskGroup.create()}) {
      boolean[] closed = new boolean[1];
      with(AsyncExitStack.create())
          .run(
              stack ->
                  assertThatThrownBy(() -> stack.enter(yieldsIn(around, closed)))
                      .isInstanceOf(IllegalStateException.class)
                      .hasMessageStartingWith(
                          "generator 'limited' was entered by a stack and yields inside "
                              + around.describe()));
      assertThat(closed[0]).isTrue();
    }
  }

  @Test
  void aGeneratorThatAStackEnteredMayUseAScopeBeforeAndAfterItsYield() throws Exception {
    AsyncContextManager<String, RuntimeException> manager =
        asyncContextManager(
            body -> {
              with(timeout(LONG)).run(() -> sleep(Duration.ZERO));
              body.yield("value");
              with(timeout(LONG)).run(() -> sleep(Duration.ZERO));
            });
    with(AsyncExitStack.create()).run(stack -> assertThat(stack.enter(manager)).isEqualTo("value"));
  }
}
