package dev.asyncwith.asyncio;

import static dev.asyncwith.asyncio.VirtualTime.millis;
import static dev.asyncwith.asyncio.VirtualTime.untilOthersWait;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncQueue;
import dev.asyncwith.AsyncWith;
import dev.asyncwith.Task;
import dev.asyncwith.TimeoutExceededException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CPython's QueueBasicTests and QueueGetTests, and those of the orders of the other two queues. */
@Timeout(60)
class QueuesTest {
  private final VirtualTime time = new VirtualTime();

  // ---- QueueBasicTests

  private static String id(Object object) {
    return Integer.toHexString(System.identityHashCode(object));
  }

  @Test
  void theTextTellsWhichQueueAndWhoWaits() throws Exception {
    AsyncQueue<Integer> idle = AsyncQueue.create();
    assertThat(idle.describe()).startsWith("AsyncQueue@" + id(idle) + "[");
    time.inGroup(
        tasks -> {
          AsyncQueue<Integer> empty = AsyncQueue.create();
          Task<Integer> getter = tasks.fork(empty::get);
          untilOthersWait();
          assertThat(empty.describe()).contains("1 getter,");
          assertThat(empty.tryPut(0)).isTrue();
          assertThat(getter.get()).isEqualTo(0);
          AsyncQueue<Integer> full = AsyncQueue.of(1);
          full.put(1);
          Task<Void> putter = tasks.fork(() -> full.put(2));
          untilOthersWait();
          assertThat(full.describe()).contains("1 putter,");
          assertThat(full.tryGet()).contains(1);
          var _ = putter.get();
        });
    assertThat(idle.tryPut(1)).isTrue();
    assertThat(idle.describe()).contains("[fifo, 1,");
  }

  @Test
  void theTextForPeopleIsTheSame() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.of(1);
    assertThat(queue).hasToString(queue.describe());
    time.inGroup(
        tasks -> {
          Task<Integer> getter = tasks.fork(queue::get);
          untilOthersWait();
          assertThat(queue.toString()).contains("[fifo, 0 of 1, 1 getter, 0 putters,");
          assertThat(queue.tryPut(0)).isTrue();
          assertThat(getter.get()).isEqualTo(0);
          assertThat(queue.tryPut(1)).isTrue();
          Task<Void> putter = tasks.fork(() -> queue.put(2));
          untilOthersWait();
          assertThat(queue.toString()).contains("[fifo, 1 of 1, 0 getters, 1 putter,");
          assertThat(queue.tryGet()).contains(1);
          var _ = putter.get();
        });
  }

  @Test
  void aQueueIsEmptyBeforeAPutAndAfterItsGet() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.create();
    assertThat(queue.isEmpty()).isTrue();
    queue.put(1);
    assertThat(queue.isEmpty()).isFalse();
    assertThat(queue.get()).isEqualTo(1);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void aQueueIsFullAtItsMaximum() throws Exception {
    assertThat(AsyncQueue.create().isFull()).isFalse();
    AsyncQueue<Integer> queue = AsyncQueue.of(1);
    queue.put(1);
    assertThat(queue.isFull()).isTrue();
  }

  private static List<Integer> throughQueue(AsyncQueue<Integer> queue) throws Exception {
    for (int item : new int[] {1, 3, 2}) {
      queue.put(item);
    }
    return List.of(queue.get(), queue.get(), queue.get());
  }

  @Test
  void theFirstComesOutFirst() throws Exception {
    assertThat(throughQueue(AsyncQueue.create())).containsExactly(1, 3, 2);
  }

  @Test
  void ofALifoQueueTheLastComesOutFirst() throws Exception {
    assertThat(throughQueue(AsyncQueue.lifo())).containsExactly(2, 3, 1);
  }

  @Test
  void ofAPriorityQueueTheSmallestComesOutFirst() throws Exception {
    assertThat(throughQueue(AsyncQueue.priority())).containsExactly(1, 2, 3);
  }

  @Test
  void aPutterWaitsAtTheMaximumAndGoesOnWithRoom() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.of(2);
    assertThat(queue.maxSize()).isEqualTo(2);
    List<Integer> put = Collections.synchronizedList(new ArrayList<>());
    time.inGroup(
        tasks -> {
          Task<Boolean> putter =
              tasks.fork(
                  () -> {
                    for (int i = 0; i < 3; i++) {
                      queue.put(i);
                      put.add(i);
                    }
                    return true;
                  });
          untilOthersWait();
          assertThat(put).containsExactly(0, 1);
          assertThat(queue.get()).isEqualTo(0);
          untilOthersWait();
          assertThat(put).containsExactly(0, 1, 2);
          assertThat(queue.get()).isEqualTo(1);
          assertThat(queue.get()).isEqualTo(2);
          assertThat(putter.isDone()).isTrue();
          assertThat(putter.get()).isTrue();
        });
  }

  // ---- QueueGetTests

  @Test
  void aGetTakesWhatIsThere() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.create();
    assertThat(queue.tryPut(1)).isTrue();
    assertThat(queue.get()).isEqualTo(1);
  }

  @Test
  void aGetServesAPutterThatWaits() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.of(1);
    queue.put(1);
    time.inGroup(
        tasks -> {
          Task<Void> putter = tasks.fork(() -> queue.put(2));
          untilOthersWait();
          assertThat(queue.get()).isEqualTo(1);
          assertThat(putter.get()).isNull();
          assertThat(queue.toString()).contains(" 0 putters,");
        });
  }

  @Test
  void aGetWaitsForAPut() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.create();
    time.inGroup(
        tasks -> {
          Task<Integer> getter = tasks.fork(queue::get);
          untilOthersWait();
          assertThat(getter.isDone()).isFalse();
          AsyncWith.sleep(millis(10));
          assertThat(getter.isDone()).isFalse();
          assertThat(queue.tryPut(1)).isTrue();
          assertThat(getter.get()).isEqualTo(1);
        });
  }

  @Test
  void aGetWithoutWaitingTakesWhatIsThere() {
    AsyncQueue<Integer> queue = AsyncQueue.create();
    assertThat(queue.tryPut(1)).isTrue();
    assertThat(queue.tryGet()).contains(1);
  }

  @Test
  void aGetWithoutWaitingOfAnEmptyQueueIsEmpty() {
    assertThat(AsyncQueue.create().tryGet()).isEmpty();
  }

  @Test
  void anItemGoesToTheGetterThatWasNotCancelled() throws Exception {
    AsyncQueue<String> queue = AsyncQueue.create();
    time.inGroup(
        tasks -> {
          Task<String> one = tasks.fork(queue::get);
          untilOthersWait();
          Task<String> other = tasks.fork(queue::get);
          untilOthersWait();
          assertThat(one.cancel()).isTrue();
          untilOthersWait();
          assertThat(one.isCancelled()).isTrue();
          queue.put("a");
          assertThat(other.get()).isEqualTo("a");
        });
  }

  @Test
  void getsTakeWhatPuttersWaitToPut() throws Exception {
    AsyncQueue<String> queue = AsyncQueue.of(1);
    time.inGroup(
        tasks -> {
          tasks.fork(() -> queue.put("a"));
          untilOthersWait();
          tasks.fork(() -> queue.put("b"));
          untilOthersWait();
          assertThat(queue.get()).isEqualTo("a");
          assertThat(queue.get()).isEqualTo("b");
        });
  }

  @Test
  void aConsumerIsNotLeftWaiting() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.of(1);
    List<Integer> got = Collections.synchronizedList(new ArrayList<>());
    time.inGroup(
        tasks -> {
          tasks.fork(
              () -> {
                for (int i = 0; i < 5; i++) {
                  queue.put(i);
                }
              });
          tasks.fork(
              () -> {
                for (int i = 0; i < 5; i++) {
                  got.add(queue.get());
                }
              });
        });
    assertThat(got).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void aGetterWhoseTimeIsOverIsNotHeld() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.of(5);
    time.inGroup(
        _ ->
            assertThatThrownBy(() -> AsyncWith.waitFor(Duration.ofMillis(100), queue::get))
                .isInstanceOf(TimeoutExceededException.class));
    assertThat(time.elapsed()).isEqualTo(100);
    assertThat(queue.toString()).contains(" 0 getters,");
  }
}
