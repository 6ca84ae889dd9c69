package dev.asyncwith.docs;

import static dev.asyncwith.AsyncWith.waitAll;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncQueue;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Java sides of docs/differences-from-python.md about queues. */
@Timeout(60)
class QueueDifferencesTest {

  private static void awaitText(AsyncQueue<?> queue, String text) {
    while (!queue.toString().contains(text)) {
      Thread.onSpinWait();
    }
  }

  private static void awaitGetter(AsyncQueue<?> queue) {
    awaitText(queue, " 1 getter,");
  }

  private static void awaitPutter(AsyncQueue<?> queue) {
    awaitText(queue, " 1 putter,");
  }

  @Test
  void whoWaitsComesFirst() throws Exception {
    with(TaskGroup.create())
        .run(
            tasks -> {
              // docs: queue-order
              AsyncQueue<String> queue = AsyncQueue.create();
              Task<String> waiter = tasks.fork(() -> queue.get());
              awaitGetter(queue);
              queue.put("first");
              assertThat(queue.tryGet()).isEmpty();
              assertThat(waiter.get()).isEqualTo("first");
              // end
            });
  }

  @Test
  void aPutThatWaited() throws Exception {
    with(TaskGroup.create())
        .run(
            tasks -> {
              // docs: queue-put
              AsyncQueue<String> queue = AsyncQueue.of(1);
              queue.put("a");
              Task<Void> putter = tasks.fork(() -> queue.put("b"));
              awaitPutter(queue);
              assertThat(queue.tryGet()).contains("a");
              assertThat(queue.size()).isEqualTo(1);
              putter.cancel();
              waitAll(List.of(putter));
              assertThat(putter.isCancelled()).isFalse();
              assertThat(queue.size()).isEqualTo(1);
              // end
            });
  }

  // docs: queue-equal
  record Job(int priority, String name) {}

  // end

  @Test
  void equalPriorities() {
    // docs: queue-equal-use
    AsyncQueue<Job> queue = AsyncQueue.priority(Comparator.comparingInt(Job::priority));
    for (String name : List.of("a", "b", "c", "d")) {
      queue.tryPut(new Job(1, name));
    }
    String served =
        Stream.generate(() -> queue.tryGet().orElseThrow().name())
            .limit(4)
            .collect(Collectors.joining());
    assertThat(served).isEqualTo("abcd");
    // end
  }

  @Test
  void tries() {
    // docs: queue-tries
    AsyncQueue<String> queue = AsyncQueue.of(1);
    assertThat(queue.tryGet()).isEmpty();
    assertThat(queue.tryPut("a")).isTrue();
    assertThat(queue.tryPut("b")).isFalse();
    // end
  }

  @Test
  void sizesAndNull() {
    // docs: queue-null
    assertThatThrownBy(() -> AsyncQueue.of(0)).isInstanceOf(IllegalArgumentException.class);
    AsyncQueue<String> queue = AsyncQueue.create();
    assertThat(queue.maxSize()).isEqualTo(Integer.MAX_VALUE);
    assertThatThrownBy(() -> queue.put(null)).isInstanceOf(NullPointerException.class);
    // end
  }
}
