package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asyncwith.Tracking.Mode;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which circles of waits are named. */
@Timeout(60)
class DeadlocksTest {
  private final AsyncLock a = AsyncLock.of("a");
  private final AsyncLock b = AsyncLock.of("b");
  private TrackingMode mode;

  @BeforeEach
  void track() {
    mode = TrackingMode.of(Mode.COUNTS);
  }

  @AfterEach
  void untrack() {
    mode.close();
  }

  /** The deadlocks that name something of this test, once there are so many. */
  private static List<String> await(int number, String part) {
    List<String> found;
    do {
      found = Scopes.deadlocks().stream().filter(line -> line.contains(part)).toList();
      Thread.onSpinWait();
    } while (found.size() < number);
    return found;
  }

  private static With0.Action<Exception> holding(
      AsyncLock first, AsyncLock second, CyclicBarrier both) {
    return () ->
        with(first)
            .run(
                () -> {
                  both.await();
                  with(second).run(() -> {});
                });
  }

  @Test
  void twoTasksAndTwoLocks() throws Exception {
    var both = new CyclicBarrier(2);
    with(TaskGroup.create())
        .run(
            tasks -> {
              Task<?> one = tasks.fork("lock-task one", holding(a, b, both));
              tasks.fork("lock-task two", holding(b, a, both));
              assertThat(await(1, "lock-task"))
                  .containsExactly(
                      "deadlock: lock-task one waits for AsyncLock(b)[locked, 1 waiter], held by"
                          + " lock-task two; lock-task two waits for AsyncLock(a)[locked, 1"
                          + " waiter], held by lock-task one");
              assertThat(Scopes.dump().toString())
                  .contains(
                      "deadlock: lock-task one",
                      "AsyncLock(a)[locked, 1 waiter]: held by lock-task one; waited for by"
                          + " lock-task two");
              assertThat(Scopes.dump().deadlocks()).hasSize(1);
              one.cancel();
            });
    assertThat(Scopes.deadlocks()).noneMatch(line -> line.contains("lock-task"));
  }

  @Test
  void threeThreadsAndLocksByHand() throws Exception {
    var c = AsyncLock.of("c");
    var all = new CyclicBarrier(3);
    OnThread<Void> one = byHand(a, b, all);
    OnThread<Void> two = byHand(b, c, all);
    OnThread<Void> three = byHand(c, a, all);
    List<String> found = await(1, "AsyncLock(c)");
    assertThat(found).hasSize(1);
    assertThat(found.getFirst()).contains("AsyncLock(a)", "AsyncLock(b)", "held by thread ");
    one.interrupt();
    assertThat(one.failure()).isInstanceOf(InterruptedException.class);
    a.release();
    assertThat(three.result()).isNull();
    assertThat(two.result()).isNull();
  }

  /** The one whose wait ends by an interrupt does not release. */
  private static OnThread<Void> byHand(AsyncLock first, AsyncLock second, CyclicBarrier all) {
    return OnThread.start(
        () -> {
          first.acquire();
          all.await();
          second.acquire();
          second.release();
          first.release();
          return null;
        });
  }

  @Test
  void aTaskThatWaitsForWhoWaitsForItsLock() throws Exception {
    with(TaskGroup.create())
        .run(
            tasks -> {
              var held = new CountDownLatch(1);
              var given = new java.util.concurrent.CompletableFuture<Task<?>>();
              Task<?> holder =
                  tasks.fork(
                      "join-task holder",
                      () ->
                          with(a)
                              .run(
                                  () -> {
                                    held.countDown();
                                    given.get().get();
                                  }));
              held.await();
              given.complete(tasks.fork("join-task waiter", () -> with(a).run(() -> {})));
              assertThat(await(1, "join-task").getFirst())
                  .contains(
                      "join-task holder waits for Task[join-task waiter, running]",
                      "join-task waiter waits for AsyncLock(a)[locked, 1 waiter], held by join-task"
                          + " holder");
              holder.cancel();
            });
  }

  @Test
  void aGroupWhoseTaskWaitsForTheLockAroundIt() throws Exception {
    OnThread<Void> outer =
        OnThread.start(
            () -> {
              with(a)
                  .run(
                      () ->
                          with(TaskGroup.create().withName("inner"))
                              .run(tasks -> tasks.fork("group-task", () -> with(a).run(() -> {}))));
              return null;
            });
    assertThat(await(1, "group-task").getFirst())
        .contains("waits for TaskGroup(inner), in which group-task runs");
    outer.interrupt();
    assertThat(outer.failure()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void aChainIsNoCircleNorIsWhoWaitsForACondition() throws Exception {
    var condition = AsyncCondition.of(a);
    OnThread<Void> waiting =
        OnThread.start(
            () -> {
              with(condition).run(condition::await);
              return null;
            });
    waiting.awaitWaiting();
    a.acquire();
    OnThread<Void> second =
        OnThread.start(
            () -> {
              with(b).run(() -> with(a).run(() -> {}));
              return null;
            });
    second.awaitWaiting();
    assertThat(Scopes.deadlocks()).noneMatch(line -> line.contains("AsyncLock(a)"));
    condition.signal();
    a.release();
    assertThat(waiting.result()).isNull();
    assertThat(second.result()).isNull();
  }
}
