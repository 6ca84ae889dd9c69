package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The lock: what threads add to CPython's LockTests, which are in {@code asyncio.LocksTest}. That
 * it is neither lost nor held twice is modelled in {@link PermitsModelTest}.
 */
@Timeout(60)
class AsyncLockTest {
  private final AsyncLock lock = AsyncLock.create();
  private final Trail trail = new Trail();

  @AfterEach
  void isFree() {
    assertThat(lock.locked()).isFalse();
    assertThat(lock.toString()).endsWith("[unlocked, 0 waiters]");
  }

  /** Starts a thread that acquires, notes it and releases; returns when it waits in the queue. */
  private CompletableFuture<Thread> queue(String name) {
    var end = new CompletableFuture<Thread>();
    Thread thread =
        Thread.ofVirtual()
            .name(name)
            .start(
                () -> {
                  try {
                    with(lock).run(() -> trail.add(name));
                    end.complete(Thread.currentThread());
                  } catch (Throwable thrown) {
                    end.completeExceptionally(thrown);
                  }
                });
    awaitWaiting(thread);
    waiting.add(thread);
    return end;
  }

  private final List<Thread> waiting = new ArrayList<>();

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  @Test
  void isHeldInItsBlock() throws Exception {
    assertThat(lock.locked()).isFalse();
    with(lock).run(() -> assertThat(lock.locked()).isTrue());
  }

  @Test
  void isFreeAfterABodyThatFails() {
    assertThatThrownBy(
            () ->
                with(lock)
                    .run(
                        () -> {
                          throw new IllegalArgumentException("no");
                        }))
        .hasMessage("no");
  }

  @Test
  void serialisesTheBodiesOfManyThreads() throws Exception {
    int[] counter = {0};
    with(TaskGroup.create())
        .run(
            tasks -> {
              for (int i = 0; i < 1_000; i++) {
                tasks.fork(() -> with(lock).run(() -> counter[0]++));
              }
            });
    assertThat(counter[0]).isEqualTo(1_000);
  }

  @Test
  void servesInTheOrderOfArrival() throws Exception {
    lock.acquire();
    var a = queue("A");
    var b = queue("B");
    var c = queue("C");
    assertThat(lock.toString()).endsWith("[locked, 3 waiters]");
    lock.release();
    CompletableFuture.allOf(a, b, c).get();
    trail.assertSteps("A", "B", "C");
  }

  @Test
  void aReleaseHandsItOverSoThatNoNewcomerOvertakes() throws Exception {
    lock.acquire();
    var waiter = queue("waiter");
    lock.release();
    with(lock).run(() -> trail.add("newcomer"));
    waiter.get();
    trail.assertSteps("waiter", "newcomer");
  }

  @Test
  void anInterruptedWaiterLeavesTheQueue() throws Exception {
    lock.acquire();
    var a = queue("A");
    var b = queue("B");
    waiting.get(0).interrupt();
    assertThatThrownBy(a::get).hasCauseInstanceOf(InterruptedException.class);
    assertThat(lock.toString()).endsWith("[locked, 1 waiter]");
    lock.release();
    b.get();
    trail.assertSteps("B");
  }

  @Test
  void theLastWaiterThatGivesUpLeavesAHeldLock() throws Exception {
    lock.acquire();
    var a = queue("A");
    waiting.get(0).interrupt();
    assertThatThrownBy(a::get).hasCauseInstanceOf(InterruptedException.class);
    assertThat(lock.locked()).isTrue();
    lock.release();
  }

  @Test
  void anInterruptedThreadAcquiresNothing() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(lock::acquire).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void anyThreadMayReleaseIt() throws Exception {
    lock.acquire();
    Thread.ofVirtual().start(lock::release).join();
  }

  @Test
  void aReleaseOfAFreeLockIsRefused() {
    assertThatThrownBy(lock::release)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "AsyncLock@[0-9a-f]+\\[unlocked, 0 waiters\\] is released but nobody holds it: release it once for each"
                + " acquire");
  }
}
