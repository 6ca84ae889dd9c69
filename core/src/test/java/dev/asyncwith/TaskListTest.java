package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tasks keep their order when some of them leave. */
class TaskListTest {
  @Test
  void removesFromBothEndsAndFromBetween() throws Exception {
    List<Task<?>> tasks = new ArrayList<>();
    with(TaskGroup.create())
        .run(
            group -> {
              for (int i = 0; i < 5; i++) {
                tasks.add(group.fork(Object::new));
              }
            });
    var list = new TaskList(); // that of the group has let them go
    List<Task<?>> expected = new ArrayList<>(tasks);
    tasks.forEach(list::add);
    for (int i : new int[] {2, 0, 4, 1, 3}) {
      list.remove(tasks.get(i));
      list.remove(tasks.get(i)); // without effect
      expected.remove(tasks.get(i));
      assertThat(list.copy()).isEqualTo(expected);
      assertThat(list.size()).isEqualTo(expected.size());
    }
    list.add(tasks.getFirst());
    assertThat(list.copy()).containsExactly(tasks.getFirst());
  }
}
