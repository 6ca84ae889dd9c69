package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import dev.asyncwith.testing.TrailManager;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Lending, giving back and the end of a pool. Its resources are R1, R2, … in the order of making.
 */
@Timeout(60)
class ResourcePoolTest {
  private final Trail trail = new Trail();
  private final HandClock clock = new HandClock();
  private final CapacityLimiter limiter = CapacityLimiter.of(2);
  private UnaryOperator<TrailManager> next = manager -> manager;
  private int made;

  private synchronized TrailManager manager() {
    return next.apply(trail.manager("R" + ++made));
  }

  private ResourcePool<String, RuntimeException> pool(
      UnaryOperator<ResourcePool.Configuration<String>> configure) {
    return ResourcePool.of(limiter, this::manager, configure);
  }

  private ResourcePool<String, RuntimeException> opened() throws InterruptedException {
    return pool(c -> c.withName("pool")).open();
  }

  @AfterEach
  void nothingIsLent() {
    HandClock.giveBack();
    assertThat(limiter.borrowed()).isZero();
    assertThat(limiter.waiting()).isZero();
  }

  private static void use(ResourcePool<String, RuntimeException> pool, String expected)
      throws InterruptedException {
    with(pool.acquire()).run(value -> assertThat(value).isEqualTo(expected));
  }

  /** A thread that waits for a resource in vain, or notes which it gets. */
  private OnThread<String> waiter(ResourcePool<String, RuntimeException> pool) {
    return OnThread.<String>start(() -> with(pool.acquire()).call(value -> value)).awaitWaiting();
  }

  private static void waitForEver() throws InterruptedException {
    AsyncSemaphore.of(0).acquire();
  }

  // ---- lending

  @Test
  void makesOneLendsItAgainAndClosesItAtTheEnd() throws Exception {
    with(pool(c -> c))
        .run(
            pool -> {
              use(pool, "R1");
              use(pool, "R1");
              trail.add("end");
            });
    trail.assertSteps("enter R1", "end", "exit R1: succeeded");
  }

  @Test
  void lendsTheOneThatWasUsedLastFirst() throws Exception {
    with(pool(c -> c))
        .run(
            pool -> {
              Lease<String, RuntimeException> first = pool.acquire().open();
              Lease<String, RuntimeException> second = pool.acquire().open();
              second.close();
              first.close();
              use(pool, "R1");
              Lease<String, RuntimeException> again = pool.acquire().open();
              use(pool, "R2");
              again.close();
              use(pool, "R1");
            });
    trail.assertSteps("enter R1", "enter R2", "exit R1: succeeded", "exit R2: succeeded");
  }

  @Test
  void nothingHappensBeforeItIsOpenedAndBeforeARequestIs() throws Exception {
    ResourcePool<String, RuntimeException> pool = pool(c -> c.withName("pool"));
    assertThatThrownBy(() -> pool.acquire().open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "pool[new, 0 idle, 0 lent, 0 waiters, at most 2] lends nothing: enter or open it first");
    pool.open();
    assertThat(pool.acquire().toString())
        .isEqualTo("lease of pool[open, 0 idle, 0 lent, 0 waiters, at most 2]");
    pool.close();
    trail.assertSteps();
  }

  @Test
  void isOpenedOnce() throws Exception {
    ResourcePool<String, RuntimeException> pool = opened();
    assertThatThrownBy(pool::open)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("make another pool for the second block");
    pool.close();
    pool.close();
    assertThatThrownBy(() -> with(pool).run(_ -> {})).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(pool::tryAcquire)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("pool[closed, ")
        .hasMessageEndingWith("make another pool");
    ResourcePool<String, RuntimeException> unused = pool(c -> c);
    unused.close();
    assertThatThrownBy(unused::open).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aRequestServesOneBlock() throws Exception {
    with(pool(c -> c))
        .run(
            pool -> {
              var request = pool.acquire();
              with(request).run(_ -> {});
              assertThatThrownBy(() -> with(request).run(_ -> {}))
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("call acquire() of the pool for each block");
              assertThatThrownBy(() -> pool.acquire().exit(Outcome.succeeded()))
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("without having been entered");
            });
  }

  @Test
  void whoComesLaterWaitsForItsTurnAndNobodyOvertakes() throws Exception {
    ResourcePool<String, RuntimeException> pool = opened();
    Lease<String, RuntimeException> first = pool.acquire().open();
    Lease<String, RuntimeException> second = pool.acquire().open();
    var waiter = waiter(pool);
    assertThat(pool.toString()).isEqualTo("pool[open, 0 idle, 2 lent, 1 waiter, at most 2]");
    assertThat(pool.tryAcquire()).isEmpty();
    first.close();
    assertThat(waiter.result()).isEqualTo("R1");
    second.close();
    pool.close();
    trail.assertSteps("enter R1", "enter R2", "exit R2: succeeded", "exit R1: succeeded");
  }

  @Test
  void aTryTakesWhatIsFreeForABlock() throws Exception {
    ResourcePool<String, RuntimeException> pool = opened();
    Optional<Lease<String, RuntimeException>> lease = pool.tryAcquire();
    with(lease.orElseThrow()).run(value -> assertThat(value).isEqualTo("R1"));
    assertThat(pool.toString()).isEqualTo("pool[open, 1 idle, 0 lent, 0 waiters, at most 2]");
    pool.close();
  }

  @Test
  void aTryWithATimeWaitsSoLong() throws Exception {
    limiter.setTotal(1);
    ResourcePool<String, RuntimeException> pool = opened();
    Lease<String, RuntimeException> lease = pool.acquire().open();
    var late = OnThread.start(clock, () -> pool.tryAcquire(Duration.ofSeconds(5)));
    clock.awaitAlarms(1);
    var inTime =
        OnThread.start(
            clock, () -> with(pool.tryAcquire(Duration.ofSeconds(9)).orElseThrow()).call(v -> v));
    clock.awaitAlarms(2);
    clock.advance(Duration.ofSeconds(5));
    assertThat(late.result()).isEmpty();
    lease.close();
    assertThat(inTime.result()).isEqualTo("R1");
    pool.close();
  }

  @Test
  void poolsMayShareALimiter() throws Exception {
    limiter.setTotal(1);
    ResourcePool<String, RuntimeException> one = opened();
    ResourcePool<String, RuntimeException> other = opened();
    Lease<String, RuntimeException> lease = one.acquire().open();
    assertThat(other.tryAcquire()).isEmpty();
    var waiter = waiter(other);
    lease.close();
    assertThat(waiter.result()).isEqualTo("R2");
    one.close();
    other.close();
  }

  @Test
  void aNarrowerLimiterLeavesNoMoreIdleThanItsTotal() throws Exception {
    ResourcePool<String, RuntimeException> pool = opened();
    Lease<String, RuntimeException> first = pool.acquire().open();
    Lease<String, RuntimeException> second = pool.acquire().open();
    first.close();
    limiter.setTotal(1);
    second.close();
    trail.assertSteps("enter R1", "enter R2", "exit R1: succeeded");
    use(pool, "R2");
    pool.close();
  }

  // ---- making fails

  @Test
  void aFactoryThatFailsLeavesEverythingAsItWas() throws Exception {
    limiter.setTotal(1);
    ResourcePool<String, RuntimeException> pool = opened();
    next = manager -> manager.withEnterFailure(new IOException("down"));
    assertThatThrownBy(() -> use(pool, "none")).isInstanceOf(IOException.class).hasMessage("down");
    next = manager -> null;
    assertThatThrownBy(() -> use(pool, "none")).hasMessage("the factory of a pool gave no manager");
    assertThat(pool.toString()).isEqualTo("pool[open, 0 idle, 0 lent, 0 waiters, at most 1]");
    next = manager -> manager;
    use(pool, "R3");
    pool.close();
  }

  @Test
  void aFailureToMakeOneLetsTheNextTry() throws Exception {
    limiter.setTotal(1);
    ResourcePool<String, RuntimeException> pool = opened();
    Lease<String, RuntimeException> lease = pool.acquire().open();
    next = manager -> manager.withEnterFailure(new IOException("down"));
    var first = waiter(pool);
    var second = waiter(pool);
    lease.discard();
    lease.close();
    assertThat(first.failure()).hasMessage("down");
    assertThat(second.failure()).hasMessage("down");
    pool.close();
  }

  @Test
  void whatBelongsToItsThreadIsRefused() throws Exception {
    ResourcePool<?, ?> ofScopes = ResourcePool.of(1, CancelScope::create).open();
    assertThatThrownBy(ofScopes::tryAcquire)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("belongs to the thread that enters it")
        .hasMessageContaining("enter it in the block");
    ofScopes.close();
    ResourcePool<?, ?> ofGroups = ResourcePool.of(1, TaskGroup::create).open();
    assertThatThrownBy(ofGroups::tryAcquire).isInstanceOf(IllegalStateException.class);
    ofGroups.close();
  }

  @Test
  void aManagerThatIsCancelledWhileItEntersLeavesNothing() throws Exception {
    var never = new CountDownLatch(1);
    ResourcePool<String, RuntimeException> pool =
        ResourcePool.<String, RuntimeException>of(
                limiter,
                () ->
                    AsyncWith.manager(
                        () -> {
                          waitForEver();
                          return "never";
                        },
                        (_, _) -> never.countDown()),
                c -> c)
            .open();
    waiter(pool).interrupt().failure();
    assertThat(limiter.borrowed()).isZero();
    pool.close();
    assertThat(never.getCount()).isEqualTo(1);
  }

  /** The enter did not notice the cancel, so there is a resource: the body's exit owns it. */
  @Test
  void whatWasMadeInACancelledScopeIsNotLost() throws Exception {
    CancelScope scope = CancelScope.create();
    ResourcePool<String, RuntimeException> pool = opened();
    next =
        manager -> {
          scope.cancel("while it is made");
          return manager;
        };
    with(scope).run(() -> with(pool.acquire()).run(_ -> AsyncWith.checkpoint()));
    trail.assertSteps("enter R1", trail.steps().getLast());
    assertThat(trail.steps().getLast()).startsWith("exit R1: cancelled by ");
    pool.close();
  }

  // ---- giving back

  @Test
  void aFailedUseGivesTheResourceBack() throws Exception {
    ResourcePool<String, RuntimeException> pool = opened();
    assertThatThrownBy(
            () ->
                with(pool.acquire())
                    .run(
                        _ -> {
                          throw new IOException("no");
                        }))
        .hasMessage("no");
    use(pool, "R1");
    pool.close();
    trail.assertSteps("enter R1", "exit R1: succeeded");
  }

  @Test
  void aUseThatFailsAsThePredicateSaysClosesIt() throws Exception {
    ResourcePool<String, RuntimeException> pool =
        pool(c -> c.withBrokenBy(failure -> failure instanceof IOException)).open();
    assertThatThrownBy(
            () ->
                with(pool.acquire())
                    .run(
                        _ -> {
                          throw new IOException("reset");
                        }))
        .hasMessage("reset");
    trail.assertSteps("enter R1", "exit R1: failed with java.io.IOException: reset");
    use(pool, "R2");
    pool.close();
  }

  @Test
  void aPredicateThatFailsClosesIt() throws Exception {
    try (var records = new LogRecords()) {
      ResourcePool<String, RuntimeException> pool =
          pool(c ->
                  c.withBrokenBy(
                      _ -> {
                        throw new IllegalArgumentException("predicate");
                      }))
              .open();
      assertThatThrownBy(
              () ->
                  with(pool.acquire())
                      .run(
                          _ -> {
                            throw new IOException("use");
                          }))
          .hasMessage("use");
      use(pool, "R2");
      pool.close();
      assertThat(records.with("brokenBy of a pool failed")).hasSize(1);
    }
  }

  @Test
  void aUseThatWasCancelledClosesItShielded() throws Exception {
    ResourcePool<String, RuntimeException> pool = opened();
    CancelScope scope = CancelScope.create();
    next = manager -> manager.withExitFailure(new IOException("close"));
    assertThatThrownBy(
            () ->
                with(scope)
                    .run(
                        () ->
                            with(pool.acquire())
                                .run(
                                    _ -> {
                                      scope.cancel("enough");
                                      AsyncWith.checkpoint();
                                    })))
        .isInstanceOf(IOException.class)
        .hasMessage("close");
    assertThat(trail.steps()).hasSize(2).last().asString().startsWith("exit R1: cancelled by");
    next = manager -> manager;
    use(pool, "R2");
    pool.close();
  }

  @Test
  void anInterruptedUserClosesIt() throws Exception {
    ResourcePool<String, RuntimeException> pool = opened();
    var user =
        OnThread.start(
                () -> {
                  with(pool.acquire()).run(_ -> waitForEver());
                  return null;
                })
            .awaitWaiting()
            .interrupt();
    assertThat(user.failure()).isInstanceOf(InterruptedException.class);
    assertThat(trail.steps()).hasSize(2).last().asString().startsWith("exit R1: cancelled by");
    pool.close();
  }

  @Test
  void aLeaseByHandIsClosedOnceAndMayBeDiscarded() throws Exception {
    ResourcePool<String, RuntimeException> pool = opened();
    try (var lease = pool.acquire().open()) {
      assertThat(lease.value()).isEqualTo("R1");
    }
    Lease<String, RuntimeException> lease = pool.acquire().open();
    lease.discard();
    lease.close();
    lease.close();
    assertThatThrownBy(lease::value)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("lease of pool[")
        .hasMessageEndingWith("the resource is somebody else's: acquire it anew");
    assertThatThrownBy(() -> with(lease).run(_ -> {})).isInstanceOf(IllegalStateException.class);
    trail.assertSteps("enter R1", "exit R1: succeeded");
    pool.close();
  }

  @Test
  void theFailureOfADiscardedOneIsThatOfTheClose() throws Exception {
    ResourcePool<String, RuntimeException> pool = opened();
    next = manager -> manager.withExitFailure(new IllegalArgumentException("close"));
    Lease<String, RuntimeException> lease = pool.acquire().open();
    lease.discard();
    assertThatThrownBy(lease::close).hasMessage("close");
    pool.close();
  }

  @Test
  void anInterruptOfACloseByHandIsKept() throws Exception {
    try (var records = new LogRecords()) {
      ResourcePool<String, RuntimeException> pool = opened();
      next = manager -> manager.withExitFailure(new InterruptedException("in close"));
      Lease<String, RuntimeException> lease = pool.acquire().open();
      lease.discard();
      lease.close();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(records.with("was interrupted")).hasSize(1);
      pool.close();
    }
  }

  @Test
  void theExitOfABrokenOneMaySuppress() throws Exception {
    ResourcePool<String, RuntimeException> pool =
        pool(c -> c.withBrokenBy(failure -> failure instanceof IOException)).open();
    next = TrailManager::withSuppression;
    assertThat(
            with(pool.acquire())
                .tryCall(
                    _ -> {
                      throw new IOException("reset");
                    }))
        .isEmpty();
    pool.close();
  }

  // ---- idle ones

  @Test
  void oneThatFailsTheCheckIsClosedAndAnotherMade() throws Exception {
    List<String> sick = new ArrayList<>(List.of("R1"));
    ResourcePool<String, RuntimeException> pool =
        pool(c ->
                c.withHealthCheck(
                    value -> {
                      assertThat(limiter.tryAcquire("other")).as("no lock is held").isTrue();
                      limiter.releaseOnBehalfOf("other");
                      if (sick.contains(value)) {
                        throw new IOException("sick");
                      }
                      return !value.equals("R2");
                    }))
            .open();
    use(pool, "R1");
    use(pool, "R2");
    use(pool, "R3");
    use(pool, "R3");
    trail.assertSteps(
        "enter R1", "exit R1: succeeded", "enter R2", "exit R2: succeeded", "enter R3");
    pool.close();
  }

  @Test
  void aCheckThatIsInterruptedClosesTheResourceAndEndsTheAcquire() throws Exception {
    ResourcePool<String, RuntimeException> pool =
        pool(c ->
                c.withHealthCheck(
                    _ -> {
                      throw new InterruptedException("in the check");
                    }))
            .open();
    use(pool, "R1");
    assertThatThrownBy(() -> use(pool, "none")).isInstanceOf(InterruptedException.class);
    trail.assertSteps("enter R1", "exit R1: succeeded");
    assertThat(pool.toString()).contains("0 idle, 0 lent");
    pool.close();
  }

  @Test
  void oneThatWasIdleForTooLongIsClosedWhenItIsFound() throws Exception {
    clock.take();
    ResourcePool<String, RuntimeException> pool =
        pool(c -> c.withMaxIdle(Duration.ofMinutes(5))).open();
    Lease<String, RuntimeException> other = pool.acquire().open();
    use(pool, "R2");
    clock.advance(Duration.ofMinutes(4));
    other.close();
    use(pool, "R1");
    clock.advance(Duration.ofMinutes(1)); // R2 is the older one, and not looked for
    use(pool, "R1");
    trail.assertSteps("enter R1", "enter R2", "exit R2: succeeded");
    clock.advance(Duration.ofMinutes(5));
    trail.assertSteps("enter R1", "enter R2", "exit R2: succeeded"); // there is no timer
    use(pool, "R3");
    pool.close();
  }

  @Test
  void oneThatIsTooOldIsClosedWhenItIsGivenBackOrFound() throws Exception {
    clock.take();
    ResourcePool<String, RuntimeException> pool =
        pool(c -> c.withMaxAge(Duration.ofMinutes(5))).open();
    Lease<String, RuntimeException> lease = pool.acquire().open();
    clock.advance(Duration.ofMinutes(5));
    lease.close();
    trail.assertSteps("enter R1", "exit R1: succeeded");
    use(pool, "R2");
    clock.advance(Duration.ofMinutes(5));
    use(pool, "R3");
    pool.close();
  }

  @Test
  void theFailureOfAnExpiredOneIsLogged() throws Exception {
    clock.take();
    try (var records = new LogRecords()) {
      ResourcePool<String, RuntimeException> pool =
          pool(c -> c.withMaxIdle(Duration.ofMinutes(5))).open();
      next = manager -> manager.withExitFailure(new IOException("gone"));
      use(pool, "R1");
      clock.advance(Duration.ofMinutes(5));
      next = manager -> manager;
      use(pool, "R2");
      pool.close();
      assertThat(records.with("a pool did not keep")).hasSize(1);
    }
  }

  @Test
  void limitsArePositive() {
    assertThatThrownBy(() -> pool(c -> c.withMaxAge(Duration.ZERO)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the greatest age of a resource is PT0S: give it more than nothing");
    assertThatThrownBy(() -> pool(c -> c.withMaxIdle(Duration.ofSeconds(-1))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> pool(_ -> null))
        .hasMessage("the lambda that configures gave no configuration");
  }

  // ---- the end

  @Test
  void theEndWaitsForWhatIsLentAndRefusesWhatWaits() throws Exception {
    ResourcePool<String, RuntimeException> pool = opened();
    Lease<String, RuntimeException> first = pool.acquire().open();
    Lease<String, RuntimeException> second = pool.acquire().open();
    first.close();
    Lease<String, RuntimeException> third = pool.acquire().open();
    var waiter = waiter(pool);
    CompletableFuture<Lease<String, RuntimeException>> future = pool.acquireAsync();
    var closing =
        OnThread.start(
                () -> {
                  pool.close();
                  trail.add("closed");
                  return null;
                })
            .awaitWaiting();
    assertThat(waiter.failure())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("pool[closing, 0 idle, 2 lent, ");
    assertThatThrownBy(future::get).hasCauseInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> pool.acquireAsync().get())
        .hasCauseInstanceOf(IllegalStateException.class);
    second.close();
    assertThat(closing.isAlive()).isTrue();
    third.close();
    closing.result();
    trail.assertSteps("enter R1", "enter R2", "exit R2: succeeded", "exit R1: succeeded", "closed");
  }

  @Test
  void whoAsksInARunThatHasEndedGetsNoLeaseAndKeepsNoToken() throws Exception {
    ResourcePool<String, RuntimeException> pool = pool(c -> c).open();
    var ofRun = new CompletableFuture<Inherited>();
    Runner.create().run(() -> ofRun.complete(ThreadContext.inherited()));
    OnThread<CompletableFuture<Lease<String, RuntimeException>>> asked =
        OnThread.start(ofRun.get(), pool::acquireAsync);
    assertThatThrownBy(() -> asked.result().get())
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has ended");
    assertThat(limiter.borrowed()).isZero();
    pool.close();
  }

  @Test
  void aLeaseByHandIsSeenUntilItIsClosed() throws Exception {
    try (var _ = TrackingMode.of(Tracking.Mode.STACKS)) {
      ResourcePool<String, RuntimeException> pool = pool(c -> c.withName("lender")).open();
      Lease<String, RuntimeException> lease = pool.acquire().open();
      assertThat(TrackingMode.open("lease of ")).hasSize(1);
      with(pool.acquire())
          .run(
              _ ->
                  assertThat(TrackingMode.seen("lease of "))
                      .satisfiesExactly(
                          lease1 -> assertThat(lease1).endsWith("BODY BY_HAND"),
                          lease2 -> assertThat(lease2).endsWith("BODY MANAGER")));
      lease.close();
      assertThat(TrackingMode.open("lease of ")).isEmpty();
      pool.close();
    }
  }

  @Test
  void theFailuresOfTheEndAreAllKept() throws Exception {
    next = manager -> manager.withExitFailure(new IllegalArgumentException("close of " + made));
    assertThatThrownBy(
            () ->
                with(pool(c -> c))
                    .run(
                        pool -> {
                          Lease<?, ?> first = pool.tryAcquire().orElseThrow();
                          use(pool, "R2");
                          first.close();
                        }))
        .hasMessage("close of 1")
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("close of 2"));
    trail.assertSteps("enter R1", "enter R2", "exit R1: succeeded", "exit R2: succeeded");
  }

  @Test
  void anEndThatIsBoundedDoesNotWaitForEver() throws Exception {
    ResourcePool<String, RuntimeException> pool = pool(c -> c.withName("pool"));
    var leases = new ArrayList<Lease<String, RuntimeException>>();
    var closing =
        OnThread.start(
            clock,
            () -> {
              with(pool.exitWithin(Duration.ofSeconds(5))).run(p -> leases.add(p.acquire().open()));
              return null;
            });
    clock.awaitAlarms(1);
    closing.awaitWaiting();
    clock.advance(Duration.ofSeconds(5));
    assertThat(closing.failure()).isInstanceOf(TimeoutExceededException.class);
    assertThat(pool.toString()).startsWith("pool[closed, 0 idle, 1 lent");
    leases.getFirst().close();
    trail.assertSteps("enter R1", "exit R1: succeeded");
  }

  @Test
  void aCancelledBodyOfThePoolStillClosesIt() throws Exception {
    CancelScope scope = CancelScope.create();
    with(scope)
        .run(
            () ->
                with(pool(c -> c))
                    .run(
                        pool -> {
                          use(pool, "R1");
                          scope.cancel("enough");
                          AsyncWith.checkpoint();
                        }));
    trail.assertSteps("enter R1", "exit R1: succeeded");
  }

  // ---- waiters that give up

  @Test
  void aWaiterThatIsInterruptedOrCancelledLeavesTheOthers() throws Exception {
    limiter.setTotal(1);
    ResourcePool<String, RuntimeException> pool = opened();
    Lease<String, RuntimeException> lease = pool.acquire().open();
    CancelScope scope = CancelScope.create();
    var interrupted = waiter(pool);
    var cancelled =
        OnThread.start(
                () -> {
                  with(scope).run(() -> use(pool, "none"));
                  return null;
                })
            .awaitWaiting();
    var stays = waiter(pool);
    interrupted.interrupt();
    scope.cancel("enough");
    assertThat(interrupted.failure()).isInstanceOf(InterruptedException.class);
    cancelled.result();
    assertThat(pool.toString()).contains("1 waiter,");
    lease.close();
    assertThat(stays.result()).isEqualTo("R1");
    pool.close();
  }

  @Test
  void anInterruptedThreadAcquiresNothing() throws Exception {
    ResourcePool<String, RuntimeException> pool = opened();
    Thread.currentThread().interrupt();
    assertThatThrownBy(pool::tryAcquire).isInstanceOf(InterruptedException.class);
    pool.close();
    trail.assertSteps();
  }

  // ---- futures

  @Test
  void aFutureGetsALeaseThatABlockMayUse() throws Exception {
    limiter.setTotal(1);
    ResourcePool<String, RuntimeException> pool = opened();
    Lease<String, RuntimeException> lease = pool.acquireAsync().get();
    CompletableFuture<Lease<String, RuntimeException>> next = pool.acquireAsync();
    assertThat(pool.toString()).contains("1 waiter,");
    assertThat(next).isNotDone();
    with(lease).run(value -> assertThat(value).isEqualTo("R1"));
    try (var later = next.get()) {
      assertThat(later.value()).isEqualTo("R1");
    }
    pool.close();
  }

  @Test
  void aFutureFailsAsTheMakingDoes() throws Exception {
    ResourcePool<String, RuntimeException> pool = opened();
    next = manager -> manager.withEnterFailure(new IOException("down"));
    assertThatThrownBy(() -> pool.acquireAsync().get())
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(IOException.class)
        .hasMessage("down");
    pool.close();
  }

  @Test
  void aCancelledFutureLeavesTheQueue() throws Exception {
    limiter.setTotal(1);
    ResourcePool<String, RuntimeException> pool = opened();
    Lease<String, RuntimeException> lease = pool.acquire().open();
    CompletableFuture<?> gone = pool.acquireAsync();
    CompletableFuture<Lease<String, RuntimeException>> stays = pool.acquireAsync();
    assertThat(gone.cancel(false)).isTrue();
    lease.close();
    stays.get().close();
    pool.close();
  }

  @Test
  void whatComesAfterItsFutureWasCancelledGoesBack() throws Exception {
    var making = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    ResourcePool<String, RuntimeException> pool = opened();
    next =
        manager -> {
          making.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          return manager;
        };
    CompletableFuture<?> future = pool.acquireAsync();
    making.await();
    assertThat(future.cancel(false)).isTrue();
    next = manager -> manager;
    go.countDown();
    while (!pool.toString().contains("1 idle, 0 lent")) {
      Thread.yield();
    }
    use(pool, "R1");
    pool.close();
  }

  @Test
  void theEndOfTheRunCancelsWhatIsMade() throws Exception {
    ResourcePool<String, RuntimeException> pool =
        ResourcePool.<String, RuntimeException>of(
                limiter,
                () ->
                    AsyncWith.manager(
                        () -> {
                          waitForEver();
                          return "never";
                        },
                        (_, _) -> trail.add("released")),
                c -> c)
            .open();
    CompletableFuture<?> future;
    try (Runner runner = Runner.create()) {
      future = runner.run(pool::acquireAsync);
    }
    assertThatThrownBy(future::get).isInstanceOf(Exception.class);
    assertThat(future).isDone();
    pool.close();
    trail.assertSteps();
  }

  // ---- threads

  @Test
  void isEnteredAndExitedByAnyThread() throws Exception {
    List<Thread> threads = new ArrayList<>();
    ResourcePool<String, RuntimeException> pool =
        ResourcePool.<String, RuntimeException>of(
                limiter,
                () ->
                    AsyncWith.manager(
                        () -> {
                          threads.add(Thread.currentThread());
                          return "value";
                        },
                        (_, _) -> threads.add(Thread.currentThread())),
                c -> c)
            .open();
    Thread user = Thread.ofPlatform().start(() -> useQuietly(pool));
    user.join();
    pool.close();
    assertThat(threads).containsExactly(user, Thread.currentThread());
  }

  private static void useQuietly(ResourcePool<String, RuntimeException> pool) {
    try {
      with(pool.acquire()).run(_ -> {});
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Users are interrupted, futures cancelled, resources discarded: all are closed once. */
  @Test
  void keepsItsAccountsInAStorm() throws Exception {
    for (int round = 0; round < 300; round++) {
      ResourcePool<String, RuntimeException> pool = opened();
      List<OnThread<Void>> users = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        int number = i;
        users.add(OnThread.start(() -> storm(pool, number)));
      }
      users.get(1).interrupt();
      users.get(4).interrupt();
      if (round % 2 == 0) {
        pool.close();
      }
      for (OnThread<Void> user : users) {
        user.resultOrNull();
      }
      pool.close();
      while (limiter.borrowed() > 0) {
        Thread.yield(); // a cancelled future passes on what it was to have
      }
    }
    List<String> steps = trail.steps();
    for (int i = 1; i <= made; i++) {
      String name = "R" + i;
      assertThat(steps.stream().filter(s -> s.equals("enter " + name))).hasSize(1);
      assertThat(steps.stream().filter(s -> s.startsWith("exit " + name + ":"))).hasSize(1);
    }
  }

  private static Void storm(ResourcePool<String, RuntimeException> pool, int number)
      throws InterruptedException {
    if (number == 2) {
      CompletableFuture<Lease<String, RuntimeException>> future = pool.acquireAsync();
      if (!future.cancel(false) && !future.isCompletedExceptionally()) {
        future.resultNow().close(); // it came before the cancel
      }
      return null;
    }
    try (var lease = pool.acquire().open()) {
      Thread.yield();
      if (number == 3) {
        lease.discard();
      }
    }
    return null;
  }
}
