package dev.asyncwith;

import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.suppress;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** C10: blocks that run on threads of their own, and what becomes of their results. */
@Timeout(60)
class CallAsyncTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final ScopedValue<String> USER = ScopedValue.newInstance();

  private final Trail trail = new Trail();

  @AfterEach
  void clear() {
    Thread.interrupted();
  }

  private static void waitForEver() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  private static void awaitExit(AsyncResult<?> result) throws Exception {
    result.exited().toCompletableFuture().get();
  }

  private AsyncContextManager<String, RuntimeException> gated(
      String name, CountDownLatch mayEnter, CountDownLatch mayExit) {
    return manager(
        () -> {
          trail.add("entering " + name);
          awaitUninterruptibly(mayEnter);
          return name;
        },
        value -> {
          mayExit.await();
          trail.add("exited " + value);
        });
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // goes on, as foreign code may
      }
    }
  }

  private static final CountDownLatch OPEN = new CountDownLatch(0);

  // ---- results

  @Test
  void theBlockRunsOnAVirtualThreadAndGivesItsResultAfterItsExit() throws Exception {
    var mayExit = new CountDownLatch(1);
    AsyncResult<Thread> result =
        with(gated("A", OPEN, mayExit)).callAsync(_ -> Thread.currentThread());
    assertThat(result.isDone()).isFalse();
    assertThat(result.exited().toCompletableFuture().isDone()).isFalse();
    mayExit.countDown();
    result.thenRun(() -> assertThat(result.exited().toCompletableFuture().join()).isNull()).get();
    assertThat(result.get().isVirtual()).isTrue();
    assertThat(result.toString()).matches("AsyncResult\\[callAsync of .*, success]");
    trail.assertSteps("entering A", "exited A");
  }

  @Test
  void blocksOfAllSizesDo() throws Exception {
    AsyncGuard<RuntimeException> guard = suppress();
    assertThat(with(guard).callAsync(() -> "0").get()).isEqualTo("0");
    var two = with(trail.manager("a")).and(guard).and(trail.manager("b"));
    assertThat(two.callAsync((a, b) -> a + b).get()).isEqualTo("ab");
    var three = with(trail.manager("a")).and(trail.manager("b")).and(trail.manager("c"));
    assertThat(three.callAsync((a, b, c) -> a + b + c).get()).isEqualTo("abc");
    var four = three.and(trail.manager("d"));
    assertThat(four.callAsync((a, b, c, d) -> a + b + c + d).get()).isEqualTo("abcd");
    assertThatThrownBy(() -> with(guard).callAsync(null))
        .hasMessage("the body is null: give call and run a lambda");
  }

  @Test
  void aFailureIsTheVeryException() {
    var gone = new IOException("gone");
    AsyncResult<String> result =
        with(trail.manager("A"))
            .callAsync(
                _ -> {
                  throw gone;
                });
    assertThatThrownBy(result::get).isInstanceOf(ExecutionException.class).cause().isSameAs(gone);
    assertThatThrownBy(result::join).isInstanceOf(CompletionException.class).cause().isSameAs(gone);
    assertThat(result.exceptionNow()).isSameAs(gone);
  }

  @Test
  void anExitThatFailsFailsTheResult() {
    var cannot = new IOException("cannot close");
    AsyncContextManager<String, IOException> failing =
        manager(
            () -> "A",
            _ -> {
              throw cannot;
            });
    assertThatThrownBy(() -> with(failing).callAsync(_ -> "result").get()).cause().isSameAs(cannot);
  }

  @Test
  void aSuppressedFailureIsNoResult() {
    assertThatThrownBy(
            () ->
                with(suppress(IOException.class))
                    .callAsync(
                        () -> {
                          throw new IOException("gone");
                        })
                    .get())
        .cause()
        .isInstanceOf(NoResultException.class);
  }

  @Test
  void stagesThatDependOnItRunAfterTheExitAndBelongToTheRun() throws Exception {
    var mayExit = new CountDownLatch(1);
    var inStage = new AtomicReference<Background>();
    Runner.create()
        .run(
            () -> {
              AsyncResult<String> result = with(gated("A", OPEN, mayExit)).callAsync(a -> a);
              CompletableFuture<?> stage =
                  result.thenAccept(
                      value -> {
                        trail.add("got " + value);
                        inStage.set(ThreadContext.inherited().background());
                      });
              mayExit.countDown();
              stage.get();
              assertThat(inStage.get()).isSameAs(ThreadContext.inherited().background());
            });
    trail.assertSteps("entering A", "exited A", "got A");
  }

  @Test
  void aStageThatBlocksHoldsUpNeitherTheExitNorTheTimersOfOthers() throws Exception {
    var stop = new CountDownLatch(1);
    AsyncResult<String> first = with(trail.manager("A")).callAsync(_ -> neverEnds());
    CompletableFuture<?> blocked = first.whenComplete((_, _) -> awaitUninterruptibly(stop));
    first.orTimeout(1, TimeUnit.MILLISECONDS);
    awaitExit(first);
    AsyncResult<String> second = with(trail.manager("B")).callAsync(_ -> neverEnds());
    second.orTimeout(1, TimeUnit.MILLISECONDS);
    awaitExit(second);
    assertThat(blocked.isDone()).isFalse();
    stop.countDown();
    assertThatThrownBy(blocked::get).cause().isInstanceOf(TimeoutException.class);
  }

  private static String neverEnds() throws InterruptedException {
    waitForEver();
    return "";
  }

  // ---- cancellation

  @Test
  void aCancelIsSeenAtOnceAndExitedAfterTheExit() throws Exception {
    var inBody = new CountDownLatch(1);
    var mayExit = new CountDownLatch(1);
    AsyncResult<String> result =
        with(gated("A", OPEN, mayExit))
            .callAsync(
                _ -> {
                  inBody.countDown();
                  return neverEnds();
                });
    inBody.await();
    assertThat(result.cancel(true)).isTrue();
    assertThat(result.isCancelled()).isTrue();
    assertThatThrownBy(result::get).isInstanceOf(CancellationException.class);
    assertThat(result.exited().toCompletableFuture().isDone()).isFalse();
    assertThat(result.cancel(false)).isTrue();
    mayExit.countDown();
    awaitExit(result);
    trail.assertSteps("entering A", "exited A");
  }

  @Test
  void aCancelAfterTheEndIsTooLate() throws Exception {
    AsyncResult<String> result = with(trail.manager("A")).callAsync(a -> a);
    assertThat(result.get()).isEqualTo("A");
    assertThat(result.cancel(true)).isFalse();
    assertThat(result.complete("other")).isFalse();
    assertThat(result.completeExceptionally(new IOException())).isFalse();
    assertThat(result.resultNow()).isEqualTo("A");
  }

  /** The leak of CompletableFuture: what is acquired after its receiver has gone. */
  @Test
  void aCancelWhileTheBlockAcquiresReleasesWhatArrives() throws Exception {
    var mayEnter = new CountDownLatch(1);
    AsyncResult<String> result =
        with(gated("A", mayEnter, OPEN))
            .callAsync(
                _ -> {
                  trail.add("body");
                  sleep(DAY);
                  return "";
                });
    while (trail.steps().isEmpty()) {
      Thread.onSpinWait();
    }
    assertThat(result.cancel(true)).isTrue();
    assertThat(result.exited().toCompletableFuture().isDone()).isFalse();
    mayEnter.countDown();
    awaitExit(result);
    trail.assertSteps("entering A", "body", "exited A");
  }

  @Test
  void cancelsAtAnyMomentLeaveNothingOpen() throws Exception {
    var random = new Random(7);
    var open = new AtomicInteger();
    AsyncContextManager<AutoCloseable, RuntimeException> counted =
        manager(
            () -> {
              open.incrementAndGet();
              return open::decrementAndGet;
            },
            _ -> open.decrementAndGet());
    for (int i = 0; i < 3_000; i++) {
      AsyncResult<AutoCloseable> result =
          with(counted)
              .callAsync(
                  _ -> {
                    open.incrementAndGet();
                    AutoCloseable value = open::decrementAndGet;
                    return value;
                  });
      for (int spin = random.nextInt(2_000); spin > 0; spin--) {
        Thread.onSpinWait();
      }
      if (!result.cancel(true)) {
        result.resultNow().close();
      }
      awaitExit(result);
      assertThat(open.get()).as("round %d", i).isZero();
    }
  }

  @Test
  void aCancelOfADependentStageDoesNotReachTheBlock() throws Exception {
    var mayExit = new CountDownLatch(1);
    AsyncResult<String> result = with(gated("A", OPEN, mayExit)).callAsync(a -> a);
    CompletableFuture<String> dependent = result.thenApply(value -> value + "!");
    assertThat(dependent).isNotInstanceOf(AsyncResult.class);
    dependent.cancel(true);
    mayExit.countDown();
    assertThat(result.get()).isEqualTo("A");
  }

  // ---- timeouts and other ends

  @Test
  void orTimeoutCancelsTheBlockByTheClockOfTheRunner() throws Exception {
    var clock = new HandClock();
    Runner.create(c -> c.withClock(clock))
        .run(
            () -> {
              var begun = new CountDownLatch(1);
              AsyncResult<String> result =
                  with(gated("A", OPEN, OPEN))
                      .callAsync(
                          _ -> {
                            begun.countDown();
                            return neverEnds();
                          });
              begun.await();
              assertThat(result.orTimeout(5, TimeUnit.SECONDS)).isSameAs(result);
              clock.advance(Duration.ofSeconds(4));
              assertThat(result.isDone()).isFalse();
              clock.advance(Duration.ofSeconds(1));
              assertThatThrownBy(result::get)
                  .isInstanceOf(ExecutionException.class)
                  .cause()
                  .isInstanceOf(TimeoutException.class)
                  .hasMessageEndingWith("took longer than 5 SECONDS");
              awaitExit(result);
            });
    trail.assertSteps("entering A", "exited A");
    assertThat(clock.alarms()).isZero();
  }

  @Test
  void aResultInTimeTakesItsTimerAway() throws Exception {
    var clock = new HandClock();
    Runner.create(c -> c.withClock(clock))
        .run(
            () -> {
              var mayExit = new CountDownLatch(1);
              AsyncResult<String> result = with(gated("A", OPEN, mayExit)).callAsync(a -> a);
              result.orTimeout(Long.MAX_VALUE, TimeUnit.DAYS);
              assertThat(clock.alarms()).isEqualTo(1);
              mayExit.countDown();
              assertThat(result.get()).isEqualTo("A");
            });
    assertThat(clock.alarms()).isZero();
  }

  @Test
  void whoeverCompletesItCancelsTheBlock() throws Exception {
    AsyncResult<String> byTimeout = with(trail.manager("A")).callAsync(_ -> neverEnds());
    assertThat(byTimeout.completeOnTimeout("default", 0, TimeUnit.SECONDS).get())
        .isEqualTo("default");
    awaitExit(byTimeout);
    AsyncResult<String> byValue = with(trail.manager("B")).callAsync(_ -> neverEnds());
    assertThat(byValue.complete("value")).isTrue();
    awaitExit(byValue);
    assertThat(byValue.get()).isEqualTo("value");
    AsyncResult<String> bySupplier = with(trail.manager("C")).callAsync(_ -> neverEnds());
    assertThat(bySupplier.completeAsync(() -> "supplied").get()).isEqualTo("supplied");
    awaitExit(bySupplier);
    AsyncResult<String> byFailingSupplier = with(trail.manager("E")).callAsync(_ -> neverEnds());
    assertThatThrownBy(byFailingSupplier.completeAsync(() -> "".repeat(-1))::get)
        .hasCauseInstanceOf(IllegalArgumentException.class);
    awaitExit(byFailingSupplier);
    var gone = new IOException("gone");
    AsyncResult<String> byFailure = with(trail.manager("D")).callAsync(_ -> neverEnds());
    assertThat(byFailure.completeExceptionally(gone)).isTrue();
    awaitExit(byFailure);
    assertThat(byFailure.exceptionNow()).isSameAs(gone);
  }

  @Test
  void aResultIsNotTakenBack() throws Exception {
    AsyncResult<String> result = with(trail.manager("A")).callAsync(a -> a);
    assertThat(result.get()).isEqualTo("A");
    assertThatThrownBy(() -> result.obtrudeValue("B"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageEndingWith("keeps its result once it is there");
    assertThatThrownBy(() -> result.obtrudeException(new IOException()))
        .isInstanceOf(UnsupportedOperationException.class);
    result.exited().toCompletableFuture().completeExceptionally(new IOException());
    awaitExit(result);
    assertThat(result.resultNow()).isEqualTo("A");
  }

  // ---- late results

  /** A body that ignores its cancellation until a latch opens. */
  private static <T> AsyncResult<T> late(CountDownLatch mayEnd, With0.Body<T, Exception> end)
      throws InterruptedException {
    var begun = new CountDownLatch(1);
    AsyncResult<T> result =
        with(suppress())
            .callAsync(
                () -> {
                  begun.countDown();
                  awaitUninterruptibly(mayEnd);
                  return end.call();
                });
    begun.await();
    return result;
  }

  @Test
  void aLateResultIsClosedBeforeExitedCompletes() throws Exception {
    var mayEnd = new CountDownLatch(1);
    AsyncResult<AutoCloseable> result =
        late(mayEnd, () -> () -> trail.add("closed, " + Thread.currentThread().isInterrupted()));
    CompletableFuture<?> stage =
        result.exited().thenRun(() -> trail.add("exited")).toCompletableFuture();
    result.cancel(true);
    mayEnd.countDown();
    stage.get();
    trail.assertSteps("closed, false", "exited");
  }

  @Test
  void aLateFailureIsLogged() throws Exception {
    try (var log = new LogRecords()) {
      var mayEnd = new CountDownLatch(1);
      var gone = new IOException("gone");
      AsyncResult<?> failing =
          late(
              mayEnd,
              () -> {
                throw gone;
              });
      AsyncResult<AutoCloseable> unclosable =
          late(
              mayEnd,
              () ->
                  () -> {
                    throw gone;
                  });
      failing.cancel(true);
      unclosable.cancel(true);
      mayEnd.countDown();
      awaitExit(failing);
      awaitExit(unclosable);
      assertThat(log.all())
          .allSatisfy(logged -> assertThat(logged.getThrown()).isSameAs(gone))
          .extracting(LogRecord::getMessage)
          .anyMatch(m -> m.endsWith(" failed after its future was completed by somebody else"))
          .anyMatch(
              m ->
                  m.endsWith(
                      " gave a result that nobody waits for any more, and that does not close"))
          .hasSize(2);
    }
  }

  // ---- waits

  @Test
  void aWaitInACancelledScopeThrowsEachTimeAndTheBlockGoesOn() throws Exception {
    var mayExit = new CountDownLatch(1);
    AsyncResult<String> result = with(gated("A", OPEN, mayExit)).callAsync(a -> a);
    CancelScope scope = CancelScope.create();
    with(scope)
        .run(
            () -> {
              scope.cancel();
              assertThatThrownBy(result::get).isInstanceOf(InterruptedException.class);
              assertThatThrownBy(() -> result.get(1, TimeUnit.DAYS))
                  .isInstanceOf(InterruptedException.class);
              result.get();
            });
    assertThat(scope.caught()).isTrue();
    mayExit.countDown();
    assertThat(result.get()).isEqualTo("A");
    assertThat(result.get(0, TimeUnit.SECONDS)).isEqualTo("A");
  }

  @Test
  void aWaitOfAnUninterruptedCooperativeScopeIsWoken() throws Exception {
    AsyncResult<String> result = with(trail.manager("A")).callAsync(_ -> neverEnds());
    CancelScope scope = AsyncWith.moveOnAfter(Duration.ofMillis(1)).cooperative();
    with(scope).run(() -> result.get());
    assertThat(scope.caught()).isTrue();
    result.cancel(true);
    awaitExit(result);
  }

  @Test
  void aWaitOfATimeGivesUpAndTheBlockGoesOn() throws Exception {
    var mayExit = new CountDownLatch(1);
    AsyncResult<String> result = with(gated("A", OPEN, mayExit)).callAsync(a -> a);
    assertThatThrownBy(() -> result.get(1, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class)
        .hasMessageEndingWith("took longer than 1 MILLISECONDS");
    mayExit.countDown();
    assertThat(result.get(1, TimeUnit.DAYS)).isEqualTo("A");
  }

  @Test
  void aBlockThatWaitsForItselfIsTold() throws Exception {
    var self = new CompletableFuture<AsyncResult<?>>();
    AsyncResult<Object> result = with(trail.manager("A")).callAsync(_ -> self.get().get());
    self.complete(result);
    assertThatThrownBy(result::get)
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching("AsyncResult\\[callAsync of .*, running] waits for itself.*");
  }

  // ---- context

  @Test
  void theContextOfTheRunnerGoesAlong() throws Exception {
    var local = new ThreadLocal<String>();
    Runner runner =
        Runner.create(
            c ->
                c.withContext(
                    ContextCarrier.threadLocal(local).and(ContextCarrier.scopedValues(USER))));
    runner.run(
        () -> {
          local.set("request 17");
          ScopedValue.where(USER, "ann")
              .<String, Exception>call(
                  () ->
                      with(trail.manager("A"))
                          .callAsync(
                              _ -> {
                                trail.add(local.get() + " by " + USER.get());
                                return "";
                              })
                          .get());
        });
    trail.assertSteps("enter A", "request 17 by ann", "exit A: succeeded");
  }

  @Test
  void aBlockThatIsStartedInATaskGroupDoesNotEndWithIt() throws Exception {
    Runner.create()
        .run(
            () -> {
              var end = new CountDownLatch(1);
              var result = new AtomicReference<AsyncResult<String>>();
              with(TaskGroup.create())
                  .run(
                      tasks ->
                          tasks.fork(
                              () ->
                                  result.set(
                                      with(trail.manager("A"))
                                          .callAsync(
                                              _ -> {
                                                end.await();
                                                return "after the group";
                                              }))));
              assertThat(result.get().isDone()).isFalse();
              end.countDown();
              assertThat(result.get().get()).isEqualTo("after the group");
            });
  }
}
