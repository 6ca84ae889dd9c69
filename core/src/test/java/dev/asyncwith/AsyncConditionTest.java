package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The condition: what threads add to CPython's tests, in {@code asyncio.ConditionTest}. */
@Timeout(60)
class AsyncConditionTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final AsyncCondition condition = AsyncCondition.create();
  private final AsyncLock lock = condition.lock();
  private final Trail trail = new Trail();

  @AfterEach
  void isFree() {
    assertThat(condition.toString()).endsWith("[unlocked, 0 waiters]");
    assertThat(lock.toString()).endsWith("[unlocked, 0 waiters]");
    assertThat(Thread.interrupted()).isFalse();
  }

  private static void until(BooleanSupplier what) {
    while (!what.getAsBoolean()) {
      Thread.yield();
    }
  }

  private OnThread<Boolean> waiter(String name) {
    return waiter(Thread.ofVirtual(), name);
  }

  /** Starts a thread that waits in a block, and notes its end; returns when it waits. */
  private OnThread<Boolean> waiter(Thread.Builder threads, String name) {
    int before = condition.waiting();
    var waiter =
        OnThread.<Boolean>start(
            threads,
            () -> {
              with(condition)
                  .run(
                      () -> {
                        try {
                          condition.await();
                          trail.add(name);
                        } catch (InterruptedException e) {
                          trail.add(name + " stopped" + (lock.locked() ? "" : " without lock"));
                          throw e;
                        }
                      });
              return true;
            });
    until(() -> condition.waiting() == before + 1);
    return waiter.awaitWaiting();
  }

  // ---- order

  @Test
  void signalsServeInTheOrderOfArrivalOnVirtualAndPlatformThreads() throws Exception {
    var a = waiter("A");
    var b = waiter(Thread.ofPlatform(), "B");
    var c = waiter("C");
    with(condition)
        .run(
            () -> {
              assertThat(condition.toString()).endsWith("[locked, 3 waiters]");
              condition.signal(2);
              assertThat(condition.waiting()).isEqualTo(1);
              assertThat(lock.waiting()).isEqualTo(2);
              trail.add("signalled");
            });
    a.result();
    b.result();
    with(condition).run(condition::signalAll);
    c.result();
    trail.assertSteps("signalled", "A", "B", "C");
  }

  @Test
  void whoIsSignalledGetsTheLockAfterThoseThatQueueForIt() throws Exception {
    var a = waiter("A");
    lock.acquire();
    var queued =
        OnThread.start(
                () -> {
                  with(lock).run(() -> trail.add("queued"));
                  return true;
                })
            .awaitWaiting();
    condition.signal();
    var late =
        OnThread.start(
                () -> {
                  with(lock).run(() -> trail.add("late"));
                  return true;
                })
            .awaitWaiting();
    lock.release();
    a.result();
    queued.result();
    late.result();
    trail.assertSteps("queued", "A", "late");
  }

  @Test
  void conditionsOfOneLockHaveQueuesOfTheirOwn() throws Exception {
    AsyncCondition other = AsyncCondition.of(lock);
    var waiter = waiter("A");
    with(other)
        .run(
            () -> {
              other.signalAll();
              assertThat(other.waiting()).isZero();
              assertThat(condition.waiting()).isEqualTo(1);
              condition.signalAll();
            });
    waiter.result();
  }

  // ---- misuse

  @Test
  void needsTheLock() {
    assertRefused("await", condition::await);
    assertRefused("await", () -> condition.await(SECOND));
    assertRefused("await", () -> condition.awaitUntil(() -> false));
    assertRefused("awaitUntil", () -> condition.awaitUntil(() -> false, Duration.ZERO));
    assertRefused("signal", condition::signal);
    assertRefused("signal", () -> condition.signal(0));
    assertRefused("signalAll", condition::signalAll);
  }

  private static void assertRefused(String name, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            name
                + " of AsyncCondition@[0-9a-f]+\\[unlocked, 0 waiters\\] needs the lock of the"
                + " condition, which nobody holds: call it in a block of the condition, or between"
                + " acquire\\(\\) and release\\(\\)");
  }

  @Test
  void refusesNumbersAndTimesBelowZeroAndNoLock() throws Exception {
    with(condition)
        .run(
            () -> {
              assertThatThrownBy(() -> condition.signal(-1))
                  .isInstanceOf(IllegalArgumentException.class)
                  .hasMessage("cannot signal -1 waiters: give 0 or more");
              assertThatThrownBy(() -> condition.await(Duration.ofNanos(-1)))
                  .isInstanceOf(IllegalArgumentException.class);
            });
    assertThatThrownBy(() -> AsyncCondition.of(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("the lock of the condition is null: give one, or use create()");
  }

  // ---- interrupts and cancels

  @Test
  void anInterruptedThreadKeepsTheLockAndDoesNotWait() throws Exception {
    lock.acquire();
    Thread.currentThread().interrupt();
    assertThatThrownBy(condition::await).isInstanceOf(InterruptedException.class);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> condition.awaitUntil(() -> true))
        .isInstanceOf(InterruptedException.class);
    assertThat(lock.locked()).isTrue();
    lock.release();
  }

  @Test
  void aWaiterThatIsToStopWaitsForTheLockUndisturbed() throws Exception {
    var a = waiter("A");
    lock.acquire();
    a.interruptIntoNextWait();
    assertThat(condition.waiting()).isZero();
    assertThat(lock.waiting()).isEqualTo(1);
    a.interruptIntoNextWait().interruptIntoNextWait();
    assertThat(a.isAlive()).isTrue();
    trail.add("release");
    lock.release();
    assertThat(a.failure()).isInstanceOf(InterruptedException.class);
    assertThat(a.interruptedAtEnd()).isTrue(); // the second one is not lost
    trail.assertSteps("release", "A stopped");
  }

  /** bpo-32841: a cancel that came after the signal was swallowed. */
  @Test
  void anInterruptAfterTheSignalIsThrownWithTheLockHeld() throws Exception {
    var a = waiter("A");
    lock.acquire();
    condition.signal();
    a.interruptIntoNextWait();
    trail.add("release");
    lock.release();
    assertThat(a.failure()).isInstanceOf(InterruptedException.class);
    trail.assertSteps("release", "A stopped");
  }

  /** gh-112202: the signal of a waiter that was cancelled was lost. */
  @Test
  void aCancelledWaiterPassesItsSignalOn() throws Exception {
    var a = waiter("A");
    var b = waiter("B");
    lock.acquire();
    condition.signal();
    a.interruptIntoNextWait();
    lock.release();
    assertThat(a.failure()).isInstanceOf(InterruptedException.class);
    b.result();
    trail.assertSteps("A stopped", "B");
  }

  @Test
  void aWaiterThatWasNotSignalledHasNothingToPassOn() throws Exception {
    var a = waiter("A");
    var b = waiter("B");
    assertThat(a.interrupt().failure()).isInstanceOf(InterruptedException.class);
    assertThat(condition.waiting()).isEqualTo(1);
    with(condition).run(condition::signal);
    b.result();
    trail.assertSteps("A stopped", "B");
  }

  /** gh-111693: what came out was another exception than what the cancel had thrown. */
  @Test
  void theExceptionOfTheCancelComesOutThoughTheLockWasContested() throws Exception {
    CancelScope scope = CancelScope.create();
    var thrown = new Throwable[1];
    var waiter =
        OnThread.<Boolean>start(
                () -> {
                  with(scope)
                      .and(condition)
                      .run(
                          () -> {
                            try {
                              condition.await();
                            } catch (InterruptedException e) {
                              thrown[0] = e;
                              throw e;
                            }
                          });
                  return scope.caught();
                })
            .awaitWaiting();
    lock.acquire();
    scope.cancel("foo");
    until(() -> lock.waiting() == 1);
    lock.release();
    assertThat(waiter.result()).isTrue();
    assertThat(thrown[0])
        .isInstanceOf(InterruptedException.class)
        .hasMessageContaining("waiting for AsyncCondition@")
        .hasMessageContaining("foo");
  }

  /** bpo-33638, bpo-32751: a timeout in a block came out without the lock, so its exit failed. */
  @Test
  void aTimeoutAroundAWaitComesOutWithTheLockHeld() throws Exception {
    var clock = new HandClock();
    var waiter =
        OnThread.<Boolean>start(
            clock,
            () -> {
              with(condition)
                  .run(
                      () -> {
                        assertThatThrownBy(
                                () -> with(AsyncWith.timeout(SECOND)).run(condition::await))
                            .isInstanceOf(TimeoutExceededException.class);
                        assertThat(lock.locked()).isTrue();
                      });
              return true;
            });
    clock.awaitAlarms(1);
    waiter.awaitWaiting();
    lock.acquire();
    clock.advance(SECOND);
    until(() -> lock.waiting() == 1);
    assertThat(waiter.isAlive()).isTrue();
    lock.release();
    assertThat(waiter.result()).isTrue();
  }

  // ---- times

  @Test
  void aWaitEndsWhenItsTimeIsOverAndTheLockIsHeldAgain() throws Exception {
    var clock = new HandClock();
    var waiter =
        OnThread.<Boolean>start(
            clock,
            () -> {
              with(condition)
                  .run(
                      () -> {
                        trail.add("in time: " + condition.await(SECOND));
                        assertThat(lock.locked()).isTrue();
                      });
              return true;
            });
    waiter.awaitWaiting();
    lock.acquire();
    clock.advance(SECOND);
    assertThat(condition.waiting()).isZero();
    assertThat(lock.waiting()).isEqualTo(1);
    trail.add("release");
    lock.release();
    waiter.result();
    trail.assertSteps("release", "in time: false");
  }

  @Test
  void aSignalInTimeLeavesNoAlarm() throws Exception {
    var clock = new HandClock();
    var waiter =
        OnThread.<Boolean>start(clock, () -> with(condition).call(() -> condition.await(SECOND)))
            .awaitWaiting();
    assertThat(clock.alarms()).isEqualTo(1);
    with(condition).run(condition::signal);
    assertThat(waiter.result()).isTrue();
    assertThat(clock.alarms()).isZero();
  }

  /** Whose time is over has no signal to pass on. */
  @Test
  void aWaiterThatIsToStopAfterItsTimeWakesNobody() throws Exception {
    var clock = new HandClock();
    var a =
        OnThread.<Boolean>start(clock, () -> with(condition).call(() -> condition.await(SECOND)))
            .awaitWaiting();
    var b = waiter("B");
    lock.acquire();
    clock.advance(SECOND);
    a.interruptIntoNextWait();
    lock.release();
    assertThat(a.failure()).isInstanceOf(InterruptedException.class);
    assertThat(condition.waiting()).isEqualTo(1);
    with(condition).run(condition::signal);
    b.result();
  }

  @Test
  void aPredicateIsAskedAgainWhenTheTimeIsOver() throws Exception {
    var clock = new HandClock();
    var holds = new AtomicBoolean();
    BooleanSupplier predicate =
        () -> {
          trail.add("asked, locked: " + lock.locked());
          return holds.get();
        };
    for (boolean late : new boolean[] {false, true}) {
      var waiter =
          OnThread.<Boolean>start(
                  clock, () -> with(condition).call(() -> condition.awaitUntil(predicate, SECOND)))
              .awaitWaiting();
      holds.set(late);
      clock.advance(SECOND);
      assertThat(waiter.result()).isEqualTo(late);
    }
    String asked = "asked, locked: true";
    trail.assertSteps(asked, asked, asked, asked);
  }

  @Test
  void aPredicateHasOneTimeForAllItsSignals() throws Exception {
    var clock = new HandClock();
    var waiter =
        OnThread.<Boolean>start(
                clock, () -> with(condition).call(() -> condition.awaitUntil(() -> false, SECOND)))
            .awaitWaiting();
    clock.advance(Duration.ofMillis(600));
    with(condition).run(condition::signal);
    until(() -> condition.waiting() == 1);
    waiter.awaitWaiting();
    clock.advance(Duration.ofMillis(400));
    assertThat(waiter.result()).isFalse();
  }

  @Test
  void aPredicateWithoutTimeIsAskedOnce() throws Exception {
    with(condition)
        .run(
            () -> {
              assertThat(condition.awaitUntil(() -> false, Duration.ZERO)).isFalse();
              assertThat(condition.awaitUntil(() -> true, Duration.ZERO)).isTrue();
            });
  }

  @Test
  void aPredicateThatFailsDoesSoWithTheLockHeld() {
    assertThatThrownBy(
            () ->
                with(condition)
                    .run(
                        () ->
                            condition.awaitUntil(
                                () -> {
                                  throw new IllegalArgumentException("no");
                                })))
        .hasMessage("no"); // and the exit has found the lock held
  }

  // ---- blocks

  @Test
  void aBlockWithinItsBlockIsRefusedAlsoAfterAWait() throws Exception {
    var waiter =
        OnThread.<Boolean>start(
                () -> {
                  with(condition)
                      .run(
                          () -> {
                            condition.await();
                            assertThatThrownBy(() -> with(lock).run(() -> {}))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("by a block within its own block");
                          });
                  return true;
                })
            .awaitWaiting();
    with(condition)
        .run(
            () -> {
              condition.signal();
              assertThatThrownBy(() -> with(condition).run(() -> {}))
                  .hasMessageContaining("by a block within its own block");
            });
    waiter.result();
  }

  @Test
  void aWaitInABlockLeavesTheBlocksOfOthersAlone() throws Exception {
    var first = waiter("first");
    var second =
        OnThread.<Boolean>start(
            () -> {
              with(condition)
                  .run(
                      () -> {
                        condition.signal();
                        condition.await(); // which gives the lock to the first
                      });
              return true;
            });
    first.result();
    until(() -> condition.waiting() == 1);
    with(condition).run(condition::signal);
    second.result();
    with(condition).run(() -> trail.add("free"));
    trail.assertSteps("first", "free");
  }

  @Test
  void aWaitBetweenAcquireAndReleaseIsNoBlock() throws Exception {
    var waiter =
        OnThread.<Boolean>start(
                () -> {
                  condition.acquire();
                  condition.await();
                  return true; // somebody else releases
                })
            .awaitWaiting();
    with(condition).run(condition::signal);
    waiter.result();
    assertThat(condition.locked()).isTrue();
    condition.release();
  }
}
