package dev.asyncwith;

import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The runner; tests that are ports of CPython's test_runners name theirs. */
@Timeout(60)
class RunnerTest {
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

  /** On a thread of its own; {@code get} of the result throws what it threw. */
  private static <T> FutureTask<T> start(With0.Body<T, Exception> body) {
    var task = new FutureTask<T>(body::call);
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  /** Leaves a block running that stays in its body until it is cancelled. */
  private AsyncResult<?> leave(AsyncContextManager<String, ?> manager) throws InterruptedException {
    var begun = new CountDownLatch(1);
    AsyncResult<?> result =
        with(manager)
            .callAsync(
                _ -> {
                  begun.countDown();
                  waitForEver();
                  return null;
                });
    begun.await();
    return result;
  }

  private AsyncContextManager<String, RuntimeException> stuckIn(CountDownLatch exit) {
    return manager(() -> "stuck", _ -> exit.await());
  }

  // ---- runs

  /** test_asyncio_run_return, test_run. */
  @Test
  void runReturnsWhatTheMainBodyReturns() throws Exception {
    try (Runner runner = Runner.create(c -> c.withName("orders"))) {
      assertThat(runner.<Integer, RuntimeException>run(() -> 42)).isEqualTo(42);
      Thread thread = runner.run(() -> Thread.currentThread());
      assertThat(thread.isVirtual()).isTrue();
      assertThat(thread.getName()).isEqualTo("orders main");
      runner.run(() -> trail.add("ran"));
    }
    trail.assertSteps("ran");
  }

  /** test_asyncio_run_raises. */
  @Test
  void runThrowsTheVeryExceptionWithTheTraceOfItsCaller() {
    var gone = new IOException("gone");
    assertThatThrownBy(
            () ->
                Runner.create()
                    .run(
                        () -> {
                          throw gone;
                        }))
        .isSameAs(gone)
        .satisfies(
            thrown ->
                assertThat(thrown.getStackTrace())
                    .extracting(StackTraceElement::getMethodName)
                    .contains("runThrowsTheVeryExceptionWithTheTraceOfItsCaller"));
  }

  /** test_asyncio_run_from_running_loop, test_recursive_run. */
  @Test
  void aRunInsideARunIsRefused() throws Exception {
    Runner runner = Runner.create(c -> c.withName("outer"));
    runner.run(
        () -> {
          assertThatThrownBy(() -> runner.run(() -> trail.add("recursive")))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("Runner 'outer' cannot run on VirtualThread")
              .hasMessageContaining("which belongs to a run: call the program directly");
          assertThatThrownBy(() -> AsyncWith.run(() -> trail.add("nested")))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("belongs to a run");
          with(TaskGroup.create())
              .run(
                  tasks ->
                      tasks.fork(
                          () ->
                              assertThatThrownBy(() -> Runner.create().run(() -> trail.add("task")))
                                  .hasMessageContaining("belongs to a run")));
        });
    trail.assertSteps();
  }

  @Test
  void aRunnerRunsOneProgramAtATime() throws Exception {
    Runner runner = Runner.create(c -> c.withName("one"));
    var end = new CountDownLatch(1);
    var begun = new CountDownLatch(1);
    FutureTask<String> first =
        start(
            () ->
                runner.run(
                    () -> {
                      begun.countDown();
                      end.await();
                      return "first";
                    }));
    begun.await();
    assertThatThrownBy(() -> runner.run(() -> trail.add("second")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Runner 'one' runs already, and one program at a time: make a runner for each");
    end.countDown();
    assertThat(first.get()).isEqualTo("first");
    runner.run(() -> trail.add("third"));
    trail.assertSteps("third");
  }

  /** test_custom_factory. */
  @Test
  void itsThreadsAreThoseOfItsFactory() throws Exception {
    var made = new AtomicReference<Thread>();
    Runner runner =
        Runner.create(
            c ->
                c.withThreadFactory(
                    body -> {
                      made.set(Thread.ofPlatform().daemon().unstarted(body));
                      return made.get();
                    }));
    Thread main = runner.run(() -> Thread.currentThread());
    assertThat(main).isSameAs(made.get());
    runner.run(() -> with(trail.manager("A")).callAsync(_ -> Thread.currentThread()).get());
    assertThat(made.get().getName()).startsWith("callAsync of ");
  }

  @Test
  void aFailingThreadFactoryLeavesTheRunnerUsable() throws Exception {
    var fail = new AtomicReference<>(true);
    Runner runner =
        Runner.create(
            c ->
                c.withThreadFactory(
                    body -> fail.get() ? null : Thread.ofVirtual().unstarted(body)));
    assertThatThrownBy(() -> runner.run(() -> trail.add("never")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "Runner 'runner-.*'@.* got no thread for runner-.* main from the thread factory .*, so that"
                + " was not begun: its newThread has to return a new thread that it has not"
                + " started");
    fail.set(false);
    runner.run(() -> trail.add("ran"));
    trail.assertSteps("ran");
    assertThat(ThreadContext.inScope()).isNull();
  }

  @Test
  void aConfigurationIsChecked() {
    assertThatThrownBy(() -> Runner.create(c -> c.withGrace(Duration.ofMillis(-1))))
        .hasMessage("the grace is negative: PT-0.001S; zero is the shortest");
    assertThatThrownBy(() -> Runner.create(c -> c.withExitBudget(Duration.ZERO)))
        .hasMessage("the time for the exit is PT0S: give it more than nothing");
    assertThatThrownBy(() -> Runner.create(_ -> null))
        .hasMessage("the lambda that configures gave no configuration");
    assertThatThrownBy(() -> Runner.create().run((With0.Action<RuntimeException>) null))
        .hasMessage("the program is null: give run a lambda");
  }

  @Test
  void theClockAndTheExitBudgetAreInherited() throws Exception {
    var clock = new HandClock();
    Runner runner = Runner.create(c -> c.withClock(clock).withExitBudget(Duration.ofSeconds(3)));
    Inherited main = runner.run(() -> ThreadContext.inherited());
    assertThat(main.clock()).isSameAs(clock);
    assertThat(main.exitBudget()).isEqualTo(Duration.ofSeconds(3));
    FutureTask<String> sleeper =
        start(
            () ->
                runner.run(
                    () -> {
                      sleep(DAY);
                      return "slept";
                    }));
    clock.awaitAlarms(1);
    clock.advance(DAY);
    assertThat(sleeper.get()).isEqualTo("slept");
  }

  // ---- context

  /** test_run_keeps_context. */
  @Test
  void theContextIsKeptBetweenRuns() throws Exception {
    var local = new ThreadLocal<String>();
    Runner runner =
        Runner.create(
            c ->
                c.withContext(ContextCarrier.threadLocal(local))
                    .withContext(ContextCarrier.scopedValues(USER)));
    local.set("the caller's");
    ScopedValue.where(USER, "ann")
        .call(
            () ->
                runner.<String, RuntimeException>run(
                    () -> {
                      trail.add(local.get() + " " + USER.get());
                      local.set("of the first run");
                      return "";
                    }));
    trail.add(local.get());
    local.set("changed by the caller");
    assertThatThrownBy(
            () ->
                runner.run(
                    () -> {
                      trail.add(local.get() + " " + USER.get());
                      local.set("of the second run");
                      throw new IOException("gone");
                    }))
        .hasMessage("gone");
    runner.run(() -> trail.add(local.get()));
    trail.add(local.get());
    trail.assertSteps(
        "the caller's ann",
        "the caller's",
        "of the first run ann",
        "of the second run",
        "changed by the caller");
  }

  @Test
  void aCarrierThatFailsAtTheEndOfARunIsReported() throws Exception {
    var captures = new AtomicReference<>(0);
    ContextCarrier failing =
        () -> {
          if (captures.accumulateAndGet(1, Integer::sum) == 2) {
            throw new IllegalStateException("no context");
          }
          return Runnable::run;
        };
    try (var log = new LogRecords()) {
      Runner runner = Runner.create(c -> c.withName("odd").withContext(failing));
      assertThat(runner.<String, RuntimeException>run(() -> "result")).isEqualTo("result");
      assertThat(log.all())
          .extracting(LogRecord::getMessage)
          .containsExactly(
              "Runner 'odd' could not capture the context at the end of a run, and keeps the old"
                  + " one");
    }
  }

  // ---- cancellation

  /** test_interrupt_wait, test_interrupt_call_soon. */
  @Test
  void anInterruptOfTheCallerCancelsTheMainBodyLevelTriggered() {
    Thread caller = Thread.currentThread();
    assertThatThrownBy(
            () ->
                Runner.create()
                    .run(
                        () -> {
                          caller.interrupt();
                          try {
                            sleep(DAY);
                          } catch (InterruptedException e) {
                            trail.add("first");
                          }
                          with(TaskGroup.create()).run(tasks -> tasks.fork(() -> sleep(DAY)));
                        }))
        .isInstanceOf(InterruptedException.class)
        .hasMessageContaining("the thread that waits for the run was interrupted");
    trail.assertSteps("first");
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void aTimeoutAroundARunCancelsItAndConverts() {
    assertThatThrownBy(
            () ->
                with(timeout(Duration.ofMillis(1)))
                    .run(() -> Runner.create().run(() -> sleep(DAY))))
        .isInstanceOf(TimeoutExceededException.class);
    assertThat(Thread.interrupted()).isFalse();
    assertThat(ThreadContext.inScope()).isNull();
  }

  @Test
  void soDoesOneThatFindsTheProgramInForeignCodeAndThatThrowsAnotherForm() {
    assertThatThrownBy(
            () ->
                with(timeout(Duration.ofMillis(1)))
                    .run(
                        () ->
                            Runner.create()
                                .run(
                                    () -> {
                                      try {
                                        waitForEver();
                                      } catch (InterruptedException e) {
                                        throw new java.io.InterruptedIOException("cut short");
                                      }
                                    })))
        .isInstanceOf(TimeoutExceededException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void aScopeThatWasCancelledBeforeRunsNoProgram() throws Exception {
    CancelScope scope = CancelScope.create();
    scope.cancel();
    with(scope).run(() -> Runner.create().run(() -> trail.add("never")));
    assertThat(scope.caught()).isTrue();
    trail.assertSteps();
  }

  @Test
  void soDoesOneThatIsCancelledOnTheWayToItsProgram() throws Exception {
    CancelScope scope = CancelScope.create();
    ContextCarrier cancelling =
        () -> {
          scope.cancel("on the way");
          return Runnable::run;
        };
    Runner runner = Runner.create(c -> c.withName("late").withContext(cancelling));
    with(scope)
        .run(
            () ->
                assertThatThrownBy(() -> runner.run(() -> trail.add("never")))
                    .isInstanceOf(InterruptedException.class)
                    .hasMessage("Runner 'late' was cancelled before it began: on the way"));
    trail.assertSteps();
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void aForeignInterruptStaysWhereATimeoutEndsTheRunAsWell() throws Exception {
    Thread caller = Thread.currentThread();
    CancelScope scope = CancelScope.create();
    with(scope)
        .run(
            () ->
                Runner.create()
                    .run(
                        () -> {
                          caller.interrupt();
                          try {
                            sleep(DAY);
                          } catch (InterruptedException e) {
                            trail.add("interrupted");
                          }
                          scope.cancel();
                          sleep(DAY);
                        }));
    assertThat(scope.caught()).isTrue();
    assertThat(Thread.interrupted()).isTrue();
    trail.assertSteps("interrupted");
  }

  @Test
  void aCancelThatTheProgramSwallowedLeavesNoFlag() throws Exception {
    try (Runner runner = Runner.create()) {
      CancelScope scope = CancelScope.create();
      String result =
          with(scope)
              .call(
                  () ->
                      runner.<String, RuntimeException>run(
                          () -> {
                            scope.cancel();
                            try {
                              sleep(DAY);
                            } catch (InterruptedException e) {
                              return "swallowed";
                            }
                            return "slept";
                          }));
      assertThat(result).isEqualTo("swallowed");
      assertThat(Thread.interrupted()).isFalse();
    }
  }

  /** test_asyncio_run_without_uncancel: a program that cancels itself. */
  @Test
  void aProgramThatEndsByACancelOfItsOwnThrowsIt() {
    var own = new InterruptedException("its own");
    assertThatThrownBy(
            () ->
                Runner.create()
                    .run(
                        () -> {
                          throw own;
                        }))
        .isSameAs(own);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void aSuppressedInterruptOfTheCallerIsKeptAsTheFlag() throws Exception {
    Thread caller = Thread.currentThread();
    with(AsyncWith.suppress(InterruptedException.class))
        .run(
            () ->
                Runner.create()
                    .run(
                        () -> {
                          caller.interrupt();
                          sleep(DAY);
                        }));
    assertThat(Thread.interrupted()).isTrue();
  }

  // ---- leftovers

  /** test_asyncio_run_cancels_hanging_tasks. */
  @Test
  void whatIsLeftRunningIsCancelledAndWaitedFor() throws Exception {
    try (Runner runner = Runner.create()) {
      AsyncResult<?> left = runner.run(() -> leave(trail.manager("A")));
      assertThat(left.isCancelled()).isTrue();
      trail.assertSteps("enter A", "exit A: cancelled by java.lang.InterruptedException");
    }
  }

  @Test
  void soItIsAfterAFailureWhichItDoesNotReplace() {
    assertThatThrownBy(
            () ->
                Runner.create()
                    .run(
                        () -> {
                          leave(trail.manager("A"));
                          throw new IOException("gone");
                        }))
        .hasMessage("gone");
    trail.assertSteps("enter A", "exit A: cancelled by java.lang.InterruptedException");
  }

  @Test
  void andAtTheEndOfAsyncWithRun() throws Exception {
    AsyncWith.run(() -> leave(trail.manager("A")));
    trail.assertSteps("enter A", "exit A: cancelled by java.lang.InterruptedException");
  }

  /** test_asyncio_run_reports_hanging_tasks_errors. */
  @Test
  void anErrorOfALeftoverIsReportedAndChangesNoResult() throws Exception {
    var fails = new IllegalStateException("cannot close");
    AsyncContextManager<String, RuntimeException> failing =
        manager(
            () -> "A",
            _ -> {
              throw fails;
            });
    try (var log = new LogRecords()) {
      String result =
          Runner.create()
              .run(
                  () -> {
                    leave(failing);
                    return "result";
                  });
      assertThat(result).isEqualTo("result");
      assertThat(log.all()).hasSize(1);
      LogRecord only = log.all().getFirst();
      assertThat(only.getMessage())
          .startsWith("callAsync of ")
          .endsWith(" failed after the run that started it had ended, and nobody waits for it");
      assertThat(only.getThrown()).isSameAs(fails);
    }
  }

  /** test_asyncio_run_closes_gens_after_hanging_tasks_errors: one failure stops no other end. */
  @Test
  void anErrorOfOneLeftoverDoesNotKeepAnotherFromItsExit() throws Exception {
    AsyncContextManager<String, RuntimeException> failing =
        manager(
            () -> "A",
            _ -> {
              throw new IllegalStateException("cannot close");
            });
    try (var log = new LogRecords()) {
      Runner.create()
          .run(
              () -> {
                leave(failing);
                leave(trail.manager("B"));
              });
      assertThat(log.all()).hasSize(1);
    }
    trail.assertSteps("enter B", "exit B: cancelled by java.lang.InterruptedException");
  }

  @Test
  void theExitOfALeftoverMayStartABlockOfItsOwn() throws Exception {
    AsyncContextManager<String, RuntimeException> flushing =
        manager(
            () -> "A",
            _ -> {
              try {
                trail.add(with(trail.manager("B")).callAsync(_ -> "flushed").get());
              } catch (java.util.concurrent.ExecutionException e) {
                throw new IllegalStateException(e);
              }
            });
    Runner.create().run(() -> leave(flushing));
    trail.assertSteps("enter B", "exit B: succeeded", "flushed");
  }

  @Test
  void whatDoesNotEndInTheGraceIsReportedAndLeftBehind() throws Exception {
    var clock = new HandClock();
    var inExit = new CountDownLatch(1);
    var exit = new CountDownLatch(1);
    AsyncContextManager<String, RuntimeException> stuck =
        manager(
            () -> "stuck",
            _ -> {
              inExit.countDown();
              exit.await();
            });
    Runner runner =
        Runner.create(c -> c.withName("patient").withClock(clock).withGrace(Duration.ofSeconds(2)));
    try (var log = new LogRecords()) {
      FutureTask<AsyncResult<?>> run = start(() -> runner.run(() -> leave(stuck)));
      clock.awaitAlarms(1);
      inExit.await();
      assertThat(run.isDone()).isFalse();
      clock.advance(Duration.ofSeconds(2));
      AsyncResult<?> left = run.get();
      assertThat(log.all()).hasSize(1);
      LogRecord only = log.all().getFirst();
      assertThat(only.getMessage())
          .startsWith("Task[callAsync of ")
          .endsWith(
              ", running] of Runner 'patient' was cancelled 2.0 s ago and has not ended; it goes"
                  + " on, for no thread can be killed");
      assertThat(only.getThrown().getStackTrace())
          .extracting(StackTraceElement::getMethodName)
          .anyMatch(name -> name.contains("whatDoesNotEndInTheGraceIsReportedAndLeftBehind"));
      runner.run(() -> trail.add("the runner goes on"));
      exit.countDown();
      left.exited().toCompletableFuture().get();
    }
    trail.assertSteps("the runner goes on");
    assertThat(clock.alarms()).isZero();
  }

  @Test
  void whatIsLeftBehindStartsNothingMore() throws Exception {
    var exit = new CountDownLatch(1);
    var refused = new AtomicReference<Throwable>();
    AsyncContextManager<String, RuntimeException> late =
        manager(
            () -> "late",
            _ -> {
              exit.await();
              try {
                var _ = with(trail.manager("A")).callAsync(_ -> "never");
              } catch (IllegalStateException e) {
                refused.set(e);
              }
            });
    try (var _ = new LogRecords()) {
      AsyncResult<?> left =
          Runner.create(c -> c.withName("brief").withGrace(Duration.ZERO)).run(() -> leave(late));
      exit.countDown();
      left.exited().toCompletableFuture().get();
    }
    assertThat(refused.get())
        .hasMessage("the run of Runner 'brief' that started it has ended, so it starts no tasks");
    trail.assertSteps();
  }

  @Test
  void anInterruptWhileLeftoversAreWaitedForIsKept() throws Exception {
    Thread caller = Thread.currentThread();
    AsyncContextManager<String, RuntimeException> interrupting =
        manager(
            () -> "A",
            _ -> {
              caller.interrupt();
              sleep(Duration.ZERO);
              trail.add("exited");
            });
    Runner.create().run(() -> leave(interrupting));
    assertThat(Thread.interrupted()).isTrue();
    trail.assertSteps("exited");
  }

  // ---- close

  /** test_explicit_close, test_double_close, test_second_with_block_raises. */
  @Test
  void aClosedRunnerRunsNothing() throws Exception {
    Runner never = Runner.create(c -> c.withName("never"));
    never.close();
    never.close();
    assertThatThrownBy(() -> never.run(() -> trail.add("never")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Runner 'never' is closed: make a new one");
    Runner used = Runner.create();
    used.run(() -> trail.add("ran"));
    used.close(Duration.ZERO);
    used.close();
    assertThatThrownBy(() -> used.run(() -> trail.add("never")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> used.close(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the time to wait for the end of a runner is negative: PT-0.001S; zero is the shortest");
    trail.assertSteps("ran");
  }

  /** test_interrupt_cancelled_task has the same end: a main body that is cancelled. */
  @Test
  void aCloseCancelsTheRunOfAnotherThreadAndWaits() throws Exception {
    Runner runner = Runner.create(c -> c.withName("server"));
    var begun = new CountDownLatch(1);
    FutureTask<String> run =
        start(
            () ->
                runner.run(
                    () ->
                        with(trail.manager("A"))
                            .call(
                                _ -> {
                                  leave(trail.manager("B"));
                                  begun.countDown();
                                  waitForEver();
                                  return "";
                                })));
    begun.await();
    runner.close();
    trail.assertSteps(
        "enter A",
        "enter B",
        "exit A: cancelled by java.lang.InterruptedException",
        "exit B: cancelled by java.lang.InterruptedException");
    assertThatThrownBy(run::get).hasCauseInstanceOf(InterruptedException.class);
  }

  @Test
  void aCloseReportsWhatDoesNotEndInTime() throws Exception {
    var clock = new HandClock();
    Runner runner = Runner.create(c -> c.withName("server").withClock(clock));
    var begun = new CountDownLatch(1);
    var exit = new CountDownLatch(1);
    FutureTask<String> run =
        start(
            () ->
                runner.run(
                    () ->
                        with(stuckIn(exit))
                            .call(
                                _ -> {
                                  begun.countDown();
                                  waitForEver();
                                  return "";
                                })));
    begun.await();
    try (var log = new LogRecords()) {
      FutureTask<Boolean> close =
          start(
              () -> {
                Thread.currentThread().interrupt();
                runner.close(Duration.ofSeconds(3));
                return Thread.currentThread().isInterrupted();
              });
      clock.awaitAlarms(1);
      assertThat(close.isDone()).isFalse(); // an interrupt does not cut it short
      clock.advance(Duration.ofSeconds(3));
      assertThat(close.get()).isTrue();
      assertThat(log.all())
          .extracting(LogRecord::getMessage)
          .containsExactly(
              "Task[server main, running] of Runner 'server' was cancelled 3.0 s ago and has not"
                  + " ended; it goes on, for no thread can be killed");
    }
    exit.countDown();
    assertThatThrownBy(run::get).hasCauseInstanceOf(InterruptedException.class);
  }

  @Test
  void aCloseInsideItsRunIsRefused() throws Exception {
    Runner runner = Runner.create(c -> c.withName("own"));
    runner.run(
        () ->
            assertThatThrownBy(runner::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                    "Runner 'own' is closed inside its own run, which would wait for itself:"
                        + " return from the run"));
    runner.run(() -> trail.add("not closed"));
    trail.assertSteps("not closed");
  }
}
