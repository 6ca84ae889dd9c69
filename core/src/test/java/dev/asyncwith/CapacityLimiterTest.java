package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The limiter of anyio and trio, with threads and objects as borrowers. */
@Timeout(60)
class CapacityLimiterTest {
  private final CapacityLimiter limiter = CapacityLimiter.of(2);
  private final Trail trail = new Trail();

  @AfterEach
  void isFree() {
    assertThat(limiter.borrowed()).isZero();
    assertThat(limiter.available()).isEqualTo(limiter.total());
    assertThat(limiter.waiting()).isZero();
  }

  /** Borrows for two objects, so that none is left. */
  private void drain() throws InterruptedException {
    limiter.acquireOnBehalfOf("a");
    limiter.acquireOnBehalfOf("b");
  }

  private void giveBackDrained() {
    limiter.releaseOnBehalfOf("a");
    limiter.releaseOnBehalfOf("b");
  }

  /** A thread that waits in the queue; it notes its turn and gives back. */
  private OnThread<Void> waiter(String name) {
    return OnThread.<Void>start(
            () -> {
              with(limiter).run(() -> trail.add(name));
              return null;
            })
        .awaitWaiting();
  }

  @Test
  void aBlockBorrowsOneForItsThread() throws Exception {
    with(limiter)
        .run(
            () -> {
              assertThat(limiter.borrowed()).isEqualTo(1);
              assertThat(limiter.available()).isEqualTo(1);
              assertThat(limiter.total()).isEqualTo(2);
              assertThat(limiter.toString())
                  .matches("CapacityLimiter@[0-9a-f]+\\[1 of 2 borrowed, 0 waiters]");
            });
  }

  @Test
  void aTotalIsPositive() {
    assertThatThrownBy(() -> CapacityLimiter.of(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a limiter cannot have 0 tokens: give it 1 or more");
    assertThatThrownBy(() -> limiter.setTotal(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(limiter.total()).isEqualTo(2);
  }

  @Test
  void aThreadThatHasOneIsRefusedAnotherInEveryForm() throws Exception {
    with(limiter)
        .run(
            () -> {
              assertThatThrownBy(() -> with(limiter).run(() -> trail.add("inner")))
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("has a token of CapacityLimiter@")
                  .hasMessageContaining("would wait for itself")
                  .hasMessageContaining("acquireOnBehalfOf");
              assertThatThrownBy(limiter::acquire).isInstanceOf(IllegalStateException.class);
              assertThatThrownBy(limiter::tryAcquire).isInstanceOf(IllegalStateException.class);
              assertThatThrownBy(() -> limiter.tryAcquire(Duration.ofDays(1)))
                  .isInstanceOf(IllegalStateException.class);
              assertThatThrownBy(() -> limiter.acquireAsync(Thread.currentThread()))
                  .isInstanceOf(IllegalStateException.class);
              assertThat(limiter.borrowed()).isEqualTo(1);
            });
    trail.assertSteps();
  }

  @Test
  void anObjectThatWaitsIsRefusedAnother() throws Exception {
    drain();
    CompletableFuture<?> waits = limiter.acquireAsync("c");
    assertThatThrownBy(() -> limiter.acquireOnBehalfOf("c"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("c waits for a token of ");
    assertThat(limiter.waiting()).isEqualTo(1);
    assertThat(waits.cancel(false)).isTrue();
    giveBackDrained();
  }

  @Test
  void borrowersAreToldApartByIdentity() throws Exception {
    Object one = new String("same");
    Object other = new String("same");
    limiter.acquireOnBehalfOf(one);
    limiter.acquireOnBehalfOf(other);
    limiter.releaseOnBehalfOf(one);
    assertThatThrownBy(() -> limiter.releaseOnBehalfOf(one))
        .isInstanceOf(IllegalStateException.class);
    limiter.releaseOnBehalfOf(other);
  }

  @Test
  void whoHasNoneGivesNothingBack() throws Exception {
    drain();
    assertThatThrownBy(limiter::release)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("gives back a token of CapacityLimiter@")
        .hasMessageEndingWith(
            "but has none: release once for each acquire, on behalf of who acquired");
    CompletableFuture<?> waits = limiter.acquireAsync("c");
    assertThatThrownBy(() -> limiter.releaseOnBehalfOf("c"))
        .isInstanceOf(IllegalStateException.class);
    assertThat(limiter.borrowed()).isEqualTo(2);
    assertThat(waits).isNotDone();
    assertThat(waits.cancel(false)).isTrue();
    giveBackDrained();
  }

  @Test
  void whatABlockHasIsNotGivenBackByHand() throws Exception {
    with(limiter)
        .run(
            () ->
                assertThatThrownBy(limiter::release)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageEndingWith("the end of the block gives it back"));
  }

  @Test
  void nullIsNoBorrower() {
    assertThatThrownBy(() -> limiter.acquireOnBehalfOf(null))
        .hasMessage("the borrower is null: give the object that is to be counted");
    assertThatThrownBy(() -> limiter.releaseOnBehalfOf(null))
        .hasMessage("the borrower is null: give the one that has the token");
  }

  @Test
  void servesInTheOrderOfArrivalAndNoNewcomerOvertakes() throws Exception {
    drain();
    List<OnThread<Void>> waiters = List.of(waiter("1"), waiter("2"), waiter("3"));
    limiter.releaseOnBehalfOf("a");
    with(limiter).run(() -> trail.add("newcomer"));
    for (OnThread<Void> waiter : waiters) {
      waiter.result();
    }
    trail.assertSteps("1", "2", "3", "newcomer");
    limiter.releaseOnBehalfOf("b");
  }

  @Test
  void aTryDoesNotWait() throws Exception {
    assertThat(limiter.tryAcquire()).isTrue();
    limiter.acquireOnBehalfOf("a");
    assertThat(OnThread.start(() -> limiter.tryAcquire()).result()).isFalse();
    assertThat(OnThread.start(() -> limiter.tryAcquire(Duration.ZERO)).result()).isFalse();
    limiter.release();
    limiter.releaseOnBehalfOf("a");
  }

  @Test
  void aTryWithATimeWaitsSoLong() throws Exception {
    drain();
    var clock = new HandClock();
    var inTime = OnThread.start(clock, () -> tryAndRelease(Duration.ofSeconds(9)));
    clock.awaitAlarms(1);
    var late = OnThread.start(clock, () -> tryAndRelease(Duration.ofSeconds(5)));
    clock.awaitAlarms(2);
    clock.advance(Duration.ofSeconds(5));
    assertThat(late.result()).isFalse();
    giveBackDrained();
    assertThat(inTime.result()).isTrue();
  }

  private boolean tryAndRelease(Duration timeout) throws InterruptedException {
    boolean acquired = limiter.tryAcquire(timeout);
    if (acquired) {
      limiter.release();
    }
    return acquired;
  }

  @Test
  void anInterruptedWaiterHasNothingAndMayAskAgain() throws Exception {
    drain();
    OnThread<Void> second =
        OnThread.<Void>start(
                () -> {
                  assertThatThrownBy(limiter::acquire).isInstanceOf(InterruptedException.class);
                  limiter.acquire();
                  limiter.release();
                  return null;
                })
            .awaitWaiting()
            .interrupt()
            .awaitWaiting();
    giveBackDrained();
    second.result();
  }

  @Test
  void aCancelledScopeEndsTheWait() throws Exception {
    drain();
    CancelScope scope = CancelScope.create();
    var waiter =
        OnThread.start(
                () -> {
                  with(scope).run(() -> limiter.acquire());
                  return scope.isCancelled();
                })
            .awaitWaiting();
    scope.cancel("enough");
    assertThat(waiter.result()).isTrue();
    assertThat(limiter.waiting()).isZero();
    giveBackDrained();
  }

  @Test
  void aFutureGetsItsTokenWithoutAThread() throws Exception {
    CompletableFuture<?> atOnce = limiter.acquireAsync("a");
    assertThat(atOnce).isCompleted();
    limiter.acquireOnBehalfOf("b");
    CompletableFuture<?> later = limiter.acquireAsync("c");
    limiter.releaseOnBehalfOf("a");
    later.get(30, TimeUnit.SECONDS);
    limiter.releaseOnBehalfOf("c");
    limiter.releaseOnBehalfOf("b");
  }

  @Test
  void whatACancelledFutureWasToHaveGoesToTheNext() throws Exception {
    drain();
    CompletableFuture<?> gone = limiter.acquireAsync("c");
    CompletableFuture<?> next = limiter.acquireAsync("d");
    assertThat(gone.cancel(false)).isTrue();
    limiter.releaseOnBehalfOf("a");
    next.get(30, TimeUnit.SECONDS);
    assertThatThrownBy(() -> limiter.releaseOnBehalfOf("c"))
        .isInstanceOf(IllegalStateException.class);
    limiter.acquireAsync("c").cancel(false); // nothing of the first try is left
    limiter.releaseOnBehalfOf("d");
    limiter.releaseOnBehalfOf("b");
  }

  @Test
  void aWiderOneWakesWaitersInTheirOrder() throws Exception {
    drain();
    List<CompletableFuture<?>> futures = new ArrayList<>();
    for (String name : List.of("c", "d", "e")) {
      futures.add(limiter.acquireAsync(name));
    }
    limiter.setTotal(4);
    futures.get(0).get(30, TimeUnit.SECONDS);
    futures.get(1).get(30, TimeUnit.SECONDS);
    assertThat(futures.get(2)).isNotDone();
    assertThat(limiter.toString()).endsWith("[4 of 4 borrowed, 1 waiter]");
    limiter.setTotal(7);
    futures.get(2).get(30, TimeUnit.SECONDS);
    assertThat(limiter.available()).isEqualTo(2);
    for (String name : List.of("c", "d", "e")) {
      limiter.releaseOnBehalfOf(name);
    }
    giveBackDrained();
  }

  @Test
  void aNarrowerOneLetsTokensVanishUntilItFits() throws Exception {
    limiter.setTotal(3);
    drain();
    limiter.acquireOnBehalfOf("c");
    OnThread<Void> waits = waiter("waiter");
    limiter.setTotal(1);
    assertThat(limiter.toString()).endsWith("[3 of 1 borrowed, 1 waiter]");
    assertThat(limiter.available()).isZero();
    limiter.releaseOnBehalfOf("a");
    limiter.releaseOnBehalfOf("b");
    trail.assertSteps();
    assertThat(limiter.toString()).endsWith("[1 of 1 borrowed, 1 waiter]");
    limiter.releaseOnBehalfOf("c");
    waits.result();
    trail.assertSteps("waiter");
  }

  @Test
  void aNarrowerOneWithoutWaitersIsNarrowToo() throws Exception {
    drain();
    limiter.setTotal(1);
    limiter.releaseOnBehalfOf("a");
    assertThat(limiter.tryAcquire()).isFalse();
    limiter.setTotal(2);
    assertThat(limiter.tryAcquire()).isTrue();
    limiter.release();
    limiter.releaseOnBehalfOf("b");
  }

  @Test
  void whoComesToANarrowedOneWaitsAndMayGiveUp() throws Exception {
    drain();
    limiter.setTotal(1);
    CompletableFuture<?> waits = limiter.acquireAsync("c");
    assertThat(waits.cancel(false)).isTrue();
    assertThat(limiter.toString()).endsWith("[2 of 1 borrowed, 0 waiters]");
    giveBackDrained();
  }

  @Test
  void wideningPaysFirstWhatWasTakenAway() throws Exception {
    drain();
    limiter.setTotal(1);
    CompletableFuture<?> waits = limiter.acquireAsync("c");
    limiter.setTotal(2);
    assertThat(waits).isNotDone();
    limiter.setTotal(3);
    waits.get(30, TimeUnit.SECONDS);
    limiter.releaseOnBehalfOf("c");
    giveBackDrained();
  }

  @Test
  void aDetachedExitGivesBackWhatItsBlockHas() throws Exception {
    var both = new CyclicBarrier(2);
    List<OnThread<Void>> users = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      users.add(
          OnThread.start(
              () -> {
                with(limiter.exitWithin(Duration.ofMinutes(1)).detached())
                    .run(() -> both.await(30, TimeUnit.SECONDS));
                return null;
              }));
    }
    for (OnThread<Void> user : users) {
      user.result();
    }
  }

  @Test
  void aStackThatAnotherThreadClosesGivesBackWhatItEntered() throws Exception {
    var entered = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    var other =
        OnThread.start(
            () -> {
              with(limiter)
                  .run(
                      () -> {
                        entered.countDown();
                        end.await();
                      });
              return null;
            });
    entered.await();
    AsyncExitStack stack = AsyncExitStack.create();
    stack.enter(limiter.exitWithin(Duration.ofMinutes(1)));
    OnThread.start(
            () -> {
              stack.close();
              return null;
            })
        .result();
    assertThat(limiter.borrowed()).isEqualTo(1);
    assertThat(limiter.tryAcquire()).isTrue();
    limiter.release();
    end.countDown();
    other.result();
  }

  @Test
  void anExitByHandOnAnotherThreadIsThatOfTheOnlyBlock() throws Exception {
    limiter.enter();
    assertThat(OnThread.start(() -> limiter.exit(Outcome.succeeded())).result()).isFalse();
  }

  @Test
  void anExitThatCouldBeOfSeveralBlocksIsRefused() throws Exception {
    limiter.enter();
    var other = OnThread.start(limiter::enter);
    other.result();
    assertThat(OnThread.start(() -> limiter.exit(Outcome.succeeded())).failure())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("which is not one of the 2 that entered it")
        .hasMessageContaining("detached()");
    limiter.exit(Outcome.succeeded());
    limiter.exit(Outcome.succeeded());
    assertThatThrownBy(() -> limiter.exit(Outcome.succeeded()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void worksOnPlatformThreads() throws Exception {
    limiter.setTotal(1);
    int[] counter = {0};
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(Thread.ofPlatform().start(() -> count(counter)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(counter[0]).isEqualTo(8_000);
  }

  private void count(int[] counter) {
    try {
      for (int i = 0; i < 1_000; i++) {
        with(limiter).run(() -> counter[0]++);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Interrupts and changes of the total race with releases: no token is lost or made. */
  @Test
  void keepsItsAccountsInAStorm() throws Exception {
    for (int round = 0; round < 500; round++) {
      drain();
      var waiter =
          OnThread.start(
                  () -> {
                    try {
                      with(limiter).run(() -> {});
                    } catch (InterruptedException e) {
                      // it has nothing then
                    }
                    return null;
                  })
              .awaitWaiting();
      var other =
          OnThread.start(
              () -> {
                waiter.interrupt();
                limiter.setTotal(1);
                limiter.setTotal(3);
                return null;
              });
      giveBackDrained();
      other.result();
      waiter.result();
      limiter.setTotal(2);
      isFree();
    }
  }
}
