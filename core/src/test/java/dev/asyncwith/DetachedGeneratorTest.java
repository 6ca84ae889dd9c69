package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Generators entered by a stack or by hand run on a virtual thread of their own (P7). */
@Timeout(60)
class DetachedGeneratorTest {
  private final Trail trail = new Trail();

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void runsOnAVirtualThreadThatIsNamedAfterIt() throws Exception {
    var thread = new AtomicReference<Thread>();
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(
            "connection",
            body -> {
              thread.set(Thread.currentThread());
              body.yield("value");
            });
    assertThat(generator.enter()).isEqualTo("value");
    assertThat(thread.get().isVirtual()).isTrue();
    assertThat(thread.get().getName()).isEqualTo("generator 'connection'");
    assertThat(generator.exit(Outcome.succeeded())).isFalse();
    thread.get().join();
  }

  @Test
  void anExitWithoutAnEnterIsRefused() {
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager("idle", body -> body.yield("value"));
    assertThatThrownBy(() -> generator.exit(Outcome.succeeded()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("generator 'idle' is exited without having been entered");
  }

  @Test
  void theGeneratorsThreadHasEndedWhenItsEnterFails() {
    var thread = new AtomicReference<Thread>();
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(
            _ -> {
              thread.set(Thread.currentThread());
              throw new IllegalArgumentException("no");
            });
    assertThatThrownBy(generator::enter).hasMessage("no");
    assertThat(thread.get()).isNotSameAs(Thread.currentThread());
  }

  @Test
  void anInterruptOfTheEnterReachesTheGenerator() throws Exception {
    var forever = new CountDownLatch(1);
    var running = new CountDownLatch(1);
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(
            body -> {
              running.countDown();
              forever.await();
              body.yield("never");
            });
    var outcome = new CompletableFuture<Throwable>();
    Thread user =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    with(AsyncExitStack.create()).run(stack -> stack.enter(generator));
                  } catch (Throwable thrown) {
                    outcome.complete(thrown);
                  }
                });
    running.await();
    user.interrupt();
    assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void anInterruptThatTheGeneratorSwallowsStaysWithTheUser() throws Exception {
    var inEnter = new CountDownLatch(1);
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(
            body -> {
              inEnter.countDown();
              awaitInterrupt();
              body.yield("value");
            });
    var interrupted = new CompletableFuture<Boolean>();
    Thread user =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    generator.enter();
                    interrupted.complete(Thread.interrupted());
                    generator.exit(Outcome.succeeded());
                  } catch (Throwable thrown) {
                    interrupted.completeExceptionally(thrown);
                  }
                });
    inEnter.await();
    user.interrupt();
    assertThat(interrupted.get()).isTrue();
    user.join();
  }

  /** Also one that comes before the generator has woken: none is taken for the enter's. */
  @Test
  void anInterruptAtAnyMomentOfTheExitReachesTheGenerator() throws Exception {
    for (int round = 0; round < 500; round++) {
      AsyncContextManager<String, RuntimeException> generator =
          asyncContextManager(
              body -> {
                body.yield("value");
                new CountDownLatch(1).await();
              });
      generator.enter();
      Thread user = Thread.currentThread();
      Thread interrupter = Thread.ofVirtual().start(user::interrupt);
      assertThatThrownBy(() -> generator.exit(Outcome.succeeded()))
          .isInstanceOf(InterruptedException.class);
      interrupter.join();
    }
  }

  @Test
  void anInterruptOfTheExitReachesTheGenerator() throws Exception {
    var inExit = new CountDownLatch(1);
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(
            body -> {
              body.yield("value");
              inExit.countDown();
              new CountDownLatch(1).await();
            });
    var outcome = new CompletableFuture<Throwable>();
    Thread user =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    with(AsyncExitStack.create()).run(stack -> stack.enter(generator));
                  } catch (Throwable thrown) {
                    outcome.complete(thrown);
                  }
                });
    inExit.await();
    user.interrupt();
    assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void anInterruptOfItsThreadDoesNotEndTheWaitForTheExit() throws Exception {
    var thread = new AtomicReference<Thread>();
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(
            body -> {
              thread.set(Thread.currentThread());
              body.yield("value");
              trail.add("exit, interrupted: " + Thread.currentThread().isInterrupted());
            });
    generator.enter();
    thread.get().interrupt();
    trail.assertSteps();
    assertThat(generator.exit(Outcome.succeeded())).isFalse();
    trail.assertSteps("exit, interrupted: false"); // held back until the exit is over
    thread.get().join();
  }

  @Test
  void aGeneratorMayBeExitedByAnotherThread() throws Exception {
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(
            body -> {
              trail.add("before");
              body.yield("value");
              trail.add("after");
            });
    generator.enter();
    var thrown = new CompletableFuture<Boolean>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                thrown.complete(generator.exit(Outcome.succeeded()));
              } catch (Throwable failure) {
                thrown.completeExceptionally(failure);
              }
            });
    assertThat(thrown.get()).isFalse();
    trail.assertSteps("before", "after");
  }

  @Test
  void aDroppedOneIsEndedAndItsFinallyBlocksRun() throws Exception {
    var ended = new CompletableFuture<Throwable>();
    enterAndDrop(ended);
    Throwable thrown = null;
    while (thrown == null) { // bounded by the test's timeout
      System.gc();
      try {
        thrown = ended.get(10, TimeUnit.MILLISECONDS);
      } catch (TimeoutException notYetCollected) {
        continue;
      }
    }
    assertThat(thrown)
        .isInstanceOf(CancellationException.class)
        .hasMessage("generator 'dropped' was dropped without an exit");
  }

  private static void enterAndDrop(CompletableFuture<Throwable> ended) throws InterruptedException {
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(
            "dropped",
            body -> {
              try {
                body.yield("value");
              } catch (Throwable thrown) {
                ended.complete(thrown);
                throw thrown;
              }
            });
    generator.enter();
  }

  /** Waits until this thread is interrupted, and swallows the interrupt. */
  private static void awaitInterrupt() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException swallowed) {
      Thread.interrupted();
    }
  }
}
