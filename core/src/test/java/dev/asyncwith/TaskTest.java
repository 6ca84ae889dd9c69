package dev.asyncwith;

import static dev.asyncwith.AsyncWith.checkpoint;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.asyncwith.testing.ExpectLeaks;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a task tells of itself, and what goes along to it. */
@Timeout(60)
class TaskTest {
  private static final ScopedValue<String> UNBOUND = ScopedValue.newInstance();
  private static final ThreadLocal<String> LOCAL = new ThreadLocal<>();

  private final IOException gone = new IOException("gone");
  private final CountDownLatch forever = new CountDownLatch(1);

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
    assertThat(ThreadContext.inScope()).isNull();
  }

  @Test
  void itTellsWhatItFailedWith() {
    var failing = new AtomicReference<Task<?>>();
    assertThatThrownBy(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks -> {
                          Task<?> good = tasks.fork(() -> 1);
                          good.get();
                          assertThat(good.exception()).isNull();
                          assertThat(good.get()).isEqualTo(1); // of one that is done
                          failing.set(
                              tasks.fork(
                                  () -> {
                                    throw gone;
                                  }));
                        }))
        .isInstanceOf(ExceptionGroup.class);
    assertThat(failing.get().exception()).isSameAs(gone);
    assertThatThrownBy(failing.get()::get).isInstanceOf(ExecutionException.class);
  }

  @Test
  void itCannotWaitForItself() throws Exception {
    var itself = new CompletableFuture<Task<?>>();
    with(TaskGroup.create())
        .run(
            tasks ->
                itself.complete(
                    tasks.fork(
                        "selfish",
                        () ->
                            assertThatThrownBy(() -> AsyncWith.await(itself).get())
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining(
                                    "selfish, running] waits for itself, which would never end"))));
  }

  @Test
  void aTaskThatIsCancelledTogetherWithOneItWaitsForHasNotFailed() throws Exception {
    for (int i = 0; i < 300; i++) { // whichever of the two the cancel reaches first
      var waiter = new AtomicReference<Task<?>>();
      with(TaskGroup.create())
          .run(
              tasks -> {
                Task<?> first = tasks.fork(() -> AsyncWith.sleep(Duration.ofDays(1)));
                var waits = new CountDownLatch(1);
                waiter.set(
                    tasks.fork(
                        () -> {
                          waits.countDown();
                          first.get();
                        }));
                waits.await();
                tasks.cancel();
              });
      assertThat(waiter.get().isCancelled()).isTrue();
    }
  }

  @Test
  void aTimeoutAroundTasksThatWaitForEachOtherIsTheTimeout() throws Exception {
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(
              () ->
                  with(AsyncWith.timeout(Duration.ofMillis(1)))
                      .run(
                          () ->
                              with(TaskGroup.create())
                                  .run(
                                      tasks -> {
                                        Task<?> first =
                                            tasks.fork(() -> AsyncWith.sleep(Duration.ofDays(1)));
                                        tasks.fork(first::get);
                                        first.get();
                                      })))
          .isInstanceOf(TimeoutExceededException.class);
    }
  }

  @Test
  void aFailureThatASiblingGotIsReportedOnce() {
    assertThatThrownBy(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks -> {
                          var waits = new CountDownLatch(2);
                          Task<?> failing =
                              tasks.fork(
                                  () -> {
                                    waits.await();
                                    throw gone;
                                  });
                          Task<?> second =
                              tasks.fork(
                                  () -> {
                                    waits.countDown();
                                    failing.get();
                                  });
                          tasks.fork(
                              () -> {
                                waits.countDown();
                                second.get();
                              });
                        }))
        .isInstanceOfSatisfying(
            ExceptionGroup.class, group -> assertThat(group.exceptions()).containsExactly(gone));
  }

  @Test
  void aForkThatComesAfterTheFailureOfASiblingIsNoFailureItself() {
    assertThatThrownBy(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks -> {
                          Task<?> failing =
                              tasks.fork(
                                  () -> {
                                    throw gone;
                                  });
                          while (!failing.isDone()) {
                            Thread.onSpinWait();
                          }
                          tasks.fork(() -> 1);
                        }))
        .isInstanceOfSatisfying(
            ExceptionGroup.class,
            group -> {
              assertThat(group.exceptions()).containsExactly(gone);
              assertThat(group).cause().hasMessageContaining("is being cancelled");
            });
  }

  @Test
  @ExpectLeaks("it is about a scope that is forgotten")
  void theFailureOfATaskOutlivesAScopeThatItLeavesOpen() {
    assertThatThrownBy(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks ->
                            tasks.fork(
                                () -> {
                                  var _ = CancelScope.create().enter();
                                  throw gone;
                                })))
        .isInstanceOfSatisfying(
            ExceptionGroup.class,
            group -> {
              assertThat(group.exceptions()).containsExactly(gone);
              assertThat(gone.getSuppressed())
                  .singleElement()
                  .asInstanceOf(
                      org.assertj.core.api.InstanceOfAssertFactories.type(
                          IllegalStateException.class))
                  .satisfies(
                      left -> assertThat(left).hasMessageContaining("ends while CancelScope@"));
            });
  }

  @Test
  void aCarrierThatDoesNotRunTheTaskIsItsFailure() {
    ContextCarrier lazy = () -> _ -> {};
    assertThatThrownBy(
            () ->
                with(TaskGroup.create().withContext(lazy))
                    .run(tasks -> tasks.fork("idle", () -> 1).get()))
        .isInstanceOf(ExceptionGroup.class)
        .hasMessageContaining("the context carrier of idle did not run the task");
    assertThatThrownBy(() -> Runner.create(c -> c.withContext(lazy)).run(() -> 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("did not run the task");
  }

  @Test
  void theFailureOfACarrierAfterTheTaskIsLogged() throws Exception {
    var failure = new IllegalArgumentException("cannot restore");
    ContextCarrier broken =
        () ->
            work -> {
              work.run();
              throw failure;
            };
    try (var log = new LogRecords()) {
      int result =
          with(TaskGroup.create().withContext(broken)).call(tasks -> tasks.fork(() -> 1).get());
      assertThat(result).isEqualTo(1);
      assertThat(log.all())
          .singleElement()
          .satisfies(record -> assertThat(record.getThrown()).isSameAs(failure));
    }
  }

  @Test
  void aCancelNeedsAReason() throws Exception {
    with(TaskGroup.create())
        .run(
            tasks -> {
              Task<?> task = tasks.fork(() -> forever.await());
              assertThatThrownBy(() -> task.cancel(null))
                  .isInstanceOf(NullPointerException.class)
                  .hasMessageContaining("reason");
              assertThat(task.isDone()).isFalse();
              assertThat(task.cancel()).isTrue();
            });
  }

  @Test
  void aWaiterThatIsInterruptedLeavesTheTaskAlone() throws Exception {
    CancelScope waiting = CancelScope.create();
    with(TaskGroup.create())
        .run(
            tasks -> {
              Task<String> task =
                  tasks.fork(
                      () -> {
                        forever.await();
                        return "done";
                      });
              waiting.cancel();
              with(waiting).run(() -> task.get());
              assertThat(waiting.caught()).isTrue();
              assertThat(task.isDone()).isFalse();
              forever.countDown();
              assertThat(task.get()).isEqualTo("done");
            });
  }

  @Test
  void aThreadLocalGoesAlongAndIsPutBack() throws Exception {
    var onThread = new AtomicReference<String>();
    Thread.Builder threads = Thread.ofVirtual();
    LOCAL.set("here");
    with(TaskGroup.create()
            .withContext(
                ContextCarrier.threadLocal(LOCAL).and(ContextCarrier.scopedValues(UNBOUND)))
            .withThreadFactory(
                work ->
                    threads.unstarted(
                        () -> {
                          work.run();
                          onThread.set("after: " + LOCAL.get());
                        })))
        .run(
            tasks -> {
              Task<String> task = tasks.fork(() -> LOCAL.get() + " " + UNBOUND.isBound());
              assertThat(task.get()).isEqualTo("here false");
              task.thread().join();
            });
    LOCAL.remove();
    assertThat(onThread).hasValue("after: null");
  }

  @Test
  void aCarrierThatFailsFailsTheTask() {
    var broken = new IllegalStateException("broken");
    ContextCarrier carrier =
        () ->
            _ -> {
              throw broken;
            };
    assertThatThrownBy(
            () ->
                with(TaskGroup.create().withContext(carrier))
                    .run(tasks -> tasks.fork(() -> "never")))
        .isInstanceOfSatisfying(
            ExceptionGroup.class, group -> assertThat(group.exceptions()).containsExactly(broken));
  }

  /** The starter is interrupted while it waits for the end of a task that is not ready. */
  @Test
  void anInterruptWhileAStartIsUndoneIsKept() throws Exception {
    Thread starter = Thread.currentThread();
    with(TaskGroup.create())
        .run(
            tasks -> {
              Throwable thrown =
                  catchThrowable(
                      () ->
                          tasks.start(
                              "server",
                              _ -> {
                                starter.interrupt();
                                try {
                                  forever.await();
                                } catch (InterruptedException e) {
                                  InterruptProbe.awaitInside(
                                      starter, "dev.asyncwith.Waits.uninterruptibly");
                                  starter.interrupt();
                                  while (starter.isInterrupted()) {
                                    Thread.onSpinWait();
                                  }
                                }
                              }));
              assertThat(thrown).isInstanceOf(InterruptedException.class);
              assertThat(Thread.interrupted()).as("the second one").isTrue();
            });
  }

  @Test
  void aTaskThatIsCancelledTogetherWithItsStarterSaysSo() {
    var group = TaskGroup.create();
    assertThatThrownBy(
            () ->
                with(group)
                    .run(
                        tasks -> {
                          AtomicReference<Throwable> started = new AtomicReference<>();
                          Task<?> starter =
                              tasks.fork(
                                  () -> {
                                    started.set(
                                        catchThrowable(
                                            () ->
                                                tasks.start(
                                                    "server",
                                                    _ -> {
                                                      tasks.cancel();
                                                      checkpoint();
                                                    })));
                                    assertThat(started.get())
                                        .isInstanceOf(InterruptedException.class);
                                    throw gone;
                                  });
                          assertThat(starter.name()).isEqualTo("task-1");
                        }))
        .isInstanceOf(ExceptionGroup.class);
  }

  @Test
  void aDeadlineMayBeGivenInTheBlockAndNotAfterIt() throws Exception {
    HandClock clock = new HandClock();
    clock.take();
    CancelScope scope = CancelScope.create();
    with(scope)
        .run(
            () -> {
              assertThat(scope.when()).isNull();
              checkpoint("computing", "a sum");
              scope.reschedule(Duration.ofSeconds(1));
              clock.advance(Duration.ofSeconds(1));
              checkpoint("computing", "a sum");
            });
    assertThat(scope.caught()).isTrue();
    CancelScope left = CancelScope.create();
    with(left).run(() -> assertThat(AsyncWith.await(CompletableFuture.completedFuture(1))).isOne());
    assertThatThrownBy(() -> left.reschedule(Duration.ofSeconds(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the scope has ended");
    HandClock.giveBack();
  }

  @Test
  void theTasksOfNoBlockAreWaitedForByWhoeverAsks() throws Exception {
    var background = new Background("test");
    Task<String> forever = background.start(null, Inherited.DEFAULT, this::waitForEver);
    assertThat(forever.name()).isEqualTo("background-1");
    assertThat(background.runningTasks()).containsExactly(forever);
    var empty = new Waiter();
    background.whenEmpty(empty);
    background.cancelAll("the program ends");
    Waits.await(empty, "waiting for", background);
    assertThatThrownBy(forever::get).isInstanceOf(CancellationException.class);
    background.whenEmpty(empty);
    try (var records = new LogRecords()) {
      Task<String> failing =
          background.start(
              "failing",
              Inherited.DEFAULT,
              () -> {
                throw gone;
              });
      failing.thread().join();
      assertThat(records.all())
          .singleElement()
          .satisfies(logged -> assertThat(logged.getThrown()).isSameAs(gone));
    }
    background.close("the runner has ended");
    assertThatThrownBy(() -> background.start(null, Inherited.DEFAULT, () -> 1))
        .hasMessage("the runner has ended");
  }

  private String waitForEver() throws InterruptedException {
    forever.await();
    return "never";
  }
}
