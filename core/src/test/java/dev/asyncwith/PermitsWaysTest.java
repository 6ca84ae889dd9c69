package dev.asyncwith;

import static dev.asyncwith.AsyncWith.moveOnAfter;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.ExpectLeaks;
import dev.asyncwith.testing.TestClock;
import dev.asyncwith.testing.Trail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways to a permit beside a plain acquire: tries, times, futures, and blocks in blocks. */
@Timeout(60)
class PermitsWaysTest {
  private final AsyncLock lock = AsyncLock.create();
  private final AsyncSemaphore semaphore = AsyncSemaphore.of(1);
  private final TestClock clock = TestClock.create();
  private final Trail trail = new Trail();

  private void inVirtualTime(With0.Action<? extends Exception> body) throws Exception {
    try (Runner runner = Runner.create(c -> c.withClock(clock))) {
      runner.run(body);
    }
  }

  // ---- tries

  @AfterEach
  void release() {
    if (lock.locked()) {
      lock.release();
    }
  }

  @Test
  void aTryTakesWhatIsFreeAndOnlyThat() {
    assertThat(lock.tryAcquire()).isTrue();
    assertThat(lock.tryAcquire()).isFalse();
    lock.release();
    assertThat(semaphore.tryAcquire()).isTrue();
    assertThat(semaphore.tryAcquire()).isFalse();
    assertThat(semaphore.available()).isZero();
  }

  @Test
  void aTryIsNoCheckpoint() {
    Thread.currentThread().interrupt();
    assertThat(lock.tryAcquire()).isTrue();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aTryDoesNotOvertakeWhoWaits() throws Exception {
    lock.acquire();
    CompletableFuture<?> first = lock.acquireAsync();
    lock.release();
    assertThat(lock.tryAcquire()).isFalse();
    first.get();
    lock.release();
    assertThat(lock.tryAcquire()).isTrue();
  }

  // ---- times

  @Test
  @ExpectLeaks("the lock outlives the run")
  void anAcquireWithATimeGivesUpWhenItIsOver() throws Exception {
    inVirtualTime(
        () -> {
          lock.acquire();
          assertThat(lock.tryAcquire(Duration.ofSeconds(3))).isFalse();
        });
    assertThat(clock.instant().toEpochMilli()).isEqualTo(3_000);
    assertThat(lock.waiting()).isZero();
    assertThat(lock.locked()).isTrue();
  }

  @Test
  void anAcquireWithATimeGetsWhatComesInTime() throws Exception {
    inVirtualTime(
        () ->
            with(TaskGroup.create())
                .run(
                    tasks -> {
                      semaphore.acquire();
                      Task<Boolean> waits =
                          tasks.fork(() -> semaphore.tryAcquire(Duration.ofSeconds(3)));
                      sleep(Duration.ofSeconds(2));
                      semaphore.release();
                      assertThat(waits.get()).isTrue();
                    }));
    assertThat(clock.instant().toEpochMilli()).isEqualTo(2_000);
    assertThat(semaphore.locked()).isTrue();
    assertThat(clock.toString()).contains(" 0 alarms");
  }

  @Test
  @ExpectLeaks("the lock outlives the run")
  void anAcquireWithATimeThatIsCancelledHasHadNoEffect() throws Exception {
    inVirtualTime(
        () -> {
          lock.acquire();
          with(moveOnAfter(Duration.ofSeconds(1)))
              .run(() -> lock.tryAcquire(Duration.ofSeconds(3)));
        });
    assertThat(clock.instant().toEpochMilli()).isEqualTo(1_000);
    assertThat(lock.waiting()).isZero();
    lock.release();
    assertThat(lock.locked()).isFalse();
  }

  @Test
  void noTimeIsATryThatNoticesInterrupts() throws Exception {
    assertThat(lock.tryAcquire(Duration.ZERO)).isTrue();
    assertThat(lock.tryAcquire(Duration.ZERO)).isFalse();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> lock.tryAcquire(Duration.ZERO))
        .isInstanceOf(InterruptedException.class);
  }

  @Test
  void aNegativeTimeIsRefused() {
    assertThatThrownBy(() -> semaphore.tryAcquire(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT-0.001S")
        .hasMessageContaining("zero is the shortest");
    assertThat(semaphore.available()).isEqualTo(1);
  }

  // ---- futures

  @Test
  void aFutureIsDoneAtOnceIfAPermitIsFree() {
    assertThat(lock.acquireAsync()).isCompleted();
    assertThat(lock.locked()).isTrue();
  }

  @Test
  void futuresAndThreadsAreServedInTheirOrder() throws Exception {
    lock.acquire();
    var first = lock.acquireAsync().thenRun(() -> trail.add("future"));
    var second = OnThread.start(() -> acquireAndNote("thread"));
    second.awaitWaiting();
    var third = lock.acquireAsync().thenRun(() -> trail.add("second future"));
    lock.release();
    first.get();
    lock.release();
    second.result();
    lock.release();
    third.get();
    trail.assertSteps("future", "thread", "second future");
  }

  private Void acquireAndNote(String step) throws InterruptedException {
    lock.acquire();
    trail.add(step);
    return null;
  }

  @Test
  void aFutureThatIsCancelledLeavesTheQueue() {
    assertThat(lock.tryAcquire()).isTrue();
    CompletableFuture<?> future = lock.acquireAsync();
    assertThat(lock.waiting()).isEqualTo(1);
    assertThat(future.cancel(false)).isTrue();
    assertThat(lock.waiting()).isZero();
    assertThat(lock.locked()).isTrue();
    lock.release();
    assertThat(lock.locked()).isFalse();
  }

  @Test
  void aFutureThatTimesOutLeavesTheQueue() {
    assertThat(lock.tryAcquire()).isTrue();
    CompletableFuture<?> future = lock.acquireAsync().orTimeout(1, TimeUnit.MILLISECONDS);
    while (lock.waiting() > 0) {
      Thread.yield();
    }
    assertThatThrownBy(future::get).hasCauseInstanceOf(TimeoutException.class);
  }

  /** What depends on a future does not run in the stack, the thread or the scopes of a release. */
  @Test
  void tenThousandFuturesThatReleaseAtOnceAreNoStackOfCalls() throws Exception {
    lock.acquire();
    List<CompletableFuture<?>> futures = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      futures.add(lock.acquireAsync().thenRun(lock::release));
    }
    lock.release();
    CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new)).get();
    assertThat(lock.locked()).isFalse();
  }

  @Test
  void whatDependsOnAFutureRunsOnAThreadOfItsOwn() throws Exception {
    lock.acquire();
    var on = new CompletableFuture<Thread>();
    var _ = lock.acquireAsync().thenRun(() -> on.complete(Thread.currentThread()));
    lock.release();
    assertThat(on.get()).isNotSameAs(Thread.currentThread());
  }

  /** The clock of a runner does not go on while a permit is on its way to a future. */
  @Test
  void aPermitOnItsWayCountsAsBusy() throws Exception {
    inVirtualTime(
        () -> {
          lock.acquire();
          CompletableFuture<?> future = lock.acquireAsync();
          lock.release();
          AsyncWith.with(AsyncWith.timeout(Duration.ofSeconds(1)))
              .run(() -> AsyncWith.await(future));
        });
    assertThat(clock.instant().toEpochMilli()).isZero();
  }

  // ---- misuse

  @Test
  void aBlockOfTheLockInItsOwnBlockFailsAtOnce() throws Exception {
    with(lock)
        .run(
            () ->
                assertThatThrownBy(() -> with(lock).run(() -> trail.add("never")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageMatching(
                        "AsyncLock@[0-9a-f]+\\[locked, 0 waiters] is entered by a block within its"
                            + " own block on .*, which would wait for itself: .*"));
    assertThat(lock.locked()).isFalse();
    with(lock).run(() -> trail.add("again"));
    trail.assertSteps("again");
  }

  @Test
  void aBlockAfterAnotherThreadsBlockIsNoBlockInItself() throws Exception {
    with(lock).run(() -> trail.add("mine"));
    lock.acquire();
    var other = OnThread.start(() -> acquireAndNote("other"));
    other.awaitWaiting();
    lock.release();
    other.result();
    var block = OnThread.start(() -> blockAndNote());
    block.awaitWaiting();
    lock.release();
    block.result();
    trail.assertSteps("mine", "other", "block");
  }

  private Void blockAndNote() throws InterruptedException {
    with(lock).run(() -> trail.add("block"));
    return null;
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE})
  void negativePermitsAreRefused(int permits) {
    assertThatThrownBy(() -> AsyncSemaphore.of(permits))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a semaphore cannot have " + permits + " permits: give 0 or more");
    assertThatThrownBy(() -> AsyncBoundedSemaphore.of(permits))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("give 1 or more");
  }

  @Test
  void aBoundedSemaphoreOfNothingIsRefused() {
    assertThatThrownBy(() -> AsyncBoundedSemaphore.of(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a bounded semaphore of 0 permits could never be acquired: give 1 or more");
  }

  @Test
  void aReleaseWithoutAnAcquireAddsToASemaphoreAndIsRefusedByABoundedOne() {
    semaphore.release();
    assertThat(semaphore.available()).isEqualTo(2);
    var bounded = AsyncBoundedSemaphore.of(2);
    assertThatThrownBy(bounded::release)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "AsyncBoundedSemaphore@[0-9a-f]+\\[unlocked, 2 permits, 0 waiters] is released too"
                + " often: release it once for each acquire");
    assertThat(bounded.available()).isEqualTo(2);
  }
}
