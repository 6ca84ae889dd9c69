package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.waitAll;
import static dev.asyncwith.AsyncWith.with;
import static dev.asyncwith.asyncio.VirtualTime.millis;
import static dev.asyncwith.asyncio.VirtualTime.untilOthersWait;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncCondition;
import dev.asyncwith.AsyncLock;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.TimeoutExceededException;
import dev.asyncwith.testing.ExpectLeaks;
import dev.asyncwith.testing.Trail;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CPython's tests of its condition, with those that 3.13 added. */
@Timeout(60)
class ConditionTest {
  private final VirtualTime time = new VirtualTime();
  private final Trail trail = new Trail();
  private final AsyncCondition condition = AsyncCondition.create();

  /** Guarded by the condition. */
  private int state;

  /** Starts a task that acquires, waits and keeps the lock; returns when it waits. */
  private Task<Boolean> keeper(TaskGroup tasks, String name) throws InterruptedException {
    Task<Boolean> task =
        tasks.fork(
            () -> {
              condition.acquire();
              condition.await();
              trail.add(name);
              return true;
            });
    untilOthersWait();
    return task;
  }

  /** Starts a task that waits in a block; returns when it waits. */
  private Task<Void> waiter(TaskGroup tasks, String name) throws InterruptedException {
    Task<Void> task =
        tasks.fork(
            () ->
                with(condition)
                    .run(
                        () -> {
                          condition.await();
                          trail.add(name);
                        }));
    untilOthersWait();
    return task;
  }

  private static void assertCancelled(Task<?> task) throws InterruptedException {
    waitAll(List.of(task));
    assertThat(task.isCancelled()).isTrue();
  }

  @Test
  @ExpectLeaks("a task keeps the lock that it acquired, as in CPython's test")
  void whoIsSignalledGoesOnWhenItHasTheLock() throws Exception {
    time.inGroup(
        tasks -> {
          for (String name : List.of("1", "2", "3")) {
            keeper(tasks, name);
          }
          assertThat(condition.locked()).isFalse();
          condition.acquire();
          condition.signal();
          untilOthersWait();
          trail.assertSteps();
          condition.release();
          untilOthersWait();
          trail.assertSteps("1");
          assertThat(condition.locked()).isTrue();
          condition.signal(2);
          untilOthersWait();
          trail.assertSteps("1");
          condition.release();
          untilOthersWait();
          trail.assertSteps("1", "2");
          condition.release();
          untilOthersWait();
          trail.assertSteps("1", "2", "3");
          assertThat(condition.locked()).isTrue();
        });
  }

  @Test
  @ExpectLeaks("a task keeps the lock that it acquired, as in CPython's test")
  void aCancelledWaitHasTheLockAgain() throws Exception {
    condition.acquire();
    time.inGroup(
        tasks -> {
          Task<Void> task = tasks.fork(() -> condition.await());
          untilOthersWait();
          assertThat(condition.locked()).isFalse();
          task.cancel();
          assertCancelled(task);
        });
    assertThat(condition.waiting()).isZero();
    assertThat(condition.locked()).isTrue();
  }

  @Test
  @ExpectLeaks("a task keeps the lock that it acquired, as in CPython's test")
  void aWaitThatIsCancelledWhileItQueuesForTheLockHasItAgain() throws Exception {
    condition.acquire();
    time.inGroup(
        tasks -> {
          Task<Void> task = tasks.fork(() -> condition.await());
          untilOthersWait();
          assertThat(condition.locked()).isFalse();
          condition.acquire();
          condition.signal();
          task.cancel();
          untilOthersWait();
          assertThat(task.isDone()).isFalse();
          condition.release();
          assertCancelled(task);
        });
    assertThat(condition.locked()).isTrue();
    assertThat(condition.lock().waiting()).isZero();
  }

  /** bpo-32841: the cancel was swallowed. */
  @Test
  void aCancelAfterTheSignalComesOut() throws Exception {
    time.inGroup(
        tasks -> {
          Task<Void> waiter = waiter(tasks, "went on");
          condition.acquire();
          condition.signal();
          untilOthersWait();
          waiter.cancel();
          untilOthersWait();
          condition.release();
          assertCancelled(waiter);
        });
    trail.assertSteps();
    assertThat(condition.locked()).isFalse();
  }

  @Test
  void aWaitNeedsTheLock() {
    assertThatThrownBy(condition::await).isInstanceOf(IllegalStateException.class);
    assertThat(condition.waiting()).isZero();
  }

  @Test
  void aPredicateIsAskedAfterEachSignal() throws Exception {
    time.inGroup(
        tasks -> {
          Task<Void> task =
              tasks.fork(
                  () ->
                      with(condition)
                          .run(
                              () -> {
                                condition.awaitUntil(() -> state == 1);
                                trail.add("holds");
                              }));
          untilOthersWait();
          with(condition).run(condition::signal);
          untilOthersWait();
          assertThat(task.isDone()).isFalse();
          assertThat(condition.waiting()).isEqualTo(1);
          with(condition)
              .run(
                  () -> {
                    state = 1;
                    condition.signal();
                  });
        });
    trail.assertSteps("holds");
  }

  @Test
  void aPredicateThatHoldsNeedsNoLock() throws Exception {
    condition.awaitUntil(() -> true);
    assertThatThrownBy(() -> condition.awaitUntil(() -> false))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void signalsWakeAsManyAsTheySay() throws Exception {
    time.inGroup(
        tasks -> {
          for (String name : List.of("1", "2", "3")) {
            waiter(tasks, name);
          }
          with(condition).run(() -> condition.signal(1));
          untilOthersWait();
          trail.assertSteps("1");
          with(condition)
              .run(
                  () -> {
                    condition.signal(1);
                    condition.signal(2048);
                  });
        });
    trail.assertSteps("1", "2", "3");
  }

  @Test
  void aSignalToAllWakesAllInOrder() throws Exception {
    time.inGroup(
        tasks -> {
          waiter(tasks, "1");
          waiter(tasks, "2");
          with(condition).run(condition::signalAll);
        });
    trail.assertSteps("1", "2");
  }

  @Test
  void aSignalNeedsTheLock() {
    assertThatThrownBy(condition::signal).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aSignalToAllNeedsTheLock() {
    assertThatThrownBy(condition::signalAll).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void tellsItsStateAndItsWaiters() throws Exception {
    assertThat(condition.toString()).matches("AsyncCondition@[0-9a-f]+\\[unlocked, 0 waiters\\]");
    time.inGroup(
        tasks -> {
          waiter(tasks, "1");
          condition.acquire();
          assertThat(condition.toString()).endsWith("[locked, 1 waiter]");
          condition.release();
          waiter(tasks, "2");
          assertThat(condition.toString()).endsWith("[unlocked, 2 waiters]");
          tasks.cancel();
        });
  }

  @Test
  void aBlockHoldsTheLock() throws Exception {
    assertThat(condition.locked()).isFalse();
    with(condition).run(() -> assertThat(condition.locked()).isTrue());
    assertThat(condition.locked()).isFalse();
  }

  @Test
  void theLockMayBeGiven() throws Exception {
    AsyncLock lock = AsyncLock.create();
    AsyncCondition ofLock = AsyncCondition.of(lock);
    assertThat(ofLock.lock()).isSameAs(lock);
    with(ofLock)
        .run(
            () -> {
              assertThat(lock.locked()).isTrue();
              assertThat(ofLock.locked()).isTrue();
            });
    assertThat(lock.locked()).isFalse();
    with(lock).run(() -> assertThat(ofLock.locked()).isTrue());
    assertThat(ofLock.locked()).isFalse();
  }

  /** bpo-33638: the lock was not held when the time-out came out. */
  @Test
  void aTimeoutInTheBlockLeavesTheLockHeld() throws Exception {
    time.inGroup(
        tasks ->
            with(condition)
                .run(
                    () -> {
                      assertThatThrownBy(
                              () -> with(timeout(millis(500))).run(() -> condition.await()))
                          .isInstanceOf(TimeoutExceededException.class);
                      assertThat(condition.locked()).isTrue();
                    }));
    assertThat(condition.locked()).isFalse();
    assertThat(time.elapsed()).isEqualTo(500);
  }

  /** A task that waits in vain, and hands out what its wait throws. */
  private Task<Void> inVain(TaskGroup tasks, AtomicReference<Throwable> raised) {
    return tasks.fork(
        () ->
            with(condition)
                .run(
                    () -> {
                      try {
                        condition.awaitUntil(() -> state != 0);
                      } catch (InterruptedException e) {
                        raised.set(e);
                        throw e;
                      }
                    }));
  }

  private static void assertCancelledBy(Task<?> task, AtomicReference<Throwable> raised) {
    assertThatThrownBy(task::get)
        .isInstanceOf(CancellationException.class)
        .cause()
        .isSameAs(raised.get())
        .hasMessageContaining("foo");
  }

  @Test
  void whatTheCancelOfAWaitThrowsComesOutUnchanged() throws Exception {
    var raised = new AtomicReference<Throwable>();
    time.inGroup(
        tasks -> {
          Task<Void> task = inVain(tasks, raised);
          untilOthersWait();
          task.cancel("foo");
          waitAll(List.of(task));
          assertCancelledBy(task, raised);
        });
  }

  /** gh-111693: it was another exception. */
  @Test
  void whatACancelThrowsWhileTheLockIsAcquiredComesOutUnchanged() throws Exception {
    var raised = new AtomicReference<Throwable>();
    time.inGroup(
        tasks -> {
          Task<Void> task = inVain(tasks, raised);
          untilOthersWait();
          condition.acquire();
          state = 1;
          condition.signal();
          untilOthersWait();
          task.cancel("foo");
          untilOthersWait();
          condition.release();
          waitAll(List.of(task));
          assertCancelledBy(task, raised);
        });
  }

  private Task<Void> consumer(TaskGroup tasks) throws InterruptedException {
    Task<Void> task =
        tasks.fork(
            () ->
                with(condition)
                    .run(
                        () -> {
                          condition.awaitUntil(() -> state != 0);
                          while (state > 0) {
                            state--;
                            condition.awaitUntil(() -> state != 0);
                          }
                        }));
    untilOthersWait();
    return task;
  }

  /** Two consumers and one item; the first is cancelled when it was signalled. */
  private void cancelAfterSignal(boolean settles) throws Exception {
    time.inGroup(
        tasks -> {
          Task<Void> first = consumer(tasks);
          consumer(tasks);
          with(condition)
              .run(
                  () -> {
                    state++;
                    condition.signal(1);
                    if (settles) {
                      untilOthersWait();
                    }
                    first.cancel();
                    if (settles) {
                      untilOthersWait(); // it takes note of the cancel before it has the lock
                    }
                    boolean consumed = condition.awaitUntil(() -> state == 0, millis(10));
                    assertThat(consumed || state == 0).isTrue();
                    state = -1;
                    condition.signalAll();
                  });
          assertCancelled(first);
        });
  }

  /** gh-112202: the signal was lost, and the item stayed. */
  @Test
  void aCancelAtTheTimeOfTheSignalLosesNoSignal() throws Exception {
    cancelAfterSignal(false);
  }

  /** gh-112202, when the lock is acquired again. */
  @Test
  void aCancelWhileTheLockIsAcquiredLosesNoSignal() throws Exception {
    cancelAfterSignal(true);
  }
}
