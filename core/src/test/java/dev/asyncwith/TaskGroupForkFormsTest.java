package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Which forms of bodies the two overloads of {@code fork} take, and which of the two javac takes.
 */
@Timeout(60)
class TaskGroupForkFormsTest {
  private final List<String> steps = new CopyOnWriteArrayList<>();

  private void step() throws IOException {
    steps.add("step");
  }

  private int count() throws InterruptedException {
    steps.add("count");
    return 1;
  }

  private void fail() throws IOException {
    throw new IOException("gone");
  }

  @Test
  void lambdasWithBlocks() throws Exception {
    with(TaskGroup.create())
        .run(
            tasks -> {
              Task<Void> without =
                  tasks.fork(
                      () -> {
                        step();
                      });
              Task<Void> empty = tasks.fork("named", () -> {});
              Task<Integer> result =
                  tasks.fork(
                      () -> {
                        step();
                        return 1;
                      });
              assertThat(without.get()).isNull();
              assertThat(empty.get()).isNull();
              assertThat(result.get()).isEqualTo(1);
            });
    assertThat(steps).containsExactly("step", "step");
  }

  /** An expression with a value is a body with a result. */
  @Test
  void lambdasThatAreExpressions() throws Exception {
    with(TaskGroup.create())
        .run(
            tasks -> {
              Task<Void> without = tasks.fork(() -> step());
              Task<Void> named = tasks.fork("named", () -> step());
              Task<Integer> result = tasks.fork(() -> count());
              Task<Boolean> added = tasks.fork("named", () -> steps.add("added"));
              assertThat(without.get()).isNull();
              assertThat(named.get()).isNull();
              assertThat(result.get()).isEqualTo(1);
              assertThat(added.get()).isTrue();
            });
    assertThat(steps).containsExactlyInAnyOrder("step", "step", "count", "added");
  }

  @Test
  void methodReferences() throws Exception {
    with(TaskGroup.create())
        .run(
            tasks -> {
              Task<Void> without = tasks.fork(this::step);
              Task<Void> named = tasks.fork("named", this::step);
              Task<Integer> result = tasks.fork(this::count);
              assertThat(without.get()).isNull();
              assertThat(named.get()).isNull();
              assertThat(result.get()).isEqualTo(1);
            });
    assertThat(steps).containsExactlyInAnyOrder("step", "step", "count");
  }

  @Test
  void bodiesThatThrow() {
    assertFails(tasks -> tasks.fork(this::fail));
    assertFails(tasks -> tasks.fork("named", () -> fail()));
    assertFails(
        tasks ->
            tasks.fork(
                () -> {
                  throw new IOException("gone");
                }));
    assertFails(
        tasks ->
            tasks.fork(
                () -> {
                  fail();
                  return 1;
                }));
  }

  private static void assertFails(With1.Action<TaskGroup, RuntimeException> body) {
    assertThatThrownBy(() -> with(TaskGroup.create()).run(body))
        .isInstanceOfSatisfying(
            ExceptionGroup.class,
            group -> assertThat(group.exceptions()).hasExactlyElementsOfTypes(IOException.class));
  }

  /** A body that is kept in a variable says which it is. */
  @Test
  void variables() throws Exception {
    With0.Action<IOException> action = this::step;
    With0.Body<Integer, InterruptedException> body = this::count;
    with(TaskGroup.create())
        .run(
            tasks -> {
              assertThat(tasks.fork(action).get()).isNull();
              assertThat(tasks.fork("named", action).get()).isNull();
              assertThat(tasks.fork(body::call).get()).isEqualTo(1);
            });
  }
}
