package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.await;
import static dev.asyncwith.AsyncWith.checkpoint;
import static dev.asyncwith.AsyncWith.waitAll;
import static dev.asyncwith.AsyncWith.with;
import static dev.asyncwith.asyncio.VirtualTime.untilOthersWait;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncLock;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.testing.ExpectLeaks;
import dev.asyncwith.testing.Trail;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CPython's tests of its lock. */
@Timeout(60)
class LocksTest {
  private final VirtualTime time = new VirtualTime();
  private final Trail trail = new Trail();
  private final AsyncLock lock = AsyncLock.create();

  private Task<Boolean> acquire(TaskGroup tasks, String name) {
    return tasks.fork(
        () -> {
          lock.acquire();
          trail.add(name);
          return true;
        });
  }

  @AfterEach
  void release() {
    if (lock.locked()) {
      lock.release();
    }
  }

  @Test
  void tellsWhetherItIsLocked() throws Exception {
    assertThat(lock.toString()).matches("AsyncLock@[0-9a-f]+\\[unlocked, 0 waiters\\]");
    lock.acquire();
    assertThat(lock.toString()).matches("AsyncLock@[0-9a-f]+\\[locked, 0 waiters\\]");
  }

  @Test
  void toMakeOneDoesNotAcquireIt() {
    assertThat(lock.locked()).isFalse();
  }

  @Test
  @ExpectLeaks("a task keeps the lock that it acquired, as in CPython's test")
  void servesInTheOrderOfArrival() throws Exception {
    lock.acquire();
    time.inGroup(
        tasks -> {
          Task<Boolean> first = acquire(tasks, "1");
          untilOthersWait();
          Task<Boolean> second = acquire(tasks, "2");
          untilOthersWait();
          trail.assertSteps();
          lock.release();
          untilOthersWait();
          trail.assertSteps("1");
          Task<Boolean> third = acquire(tasks, "3");
          untilOthersWait();
          lock.release();
          untilOthersWait();
          trail.assertSteps("1", "2");
          lock.release();
          assertThat(List.of(first.get(), second.get(), third.get())).doesNotContain(false);
        });
    trail.assertSteps("1", "2", "3");
  }

  @Test
  void aCancelledAcquireLeavesNoWaiter() throws Exception {
    lock.acquire();
    time.inGroup(
        tasks -> {
          Task<Boolean> task = acquire(tasks, "acquired");
          untilOthersWait();
          assertThat(lock.waiting()).isEqualTo(1);
          task.cancel();
          waitAll(List.of(task));
          assertThat(task.isCancelled()).isTrue();
        });
    assertThat(lock.waiting()).isZero();
    assertThat(lock.locked()).isTrue();
    trail.assertSteps();
  }

  @Test
  void aReleaseGoesPastAWaiterThatIsCancelledAtTheSameTime() throws Exception {
    var blocker = new CompletableFuture<String>();
    time.inGroup(
        tasks -> {
          Task<Void> a = tasks.fork(() -> with(lock).run(() -> await(blocker)));
          untilOthersWait();
          Task<Void> b = tasks.fork(() -> with(lock).run(() -> checkpoint()));
          untilOthersWait();
          Task<Void> c = tasks.fork(() -> with(lock).run(() -> trail.add("c")));
          untilOthersWait();
          assertThat(lock.waiting()).isEqualTo(2);
          b.cancel();
          blocker.complete("go on");
          waitAll(List.of(a, b, c));
          assertThat(b.isCancelled()).isTrue();
        });
    assertThat(lock.locked()).isFalse();
    trail.assertSteps("c");
  }

  /** bpo-32734: a cancel and a release in one turn let two tasks in. */
  @Test
  @ExpectLeaks("a task keeps the lock that it acquired, as in CPython's test")
  void aCancelAndAReleaseAtTheSameTimeLetOneIn() throws Exception {
    lock.acquire();
    time.inGroup(
        tasks -> {
          Task<Boolean> first = acquire(tasks, "in");
          untilOthersWait();
          acquire(tasks, "in");
          untilOthersWait();
          Task<Boolean> third = acquire(tasks, "in");
          untilOthersWait();
          first.cancel();
          lock.release();
          untilOthersWait();
          trail.assertSteps("in");
          assertThat(third.isDone()).isFalse();
          assertThat(lock.locked()).isTrue();
          tasks.cancel();
        });
  }

  /** bpo-27585: a waiter that was woken and cancelled kept the wake-up to itself. */
  @Test
  @ExpectLeaks("a task keeps the lock that it acquired, as in CPython's test")
  void aWaiterThatIsCancelledAsTheLockReachesItPassesItOn() throws Exception {
    lock.acquire();
    time.inGroup(
        tasks -> {
          Task<Void> b = tasks.fork(() -> with(lock).run(() -> checkpoint()));
          untilOthersWait();
          Task<Boolean> c = acquire(tasks, "c");
          untilOthersWait();
          b.cancel();
          lock.release();
          assertThat(c.get()).isTrue();
          waitAll(List.of(b));
          assertThat(b.isCancelled()).isTrue();
        });
    assertThat(lock.locked()).isTrue();
  }

  @Test
  void aReleaseOfAFreeLockIsRefused() {
    assertThatThrownBy(lock::release).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aReleaseWithoutWaitersLeavesItFree() throws Exception {
    lock.acquire();
    assertThat(lock.locked()).isTrue();
    lock.release();
    assertThat(lock.locked()).isFalse();
  }

  @Test
  void aBlockHoldsIt() throws Exception {
    with(lock).run(() -> assertThat(lock.locked()).isTrue());
    assertThat(lock.locked()).isFalse();
  }
}
