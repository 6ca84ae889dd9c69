package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A clock of a user's that cannot set an alarm fails the wait, and leaves nothing behind. */
@Timeout(60)
class FailingClockTest {
  private static final Duration LONG = Duration.ofHours(1);

  private static final AsyncClock FAILING =
      new AsyncClock() {
        @Override
        public Instant instant() {
          return Instant.EPOCH;
        }

        @Override
        public long nanoTime() {
          return 0;
        }

        @Override
        public Alarm schedule(long nanoTime, Runnable action) {
          throw new IllegalStateException("no alarm");
        }
      };

  private static void assertFails(With0.Action<Exception> wait) throws Exception {
    OnThread<Void> waiting =
        OnThread.start(
            Inherited.ofRunner(FAILING, null),
            () -> {
              wait.run();
              return null;
            });
    assertThat(waiting.failure()).hasMessage("no alarm");
  }

  @Test
  void aLockHasNoWaiter() throws Exception {
    var lock = AsyncLock.create();
    lock.acquire();
    assertFails(() -> lock.tryAcquire(LONG));
    assertThat(lock.waiting()).isZero();
    lock.release();
    assertThat(lock.locked()).isFalse();
  }

  @Test
  void aQueueHasNoGetterAndNoPutter() throws Exception {
    AsyncQueue<String> queue = AsyncQueue.of(1);
    assertFails(() -> queue.tryGet(LONG));
    queue.put("first");
    assertFails(() -> queue.tryPut("second", LONG));
    assertThat(queue.toString()).contains("0 getters", "0 putters", "1 of 1");
    assertThat(queue.get()).isEqualTo("first");
  }

  @Test
  void aConditionHasNoWaiterAndTheLockIsHeldAgain() throws Exception {
    var condition = AsyncCondition.create();
    assertFails(
        () -> {
          condition.acquire();
          try {
            condition.await(LONG);
          } finally {
            assertThat(condition.locked()).isTrue();
            assertThat(condition.waiting()).isZero();
            condition.release();
          }
        });
    assertThat(condition.locked()).isFalse();
  }
}
