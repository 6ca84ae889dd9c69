package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tasks that say when they are ready (trio's {@code test_nursery_start}), what goes along to a
 * task, and tasks that do not end.
 */
@Timeout(60)
class TaskGroupStartTest {
  private static final ScopedValue<String> USER = ScopedValue.newInstance();
  private static final ThreadLocal<String> LOCAL = new ThreadLocal<>();

  private final IOException gone = new IOException("gone");
  private final CountDownLatch forever = new CountDownLatch(1);

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
    assertThat(ThreadContext.inScope()).isNull();
  }

  @Test
  void startGivesWhatTheTaskGaveAndTheTaskGoesOn() throws Exception {
    var goOn = new CountDownLatch(1);
    boolean[] ended = new boolean[1];
    with(TaskGroup.create())
        .run(
            tasks -> {
              int port =
                  tasks.<Integer>start(
                      "server",
                      status -> {
                        status.started(8080);
                        goOn.await();
                        ended[0] = true;
                      });
              assertThat(port).isEqualTo(8080);
              assertThat(ended[0]).isFalse();
              goOn.countDown();
            });
    assertThat(ended[0]).isTrue();
  }

  @Test
  void aTaskThatEndsWithoutBeingReadyIsAnError() throws Exception {
    with(TaskGroup.create())
        .run(
            tasks ->
                assertThatThrownBy(() -> tasks.start("server", _ -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("server")
                    .hasMessageEndingWith(
                        "ended without being ready: call started once in its body"));
  }

  @Test
  void aFailureBeforeItIsReadyIsTheStartersAndTheGroupGoesOn() throws Exception {
    with(TaskGroup.create())
        .run(
            tasks -> {
              assertThatThrownBy(
                      () ->
                          tasks.start(
                              "server",
                              _ -> {
                                throw gone;
                              }))
                  .isInstanceOf(ExecutionException.class)
                  .cause()
                  .isSameAs(gone);
              assertThat(tasks.fork(() -> 1).get()).isEqualTo(1);
            });
  }

  @Test
  void aFailureAfterItIsTheGroups() {
    assertThatThrownBy(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks ->
                            tasks.<String>start(
                                "server",
                                status -> {
                                  status.started("ready");
                                  throw gone;
                                })))
        .isInstanceOfSatisfying(
            ExceptionGroup.class, group -> assertThat(group.exceptions()).containsExactly(gone));
  }

  @Test
  void aTaskIsReadyOnce() throws Exception {
    AtomicReference<Throwable> second = new AtomicReference<>();
    with(TaskGroup.create())
        .run(
            tasks ->
                tasks.<String>start(
                    "server",
                    status -> {
                      status.started("ready");
                      second.set(catchThrowable(() -> status.started("again")));
                    }));
    assertThat(second.get())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("started was called before: a task is ready once");
  }

  /** The task that is not ready is ended before start throws. */
  @Test
  void aCancelWhileStartingEndsTheTask() throws Exception {
    CancelScope scope = CancelScope.create();
    boolean[] ended = new boolean[1];
    with(TaskGroup.create())
        .run(
            tasks -> {
              with(scope)
                  .run(
                      () ->
                          tasks.start(
                              "server",
                              _ -> {
                                scope.cancel();
                                try {
                                  forever.await();
                                } finally {
                                  ended[0] = true;
                                }
                              }));
              assertThat(scope.caught()).isTrue();
              assertThat(ended[0]).isTrue();
            });
  }

  // test_taskgroup_task_context
  @Test
  void contextThatIsNamedGoesAlong() throws Exception {
    ContextCarrier carrier =
        ContextCarrier.scopedValues(USER).and(ContextCarrier.capturing(LOCAL::get, LOCAL::set));
    LOCAL.set("here");
    try {
      ScopedValue.where(USER, "ann")
          .call(
              () ->
                  with(TaskGroup.create().withContext(carrier))
                      .call(
                          tasks -> {
                            Task<String> task = tasks.fork(() -> USER.get() + " " + LOCAL.get());
                            assertThat(task.get()).isEqualTo("ann here");
                            return task;
                          }));
    } finally {
      LOCAL.remove();
    }
  }

  // test_taskgroup_task_name
  @Test
  void aThreadFactoryMakesTheThreadsAndTheTasksNameThem() throws Exception {
    var factory = Thread.ofPlatform().daemon().factory();
    with(TaskGroup.create().withThreadFactory(factory))
        .run(
            tasks -> {
              Task<String> task =
                  tasks.fork(
                      "fetch",
                      () ->
                          Thread.currentThread().getName()
                              + " "
                              + Thread.currentThread().isVirtual());
              assertThat(task.get()).isEqualTo("fetch false");
            });
  }

  /** No interrupt wakes it: it is waited for, and reported when the patience is over. */
  @Test
  void aTaskThatIgnoresItsCancelIsWaitedForAndReported() throws Exception {
    HandClock clock = new HandClock();
    clock.take();
    var release = new CountDownLatch(1);
    var begun = new CountDownLatch(1);
    try (var records = new LogRecords()) {
      Thread watcher =
          Thread.ofPlatform()
              .unstarted(
                  () -> {
                    clock.awaitAlarms(1);
                    clock.advance(StuckTasks.PATIENCE);
                    while (records.all().isEmpty()) {
                      Thread.onSpinWait();
                    }
                    release.countDown();
                  });
      with(TaskGroup.create().withName("work"))
          .run(
              tasks -> {
                tasks.fork(
                    "deaf",
                    () -> {
                      begun.countDown();
                      while (release.getCount() > 0) {
                        LockSupport.parkNanos(1_000_000);
                        boolean _ = Thread.interrupted();
                      }
                    });
                begun.await();
                watcher.start();
                tasks.cancel();
              });
      watcher.join();
      assertThat(records.all())
          .singleElement()
          .extracting(LogRecord::getMessage)
          .asString()
          .contains("Task[deaf, running]", "TaskGroup(work)", "10 s ago", "waits for it");
    }
    HandClock.giveBack();
  }

  // test_taskgroup_no_create_task_after_failure, 3.13 test_coro_closed_when_tg_closed
  @Test
  void afterAFailureNoTaskIsTaken() {
    var failed = new CountDownLatch(1);
    boolean[] ran = new boolean[1];
    assertThatThrownBy(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks -> {
                          tasks.fork(
                              () -> {
                                failed.countDown();
                                throw gone;
                              });
                          failed.await();
                          assertThatThrownBy(() -> forever.await())
                              .isInstanceOf(InterruptedException.class);
                          assertThatThrownBy(() -> tasks.fork(() -> ran[0] = true))
                              .isInstanceOf(IllegalStateException.class)
                              .hasMessageContaining("is being cancelled");
                        }))
        .isInstanceOf(ExceptionGroup.class);
    assertThat(ran[0]).isFalse();
  }

  @Test
  void aStartWithoutANameTakesLambdasAndMethodReferences() throws Exception {
    with(TaskGroup.create())
        .run(
            tasks -> {
              int port = tasks.start(status -> status.started(80));
              String name = tasks.start(TaskGroupStartTest::startsByName);
              assertThat(port).isEqualTo(80);
              assertThat(name).isEqualTo("task-2");
            });
  }

  private static void startsByName(TaskStatus<String> status) {
    status.started(Thread.currentThread().getName());
  }
}
