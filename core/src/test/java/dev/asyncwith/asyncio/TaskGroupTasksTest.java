package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.ContextCarrier;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.testing.Trail;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks that succeed, and when a group takes them: ports of {@code test_taskgroups}. */
@Timeout(60)
class TaskGroupTasksTest {
  private static final ScopedValue<AtomicInteger> COUNTER = ScopedValue.newInstance();
  private static final Duration SHORT = Duration.ofMillis(100);

  private final VirtualTime time = new VirtualTime();
  private final Trail trail = new Trail();
  private final List<Task<Integer>> forked = new ArrayList<>();

  private static int valueAfter(Duration delay, int value) throws InterruptedException {
    sleep(delay);
    return value;
  }

  @Test
  void theResultsAreThereAfterTheBlock() throws Exception {
    time.run(
        () -> {
          with(TaskGroup.create())
              .run(
                  tasks -> {
                    forked.add(tasks.fork(() -> valueAfter(SHORT, 42)));
                    forked.add(tasks.fork(() -> valueAfter(SHORT.multipliedBy(2), 11)));
                  });
          assertThat(forked).allMatch(Task::isDone);
          assertThat(forked.get(0).get()).isEqualTo(42);
          assertThat(forked.get(1).get()).isEqualTo(11);
          assertThat(time.now()).isEqualTo(Instant.EPOCH.plus(SHORT.multipliedBy(2)));
        });
  }

  @Test
  void theBodyForksWhenOtherTasksHaveEnded() throws Exception {
    time.run(
        () -> {
          with(TaskGroup.create())
              .run(
                  tasks -> {
                    forked.add(tasks.fork(() -> valueAfter(SHORT, 42)));
                    sleep(SHORT.multipliedBy(2));
                    assertThat(forked.getFirst().isDone()).isTrue();
                    forked.add(tasks.fork(() -> valueAfter(SHORT, 11)));
                  });
          assertThat(forked.get(0).get()).isEqualTo(42);
          assertThat(forked.get(1).get()).isEqualTo(11);
        });
  }

  @Test
  void aTaskThatIsCancelledAloneDisturbsNobody() throws Exception {
    time.run(
        () -> {
          with(TaskGroup.create())
              .run(
                  tasks -> {
                    forked.add(tasks.fork(() -> valueAfter(SHORT.multipliedBy(10), 42)));
                    sleep(SHORT);
                    assertThat(forked.getFirst().cancel()).isTrue();
                    forked.add(tasks.fork(() -> valueAfter(SHORT, 11)));
                  });
          assertThat(forked.get(0).isCancelled()).isTrue();
          assertThat(forked.get(1).get()).isEqualTo(11);
        });
  }

  @Test
  void tasksThatHaveEndedAreForgotten() throws Exception {
    time.run(
        () ->
            with(TaskGroup.create().withName("jobs"))
                .run(
                    tasks -> {
                      for (int i = 0; i < 10; i++) {
                        sleep(SHORT);
                        tasks.fork(() -> sleep(SHORT.multipliedBy(3)));
                        if (i == 5) {
                          assertThat(tasks.toString())
                              .matches("TaskGroup\\(jobs\\)\\[open, [1-4] tasks]");
                        }
                      }
                      sleep(SHORT.multipliedBy(13));
                      assertThat(tasks).hasToString("TaskGroup(jobs)[open, 0 tasks]");
                    }));
  }

  @Test
  void aTaskForksOthersWhileTheExitWaits() throws Exception {
    time.run(
        () -> {
          with(TaskGroup.create())
              .run(
                  tasks ->
                      tasks.fork(
                          () -> {
                            sleep(SHORT);
                            tasks.fork(() -> sleepThenAdd(SHORT, "first"));
                            tasks.fork(() -> sleepThenAdd(SHORT.multipliedBy(2), "second"));
                          }));
          trail.assertSteps("first", "second");
        });
  }

  private void sleepThenAdd(Duration delay, String step) throws InterruptedException {
    sleep(delay);
    trail.add(step);
  }

  @Test
  void aTaskHasTheNameThatItIsGiven() throws Exception {
    with(TaskGroup.create())
        .run(
            tasks -> {
              Task<String> task = tasks.fork("yolo", () -> Thread.currentThread().getName());
              assertThat(task.name()).isEqualTo("yolo");
              assertThat(task.get()).isEqualTo("yolo");
            });
  }

  @Test
  void tasksShareTheContextThatIsCarriedAlong() throws Exception {
    var shared = new AtomicInteger();
    ScopedValue.where(COUNTER, shared)
        .call(
            () ->
                with(TaskGroup.create().withContext(ContextCarrier.scopedValues(COUNTER)))
                    .call(
                        tasks -> {
                          tasks.fork(() -> COUNTER.get().set(1)).get();
                          assertThat(shared).hasValue(1);
                          tasks.fork(() -> COUNTER.get().set(2)).get();
                          assertThat(shared).hasValue(2);
                          return tasks;
                        }));
    with(TaskGroup.create())
        .run(tasks -> assertThat(tasks.fork(() -> COUNTER.isBound()).get()).isFalse());
  }

  @Test
  void inItsBlockAGroupIsNotEnteredAgain() throws Exception {
    var group = TaskGroup.create();
    with(group)
        .run(
            _ ->
                assertThatThrownBy(() -> with(group).run(_ -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was already entered"));
  }

  @Test
  void afterItsBlockAGroupIsNotEnteredAgain() throws Exception {
    var group = TaskGroup.create();
    with(group).run(_ -> {});
    assertThatThrownBy(() -> with(group).run(_ -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was already entered");
  }

  @Test
  void afterItsBlockAGroupTakesNoTasks() throws Exception {
    var group = TaskGroup.create();
    with(group).run(_ -> {});
    assertThatThrownBy(() -> group.fork(() -> 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has ended");
  }

  @Test
  void whatIsForkedAfterTheBlockDoesNotRun() throws Exception {
    time.run(
        () -> {
          var group = TaskGroup.create();
          with(group).run(_ -> {});
          assertThatThrownBy(() -> group.fork(() -> trail.add("ran")))
              .isInstanceOf(IllegalStateException.class);
          sleep(SHORT);
          trail.assertSteps();
        });
  }

  @Test
  void beforeItsBlockAGroupTakesNoTasks() {
    assertThatThrownBy(() -> TaskGroup.create().fork(() -> 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was not entered");
  }

  @Test
  void everyThreadMayEnterAGroup() throws Exception {
    var outsideAnyRun =
        new FutureTask<>(
            () -> with(TaskGroup.create()).call(tasks -> tasks.fork(() -> "ran").get()));
    Thread.ofPlatform().start(outsideAnyRun);
    assertThat(outsideAnyRun.get()).isEqualTo("ran");
  }
}
