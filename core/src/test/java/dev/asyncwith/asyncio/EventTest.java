package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.waitAll;
import static dev.asyncwith.asyncio.VirtualTime.untilOthersWait;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asyncwith.AsyncEvent;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.testing.Trail;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CPython's tests of its event. */
@Timeout(60)
class EventTest {
  private final VirtualTime time = new VirtualTime();
  private final Trail trail = new Trail();
  private final AsyncEvent event = AsyncEvent.create();

  private Task<Boolean> waiter(TaskGroup tasks, String name) {
    return tasks.fork(
        () -> {
          event.await();
          trail.add(name);
          return true;
        });
  }

  @Test
  void tellsItsStateAndItsWaiters() throws Exception {
    assertThat(event.toString()).matches("AsyncEvent@[0-9a-f]+\\[unset, 0 waiters\\]");
    event.set();
    assertThat(event.toString()).endsWith("[set, 0 waiters]");
    event.clear();
    time.inGroup(
        tasks -> {
          waiter(tasks, "woken");
          untilOthersWait();
          assertThat(event.toString()).endsWith("[unset, 1 waiter]");
          event.set();
        });
  }

  @Test
  void aSetWakesAllThatWait() throws Exception {
    assertThat(event.isSet()).isFalse();
    time.inGroup(
        tasks -> {
          waiter(tasks, "1");
          waiter(tasks, "2");
          untilOthersWait();
          trail.assertSteps();
          waiter(tasks, "3");
          event.set();
        });
    assertThat(trail.steps()).containsExactlyInAnyOrder("1", "2", "3");
  }

  @Test
  void whoComesWhenItIsSetDoesNotWait() throws Exception {
    event.set();
    time.inGroup(tasks -> assertThat(waiter(tasks, "went on").get()).isTrue());
    assertThat(time.elapsed()).isZero();
  }

  @Test
  void aCancelledWaitLeavesNoWaiter() throws Exception {
    time.inGroup(
        tasks -> {
          Task<Boolean> task = waiter(tasks, "woken");
          untilOthersWait();
          task.cancel();
          waitAll(List.of(task));
          assertThat(task.isCancelled()).isTrue();
        });
    assertThat(event.waiting()).isZero();
    trail.assertSteps();
  }

  @Test
  void aClearTakesTheSetBack() {
    assertThat(event.isSet()).isFalse();
    event.set();
    assertThat(event.isSet()).isTrue();
    event.clear();
    assertThat(event.isSet()).isFalse();
  }

  @Test
  void aClearRightAfterTheSetDoesNotKeepTheWaiters() throws Exception {
    time.inGroup(
        tasks -> {
          Task<Boolean> task = waiter(tasks, "woken");
          untilOthersWait();
          event.set();
          event.clear();
          assertThat(event.isSet()).isFalse();
          assertThat(task.get()).isTrue();
          event.set();
          event.set();
          assertThat(event.waiting()).isZero();
        });
    trail.assertSteps("woken");
  }
}
