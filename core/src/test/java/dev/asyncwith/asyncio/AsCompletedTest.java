package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.asCompleted;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.asyncio.VirtualTime.millis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsCompleted;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.testing.Trail;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code dev.asyncwith.AsCompletedTest} leaves of CPython's of {@code as_completed}. */
@Timeout(60)
class AsCompletedTest {
  private final VirtualTime time = new VirtualTime();
  private final Trail trail = new Trail();

  private static Task<String> after(TaskGroup tasks, long millis, String value) {
    return tasks.fork(
        () -> {
          sleep(millis(millis));
          return value;
        });
  }

  private void add(Task<String> task) throws ExecutionException, InterruptedException {
    trail.add(task.get() + " at " + time.elapsed());
  }

  @Test
  void tasksComeWhenTheyAreDone() throws Exception {
    time.inGroup(
        tasks -> {
          Task<String> a = after(tasks, 10, "a");
          Task<String> b = after(tasks, 10, "b");
          Task<String> c = after(tasks, 150, "c");
          asCompleted(List.of(b, c, a)).forEach(this::add);
        });
    assertThat(trail.steps().subList(0, 2)).containsExactlyInAnyOrder("a at 10", "b at 10");
    assertThat(trail.steps().get(2)).isEqualTo("c at 150");
  }

  @Test
  void whoeverAsksGetsTheNextOneThatIsDone() throws Exception {
    time.inGroup(
        tasks -> {
          Task<String> b = after(tasks, 100, "b");
          Task<String> a = after(tasks, 50, "a");
          AsCompleted<Task<String>> ready = asCompleted(List.of(b, a));
          add(ready.next());
          sleep(millis(20));
          add(ready.next());
          assertThat(ready.hasNext()).isFalse();
        });
    trail.assertSteps("a at 50", "b at 100");
  }

  @Test
  void tasksThatAreDoneAtOneTimeAllCome() throws Exception {
    time.inGroup(
        tasks -> {
          Task<String> a = after(tasks, 50, "a");
          Task<String> b = after(tasks, 50, "b");
          AsCompleted<Task<String>> ready = asCompleted(List.of(a, b));
          assertThat(List.of(ready.next(), ready.next())).containsExactlyInAnyOrder(a, b);
          assertThat(time.elapsed()).isEqualTo(50);
        });
  }

  @Test
  void aLoopThatWasLeftIsTakenUpAgain() throws Exception {
    List<Integer> results = new ArrayList<>();
    time.inGroup(
        tasks -> {
          AsCompleted<Task<Integer>> ready =
              asCompleted(
                  List.of(
                      tasks.fork(() -> 0),
                      tasks.fork(() -> 1),
                      tasks.fork(() -> 2),
                      tasks.fork(() -> 3)));
          while (ready.hasNext() && results.size() < 2) {
            results.add(ready.next().get());
          }
          assertThat(results).hasSize(2);
          ready.forEach(task -> results.add(task.get()));
        });
    assertThat(results).containsExactlyInAnyOrder(0, 1, 2, 3);
  }

  @Test
  void missingTasksAreRefusedWhenTheLoopIsMade() {
    assertThatThrownBy(() -> asCompleted(null)).isInstanceOf(NullPointerException.class);
    List<Task<String>> missing = Collections.singletonList(null);
    assertThatThrownBy(() -> asCompleted(missing))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("a task to wait for is null");
  }
}
