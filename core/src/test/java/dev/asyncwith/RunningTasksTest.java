package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tasks of a group: who is there, in which order, and when no more come. */
class RunningTasksTest {
  private final RunningTasks running = new RunningTasks();
  private final List<Task<?>> tasks = new ArrayList<>();

  @BeforeEach
  void makeTasks() throws Exception {
    with(TaskGroup.create())
        .run(
            group -> {
              for (int i = 0; i < 5; i++) {
                tasks.add(group.fork(Object::new));
              }
            });
  }

  @Test
  void theOldestIsTheFirst() {
    for (int i : new int[] {3, 0, 4, 1, 2}) {
      assertThat(running.add(tasks.get(i))).isTrue();
    }
    assertThat(running.copy()).isEqualTo(tasks);
    assertThat(running.removeLast(tasks.get(2))).isFalse();
    assertThat(running.copy()).hasSize(4).doesNotContain(tasks.get(2));
    assertThat(running.size()).isEqualTo(4);
  }

  @Test
  void isClosedOnlyWhileItIsEmptyAndThenForGood() {
    assertThat(running.add(tasks.getFirst())).isTrue();
    assertThat(running.closeIfEmpty()).isFalse();
    assertThat(running.removeLast(tasks.getFirst())).isTrue();
    assertThat(running.closeIfEmpty()).isTrue();
    assertThat(running.add(tasks.getFirst())).isFalse();
    assertThat(running.copy()).isEmpty();
    assertThat(running.size()).isZero();
    assertThat(running.closeIfEmpty()).isTrue();
  }
}
