package dev.asyncwith.testing;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncEvent;
import dev.asyncwith.AsyncLock;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.Tracking;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@LeakCheck
class BlockedTasksTest {
  private final AsyncLock lock = AsyncLock.of("shared");
  private final AsyncEvent event = AsyncEvent.create();

  @Test
  void waitsUntilSoManyTasksWait() throws Exception {
    var trail = new Trail();
    with(TaskGroup.create())
        .run(
            tasks -> {
              // docs: blocked
              lock.acquire();
              for (String name : new String[] {"first", "second"}) {
                tasks.fork(name, () -> with(lock).run(() -> trail.add(name)));
                BlockedTasks.await(lock, name.equals("first") ? 1 : 2);
              }
              // end
              tasks.fork("third", () -> event.await());
              BlockedTasks.await(event, 1);
              assertThat(BlockedTasks.blockedTasks())
                  .extracting(BlockedTasks.BlockedTask::toString)
                  .contains(
                      "first waits for AsyncLock(shared)[locked, 2 waiters]",
                      "second waits for AsyncLock(shared)[locked, 2 waiters]",
                      "third waits for " + event);
              assertThat(BlockedTasks.blockedTasks())
                  .filteredOn(task -> task.what() == lock)
                  .hasSize(2)
                  .allMatch(task -> task.thread().isVirtual());
              event.set();
              lock.release();
            });
    trail.assertSteps("first", "second");
  }

  @Test
  void saysWhatIsOpenWhenTheyDoNotCome() {
    assertThatThrownBy(
            () -> with(lock).run(() -> BlockedTasks.await(event, 1, Duration.ofNanos(1))))
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll(
            "0 of 1 tasks wait for " + event, "AsyncLock(shared)[locked, 0 waiters]: open for ");
  }

  @Test
  void endsByAnInterrupt() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> BlockedTasks.await(event, 1))
        .isInstanceOf(InterruptedException.class)
        .hasMessageContaining(event.toString());
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void isRefusedWithoutTracking() {
    Tracking.Mode before = Tracking.mode();
    Tracking.enable(Tracking.Mode.OFF);
    try {
      assertThatIllegalStateException()
          .isThrownBy(BlockedTasks::blockedTasks)
          .withMessageContaining("@LeakCheck");
    } finally {
      Tracking.enable(before);
    }
  }
}
