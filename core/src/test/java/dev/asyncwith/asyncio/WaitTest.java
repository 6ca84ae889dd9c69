package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.waitAll;
import static dev.asyncwith.AsyncWith.waitFirst;
import static dev.asyncwith.AsyncWith.waitFirstFailure;
import static dev.asyncwith.asyncio.VirtualTime.forkApart;
import static dev.asyncwith.asyncio.VirtualTime.millis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.Waited;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code dev.asyncwith.WaitTest} leaves of CPython's tests of {@code asyncio.wait}. */
@Timeout(60)
class WaitTest {
  private final VirtualTime time = new VirtualTime();

  private static <T> Task<T> after(TaskGroup tasks, long millis, T value) {
    return tasks.fork(
        () -> {
          sleep(millis(millis));
          return value;
        });
  }

  private static Task<String> failingAfter(TaskGroup tasks, long millis)
      throws InterruptedException {
    return forkApart(
        tasks,
        () -> {
          if (millis > 0) {
            sleep(millis(millis));
          }
          throw new ArithmeticException("err");
        });
  }

  @Test
  void aSecondWaitForWhatIsDoneTakesNoTime() throws Exception {
    time.inGroup(
        tasks -> {
          Task<String> a = after(tasks, 100, "a");
          Task<String> b = after(tasks, 150, "b");
          for (int i = 0; i < 2; i++) {
            Waited<Task<String>> waited = waitAll(List.of(b, a));
            assertThat(waited.done()).containsExactlyInAnyOrder(a, b);
            assertThat(waited.pending()).isEmpty();
            assertThat(time.elapsed()).isEqualTo(150);
          }
        });
  }

  @Test
  void waitFirstGivesAllThatAreDone() throws Exception {
    time.inGroup(
        tasks -> {
          Task<String> a = after(tasks, 1, "a");
          Task<String> b = after(tasks, 2, "b");
          sleep(millis(3));
          Waited<Task<String>> waited = waitFirst(List.of(b, a));
          assertThat(waited.done()).containsExactlyInAnyOrder(a, b);
          assertThat(waited.pending()).isEmpty();
          assertThat(a.get() + b.get()).isEqualTo("ab");
        });
  }

  @Test
  void waitFirstFailureDoesNotWaitWhereOneHasFailed() throws Exception {
    time.inGroup(
        tasks -> {
          Task<String> a = after(tasks, 10_000, "a");
          Task<String> b = failingAfter(tasks, 0);
          Waited<Task<String>> waited = waitFirstFailure(List.of(b, a));
          assertThat(waited.done()).containsExactly(b);
          assertThat(waited.pending()).containsExactly(a);
          assertThat(time.elapsed()).isZero();
          assertThat(waitAll(List.of(a, b)).pending()).isEmpty();
          assertThat(time.elapsed()).isEqualTo(10_000);
        });
  }

  @Test
  void aFailureEndsNoWaitForAllAndIsNotThrownByIt() throws Exception {
    time.inGroup(
        tasks -> {
          Task<String> b = failingAfter(tasks, 100);
          Task<String> a = after(tasks, 150, "a");
          for (int i = 0; i < 2; i++) {
            Waited<Task<String>> waited = waitAll(List.of(b, a));
            assertThat(waited.done()).hasSize(2).filteredOn(t -> t.exception() != null).hasSize(1);
            assertThat(waited.pending()).isEmpty();
            assertThat(time.elapsed()).isEqualTo(150);
          }
        });
  }

  @Test
  void aTaskThatEndsWhenTheTimeIsOverIsInOneOfTheTwoSets() throws Exception {
    time.inGroup(
        tasks -> {
          Task<String> a = after(tasks, 100, "a");
          Task<String> b = after(tasks, 150, "b");
          Waited<Task<String>> waited = waitAll(List.of(b, a), millis(100));
          assertThat(time.elapsed()).isEqualTo(100);
          assertThat(waited.pending()).contains(b);
          assertThat(waited.done()).doesNotContain(b);
          assertThat(waited.done().contains(a)).isNotEqualTo(waited.pending().contains(a));
          assertThat(waitAll(List.of(a, b)).done()).hasSize(2);
        });
  }

  @Test
  void theTasksMayBeInAnyCollection() throws Exception {
    time.inGroup(
        tasks -> {
          Map<String, Task<String>> named =
              Map.of("a", after(tasks, 100, "a"), "b", after(tasks, 150, "b"));
          Waited<Task<String>> waited = waitAll(named.values());
          assertThat(waited.done()).hasSize(2);
          assertThat(waited.pending()).isEmpty();
          assertThat(time.elapsed()).isEqualTo(150);
        });
  }

  @Test
  void theTasksMayComeFromAStream() throws Exception {
    time.inGroup(
        tasks -> {
          Waited<Task<Integer>> waited =
              waitAll(IntStream.range(0, 10).mapToObj(i -> tasks.fork(() -> i)).toList());
          assertThat(waited.done()).hasSize(10);
          assertThat(waited.pending()).isEmpty();
        });
  }

  @Test
  void missingTasksAreRefused() {
    assertThatThrownBy(() -> waitAll(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("the tasks to wait for are null");
    List<Task<String>> missing = Collections.singletonList(null);
    assertThatThrownBy(() -> waitFirst(missing))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("a task to wait for is null");
    assertThatThrownBy(() -> waitFirst(List.<Task<String>>of(), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
