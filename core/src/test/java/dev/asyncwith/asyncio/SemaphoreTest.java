package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.checkpoint;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.waitAll;
import static dev.asyncwith.AsyncWith.with;
import static dev.asyncwith.asyncio.VirtualTime.millis;
import static dev.asyncwith.asyncio.VirtualTime.untilOthersWait;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncBoundedSemaphore;
import dev.asyncwith.AsyncSemaphore;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.testing.Trail;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CPython's tests of its semaphores, with the one that 3.13 added. */
@Timeout(60)
class SemaphoreTest {
  private final VirtualTime time = new VirtualTime();
  private final Trail trail = new Trail();

  /** Starts a task that acquires and keeps the permit; returns when it has it or waits. */
  private Task<Void> acquire(TaskGroup tasks, AsyncSemaphore semaphore, String name)
      throws InterruptedException {
    Task<Void> task =
        tasks.fork(
            () -> {
              semaphore.acquire();
              trail.add(name);
            });
    untilOthersWait();
    return task;
  }

  @Test
  void oneWithoutPermitsIsLocked() {
    assertThat(AsyncSemaphore.of(0).locked()).isTrue();
  }

  @Test
  void tellsItsPermitsAndItsWaiters() throws Exception {
    AsyncSemaphore semaphore = AsyncSemaphore.of(1);
    assertThat(semaphore.toString())
        .matches("AsyncSemaphore@[0-9a-f]+\\[unlocked, 1 permit, 0 waiters\\]");
    semaphore.acquire();
    assertThat(semaphore.toString()).endsWith("[locked, 0 waiters]");
    time.inGroup(
        tasks -> {
          acquire(tasks, semaphore, "1");
          assertThat(semaphore.toString()).endsWith("[locked, 1 waiter]");
          acquire(tasks, semaphore, "2");
          assertThat(semaphore.toString()).endsWith("[locked, 2 waiters]");
          tasks.cancel();
        });
  }

  @Test
  void toMakeOneDoesNotAcquireIt() {
    AsyncSemaphore semaphore = AsyncSemaphore.of(1);
    assertThat(semaphore.locked()).isFalse();
    assertThat(semaphore.available()).isEqualTo(1);
  }

  @Test
  void permitsAreNotNegative() {
    assertThatThrownBy(() -> AsyncSemaphore.of(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aReleaseHandsItsPermitToAWaiter() throws Exception {
    AsyncSemaphore semaphore = AsyncSemaphore.of(3);
    semaphore.acquire();
    semaphore.acquire();
    assertThat(semaphore.locked()).isFalse();
    time.inGroup(
        tasks -> {
          acquire(tasks, semaphore, "1");
          acquire(tasks, semaphore, "2");
          acquire(tasks, semaphore, "3");
          trail.assertSteps("1");
          assertThat(semaphore.locked()).isTrue();
          assertThat(semaphore.waiting()).isEqualTo(2);
          acquire(tasks, semaphore, "4");
          semaphore.release();
          semaphore.release();
          assertThat(semaphore.available()).isZero();
          untilOthersWait();
          assertThat(trail.steps()).containsExactlyInAnyOrder("1", "2", "3");
          assertThat(semaphore.locked()).isTrue();
          assertThat(semaphore.waiting()).isEqualTo(1);
          semaphore.release();
        });
    assertThat(trail.steps()).hasSize(4);
  }

  @Test
  void aCancelledAcquireLeavesNoWaiter() throws Exception {
    AsyncSemaphore semaphore = AsyncSemaphore.of(1);
    semaphore.acquire();
    time.inGroup(
        tasks -> {
          Task<Void> task = acquire(tasks, semaphore, "acquired");
          task.cancel();
          waitAll(List.of(task));
          assertThat(task.isCancelled()).isTrue();
        });
    assertThat(semaphore.waiting()).isZero();
    trail.assertSteps();
  }

  @Test
  void aReleaseGoesPastWaitersThatAreCancelled() throws Exception {
    AsyncSemaphore semaphore = AsyncSemaphore.of(0);
    time.inGroup(
        tasks -> {
          Task<Void> first = acquire(tasks, semaphore, "1");
          Task<Void> second = acquire(tasks, semaphore, "2");
          Task<Void> third = acquire(tasks, semaphore, "3");
          Task<Void> fourth = acquire(tasks, semaphore, "4");
          first.cancel();
          second.cancel();
          waitAll(List.of(first, second));
          semaphore.release();
          untilOthersWait();
          assertThat(third.isDone()).isTrue();
          assertThat(fourth.isDone()).isFalse();
          fourth.cancel();
        });
    trail.assertSteps("3");
  }

  /** gh-97545: the permit of a waiter that was cancelled as it was woken stayed with it. */
  @Test
  void aWaiterThatIsCancelledAsAPermitReachesItPassesItOn() throws Exception {
    AsyncSemaphore semaphore = AsyncSemaphore.of(0);
    time.inGroup(
        tasks -> {
          Task<Void> first = tasks.fork(() -> with(semaphore).run(() -> checkpoint()));
          untilOthersWait();
          Task<Void> second = acquire(tasks, semaphore, "2");
          first.cancel();
          semaphore.release();
          second.get();
          assertThat(semaphore.locked()).isTrue();
          waitAll(List.of(first));
          assertThat(first.isCancelled()).isTrue();
        });
    trail.assertSteps("2");
  }

  /** gh-93222: the permit was there, and an acquire waited for it for ever. */
  @Test
  void whoReleasesAndThenCancelsTheWaiterLeavesThePermitFree() throws Exception {
    AsyncSemaphore semaphore = AsyncSemaphore.of(1);
    time.inGroup(
        tasks -> {
          semaphore.acquire();
          Task<Void> waiter = tasks.fork(() -> with(semaphore).run(() -> sleep(millis(1000))));
          untilOthersWait();
          semaphore.release();
          waiter.cancel();
          waitAll(List.of(waiter));
          assertThat(waiter.isCancelled()).isTrue();
          assertThat(semaphore.tryAcquire(Duration.ofSeconds(1))).isTrue();
        });
    assertThat(time.elapsed()).isLessThan(1000);
  }

  @Test
  void aBoundedOneRefusesAReleaseTooMany() {
    AsyncBoundedSemaphore semaphore = AsyncBoundedSemaphore.of(1);
    assertThatThrownBy(semaphore::release).isInstanceOf(IllegalStateException.class);
    assertThat(semaphore.available()).isEqualTo(1);
  }

  @Test
  void aReleaseWithoutWaitersLeavesThePermitFree() throws Exception {
    AsyncSemaphore semaphore = AsyncSemaphore.of(1);
    semaphore.acquire();
    assertThat(semaphore.locked()).isTrue();
    semaphore.release();
    assertThat(semaphore.locked()).isFalse();
  }

  /** bpo-45997: who released and acquired again overtook those that waited. */
  @Test
  void whoAcquiresAgainQueuesBehindTheOthers() throws Exception {
    AsyncSemaphore semaphore = AsyncSemaphore.of(1);
    time.inGroup(
        tasks -> {
          semaphore.acquire();
          for (String name : List.of("c1", "c2", "c3")) {
            tasks.fork(
                () -> {
                  with(semaphore).run(() -> passes(name + "_1"));
                  with(semaphore).run(() -> passes(name + "_2"));
                });
            untilOthersWait();
          }
          semaphore.release();
        });
    trail.assertSteps("c1_1", "c2_1", "c3_1", "c1_2", "c2_2", "c3_2");
  }

  private void passes(String name) throws InterruptedException {
    trail.add(name);
    sleep(millis(10));
  }

  @Test
  void aWaiterThatReleasesAndAcquiresComesLast() throws Exception {
    AsyncSemaphore semaphore = AsyncSemaphore.of(1);
    time.inGroup(
        tasks -> {
          acquire(tasks, semaphore, "1");
          tasks.fork(
              () -> {
                semaphore.acquire();
                trail.add("2");
                semaphore.release();
                semaphore.acquire();
                trail.add("4");
              });
          untilOthersWait();
          tasks.fork(
              () -> {
                semaphore.acquire();
                trail.add("3");
                untilOthersWait();
                semaphore.release();
              });
          untilOthersWait();
          semaphore.release();
        });
    trail.assertSteps("1", "2", "3", "4");
  }

  @Test
  void theOthersKeepTheirOrderWhenTheFirstIsCancelled() throws Exception {
    AsyncSemaphore semaphore = AsyncSemaphore.of(0);
    time.inGroup(
        tasks -> {
          Task<Void> first = acquire(tasks, semaphore, "1");
          acquire(tasks, semaphore, "2");
          acquire(tasks, semaphore, "3");
          first.cancel();
          waitAll(List.of(first));
          semaphore.release();
          untilOthersWait();
          semaphore.release();
        });
    trail.assertSteps("2", "3");
  }

  @Test
  void severalReleasesWakeSeveralAndLeaveNoPermit() throws Exception {
    AsyncSemaphore semaphore = AsyncSemaphore.of(0);
    time.inGroup(
        tasks -> {
          acquire(tasks, semaphore, "1");
          tasks.fork(
              () -> {
                semaphore.release();
                semaphore.release();
                semaphore.release();
                assertThat(semaphore.available()).isEqualTo(2); // one was handed over
                semaphore.acquire();
                trail.add("2");
              });
          untilOthersWait();
          acquire(tasks, semaphore, "3");
          assertThat(semaphore.locked()).isTrue();
        });
    assertThat(semaphore.available()).isZero();
    assertThat(trail.steps()).containsExactlyInAnyOrder("1", "2", "3");
  }
}
