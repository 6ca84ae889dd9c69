package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a group and a runner make of the thread factory and the context carrier of their user. */
@Timeout(60)
class TaskGroupThreadsTest {
  private final Trail trail = new Trail();

  private static TaskGroup group(ThreadFactory factory) {
    return TaskGroup.create().withName("orders").withThreadFactory(factory);
  }

  @Test
  void aFactoryThatGivesNoThreadFailsTheFork() throws Exception {
    with(group(_ -> null))
        .run(
            tasks -> {
              assertThatThrownBy(() -> tasks.fork("first", () -> 1))
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageMatching(
                      "TaskGroup\\(orders\\) got no thread for first from the thread factory .*, so"
                          + " that was not begun: its newThread has to return a new thread that it"
                          + " has not started");
              assertThat(tasks.runningTasks()).isEmpty();
            });
  }

  @Test
  void aFactoryThatStartsItsThreadFailsTheForkAndNothingRuns() throws Exception {
    with(group(TaskGroupThreadsTest::started))
        .run(
            tasks -> {
              assertThatThrownBy(() -> tasks.fork("first", () -> trail.add("never")))
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining(", which was started already, for first from the");
              assertThat(tasks.runningTasks()).isEmpty();
            });
    trail.assertSteps();
  }

  private static Thread started(Runnable work) {
    Thread thread = Thread.startVirtualThread(work);
    while (thread.isAlive()) {
      Thread.yield();
    }
    return thread;
  }

  @Test
  void codeOfTheUserIsCalledWithoutALock() throws Exception {
    TaskGroup[] group = new TaskGroup[1];
    ContextCarrier carrier =
        () -> {
          trail.add("capture " + Thread.holdsLock(group[0]));
          return Runnable::run;
        };
    group[0] =
        group(
                work -> {
                  trail.add("thread " + Thread.holdsLock(group[0]));
                  return Thread.ofVirtual().unstarted(work);
                })
            .withContext(carrier);
    with(group[0]).run(tasks -> tasks.fork(() -> {}));
    trail.assertSteps("capture false", "thread false");
  }

  @Test
  void aGroupThatEndsWhileAThreadIsMadeRefusesTheTask() throws Exception {
    var making = new CountDownLatch(1);
    var ended = new CountDownLatch(1);
    TaskGroup group =
        group(
            work -> {
              making.countDown();
              try {
                ended.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return Thread.ofVirtual().unstarted(work);
            });
    OnThread<?>[] forking = new OnThread<?>[1];
    with(group)
        .run(
            tasks -> {
              forking[0] = OnThread.start(() -> tasks.fork(() -> trail.add("never")));
              making.await();
            });
    ended.countDown();
    assertThat(forking[0].failure())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has ended, so it takes no new tasks");
    assertThat(group.runningTasks()).isEmpty();
    trail.assertSteps();
  }

  @Test
  void aPooledThreadThatIsNotStartedGoesBack() throws Exception {
    var threads = new PlatformThreads(Long.MAX_VALUE >> 1);
    var ran = new CountDownLatch(1);
    threads.newThread(ran::countDown).start();
    ran.await();
    while (threads.idleThreads() == 0) {
      Thread.yield();
    }
    Thread taken = threads.newThread(() -> {});
    assertThat(threads.idleThreads()).isZero();
    PlatformThreads.discard(taken);
    assertThat(threads.idleThreads()).isEqualTo(1);
    assertThat(PlatformThreads.isUnstarted(taken)).isTrue();
  }

  /**
   * With all carriers but its own busy, a virtual thread that forks runs no task till it yields.
   */
  @Test
  void whoForksManyTasksLetsThemRun() throws Exception {
    int others = Carriers.number() - 1;
    var busy = new CountDownLatch(others);
    var over = new AtomicBoolean();
    for (int i = 0; i < others; i++) {
      Thread.startVirtualThread(
          () -> {
            busy.countDown();
            while (!over.get()) {
              Thread.onSpinWait();
            }
          });
    }
    var ran = new AtomicInteger();
    OnThread<int[]> forks =
        OnThread.start(
            () -> {
              try {
                busy.await();
                return with(TaskGroup.create())
                    .call(
                        tasks -> {
                          forkMany(tasks, 1_000, ran);
                          int before = ran.get();
                          forkMany(tasks, 1_000, ran);
                          return new int[] {before, ran.get()};
                        });
              } finally {
                over.set(true);
              }
            });
    int[] ranMeanwhile = forks.result();
    assertThat(ran).hasValue(2_000);
    assertThat(ranMeanwhile[0]).isZero();
    assertThat(ranMeanwhile[1]).isGreaterThan(900);
  }

  private static void forkMany(TaskGroup tasks, int number, AtomicInteger ran) {
    for (int i = 0; i < number; i++) {
      tasks.fork(ran::incrementAndGet);
    }
  }
}
