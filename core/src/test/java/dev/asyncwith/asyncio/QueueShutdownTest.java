package dev.asyncwith.asyncio;

import static dev.asyncwith.asyncio.VirtualTime.forkApart;
import static dev.asyncwith.asyncio.VirtualTime.untilOthersWait;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncQueue;
import dev.asyncwith.QueueShutdownException;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.With2;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * CPython's _QueueShutdownTestMixin, each with the three kinds of queue; its test of the text is in
 * {@link QueueJoinTest}.
 */
@Timeout(60)
class QueueShutdownTest {

  private static void withEach(
      List<AsyncQueue<String>> kinds,
      With2.Action<TaskGroup, AsyncQueue<String>, ? extends Exception> body)
      throws Exception {
    for (AsyncQueue<String> queue : kinds) {
      new VirtualTime().inGroup(tasks -> body.run(tasks, queue));
    }
  }

  private static List<AsyncQueue<String>> unbounded() {
    return List.of(AsyncQueue.create(), AsyncQueue.lifo(), AsyncQueue.priority());
  }

  private static List<AsyncQueue<String>> ofOne() {
    return List.of(AsyncQueue.of(1), AsyncQueue.lifo(1), AsyncQueue.priority(1));
  }

  private static void assertTakesNoItem(AsyncQueue<String> queue) {
    assertThatThrownBy(() -> queue.put("data")).isInstanceOf(QueueShutdownException.class);
    assertThatThrownBy(() -> queue.tryPut("data")).isInstanceOf(QueueShutdownException.class);
  }

  private static void assertGivesNoItem(AsyncQueue<String> queue) {
    assertThatThrownBy(queue::get).isInstanceOf(QueueShutdownException.class);
    assertThatThrownBy(queue::tryGet).isInstanceOf(QueueShutdownException.class);
  }

  private static void assertNoneUnfinished(AsyncQueue<String> queue) {
    assertThatThrownBy(queue::taskDone).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anEmptyQueueSendsItsGettersAway() throws Exception {
    withEach(
        unbounded(),
        (tasks, queue) -> {
          Task<String> getter = forkApart(tasks, queue::get);
          untilOthersWait();
          queue.shutdown();
          assertThat(queue.size()).isZero();
          queue.join();
          untilOthersWait();
          assertThat(getter.exception()).isInstanceOf(QueueShutdownException.class);
          assertTakesNoItem(queue);
          assertGivesNoItem(queue);
        });
  }

  @Test
  void aFullQueueSendsItsPuttersAwayAndGivesWhatItHas() throws Exception {
    withEach(
        ofOne(),
        (tasks, queue) -> {
          assertThat(queue.tryPut("data")).isTrue();
          Task<Void> joiner = tasks.fork(() -> queue.join());
          Task<Boolean> putter =
              forkApart(
                  tasks,
                  () -> {
                    queue.put("data2");
                    return true;
                  });
          untilOthersWait();
          assertThat(putter.isDone()).isFalse();
          queue.shutdown();
          assertThat(queue.size()).isEqualTo(1);
          untilOthersWait();
          assertThat(putter.exception()).isInstanceOf(QueueShutdownException.class);
          assertThat(queue.get()).isEqualTo("data");
          untilOthersWait();
          assertThat(joiner.isDone()).isFalse();
          assertTakesNoItem(queue);
          assertGivesNoItem(queue);
          queue.taskDone();
          untilOthersWait();
          assertThat(joiner.isDone()).isTrue();
          var _ = joiner.get();
          assertNoneUnfinished(queue);
        });
  }

  @Test
  void atOnceTheItemsAreDroppedAndDone() throws Exception {
    withEach(
        unbounded(),
        (tasks, queue) -> {
          assertThat(queue.tryPut("data")).isTrue();
          Task<Void> joiner = tasks.fork(() -> queue.join());
          untilOthersWait();
          assertThat(queue.shutdownNow()).containsExactly("data");
          assertThat(queue.size()).isZero();
          untilOthersWait();
          assertThat(joiner.isDone()).isTrue();
          var _ = joiner.get();
          assertTakesNoItem(queue);
          assertGivesNoItem(queue);
          assertNoneUnfinished(queue);
        });
  }

  @Test
  void atOnceTheItemsThatWereTakenAreNotDone() throws Exception {
    withEach(
        unbounded(),
        (tasks, queue) -> {
          assertThat(queue.tryPut("data")).isTrue();
          assertThat(queue.tryPut("data")).isTrue();
          Task<Void> joiner = tasks.fork(() -> queue.join());
          untilOthersWait();
          assertThat(queue.get()).isEqualTo("data");
          assertThat(queue.shutdownNow()).containsExactly("data");
          assertThat(queue.size()).isZero();
          untilOthersWait();
          assertThat(joiner.isDone()).isFalse();
          assertTakesNoItem(queue);
          assertGivesNoItem(queue);
          queue.taskDone();
          assertNoneUnfinished(queue);
          untilOthersWait();
          assertThat(joiner.isDone()).isTrue();
          var _ = joiner.get();
        });
  }
}
