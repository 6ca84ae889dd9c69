package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kinds of queue, the count of unfinished items, and misuse. */
@Timeout(60)
class AsyncQueueTest {
  private record Job(int priority, String name) {}

  private static <T> List<T> drain(AsyncQueue<T> queue) {
    List<T> items = new ArrayList<>();
    for (Optional<T> item = queue.tryGet(); item.isPresent(); item = queue.tryGet()) {
      items.add(item.get());
    }
    return items;
  }

  // ---- kinds

  @Test
  void servesWhatCameFirst() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.create();
    for (int item : new int[] {1, 3, 2}) {
      queue.put(item);
    }
    assertThat(queue.get()).isEqualTo(1);
    assertThat(drain(queue)).containsExactly(3, 2);
  }

  @Test
  void servesWhatCameLast() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.lifo();
    for (int item : new int[] {1, 3, 2}) {
      queue.put(item);
    }
    assertThat(drain(queue)).containsExactly(2, 3, 1);
  }

  @Test
  void servesTheSmallest() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.priority();
    for (int item : new int[] {1, 3, 2}) {
      queue.put(item);
    }
    assertThat(drain(queue)).containsExactly(1, 2, 3);
  }

  @Test
  void servesTheSmallestByAComparator() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.priority(Comparator.reverseOrder());
    for (int item : new int[] {1, 3, 2}) {
      queue.put(item);
    }
    assertThat(drain(queue)).containsExactly(3, 2, 1);
  }

  @Test
  void servesEqualPrioritiesInTheOrderOfArrival() throws Exception {
    AsyncQueue<Job> queue = AsyncQueue.priority(Comparator.comparingInt(Job::priority));
    for (String name : List.of("a", "b", "c", "d", "e")) {
      queue.put(new Job(name.equals("d") ? 0 : 1, name));
    }
    assertThat(drain(queue)).extracting(Job::name).containsExactly("d", "a", "b", "c", "e");
  }

  @Test
  void everyKindMayBeBounded() {
    for (AsyncQueue<Integer> queue :
        List.of(
            AsyncQueue.<Integer>of(2),
            AsyncQueue.<Integer>lifo(2),
            AsyncQueue.<Integer>priority(2),
            AsyncQueue.priority(Comparator.<Integer>naturalOrder(), 2))) {
      assertThat(queue.maxSize()).isEqualTo(2);
      assertThat(queue.tryPut(1)).isTrue();
      assertThat(queue.isFull()).isFalse();
      assertThat(queue.tryPut(2)).isTrue();
      assertThat(queue.isFull()).isTrue();
      assertThat(queue.tryPut(3)).isFalse();
      assertThat(queue.size()).isEqualTo(2);
      assertThat(queue.unfinished()).isEqualTo(2);
    }
  }

  @Test
  void anUnboundedQueueIsNeverFull() {
    AsyncQueue<Integer> queue = AsyncQueue.create();
    assertThat(queue.maxSize()).isEqualTo(Integer.MAX_VALUE);
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.tryGet()).isEmpty();
    for (int i = 0; i < 1_000; i++) {
      assertThat(queue.tryPut(i)).isTrue();
    }
    assertThat(queue.isFull()).isFalse();
    assertThat(queue.isEmpty()).isFalse();
  }

  // ---- taskDone and join

  @Test
  void joinWaitsForTheLastItem() throws Exception {
    AsyncQueue<String> queue = AsyncQueue.create();
    queue.put("a");
    queue.put("b");
    OnThread<Void> joining = joining(queue);
    OnThread<Void> another = joining(queue);
    queue.get();
    queue.get();
    queue.taskDone();
    assertThat(joining.isAlive()).isTrue();
    assertThat(queue.unfinished()).isEqualTo(1);
    queue.taskDone();
    joining.result();
    another.result();
    queue.join();
  }

  private static OnThread<Void> joining(AsyncQueue<?> queue) {
    return OnThread.<Void>start(
            () -> {
              queue.join();
              return null;
            })
        .awaitWaiting();
  }

  @Test
  void anInterruptedJoinLeaves() throws Exception {
    AsyncQueue<String> queue = AsyncQueue.create();
    queue.put("a");
    OnThread<Void> joining = joining(queue).interrupt();
    assertThat(joining.failure())
        .isInstanceOf(InterruptedException.class)
        .hasMessageMatching("interrupted while joining AsyncQueue@[0-9a-f]+\\[fifo, 1, .*");
    Thread.currentThread().interrupt();
    assertThatThrownBy(queue::join).isInstanceOf(InterruptedException.class);
    queue.taskDone();
    queue.join();
  }

  @Test
  void aTaskThatIsDoneTooOftenIsRefused() throws Exception {
    AsyncQueue<String> queue = AsyncQueue.create();
    queue.put("a");
    queue.taskDone();
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(queue::taskDone)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageMatching(
              "AsyncQueue@[0-9a-f]+\\[fifo, 1, 0 getters, 0 putters, 0 unfinished\\] has no"
                  + " unfinished item, taskDone\\(\\) was called too often: call it once for each"
                  + " item that you got");
    }
    assertThat(queue.unfinished()).isZero();
    queue.put("b");
    assertThat(queue.unfinished()).isEqualTo(1);
  }

  // ---- misuse

  @Test
  void aSizeThatCouldHoldNothingIsRefused() {
    for (int size : new int[] {0, -1, Integer.MIN_VALUE}) {
      String message =
          "a queue for %d items could never take one: give 1 or more, or no size for an unbounded one"
              .formatted(size);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> AsyncQueue.of(size))
          .withMessage(message);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> AsyncQueue.lifo(size))
          .withMessage(message);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> AsyncQueue.<Integer>priority(size))
          .withMessage(message);
    }
  }

  @Test
  void nullIsNoItem() {
    AsyncQueue<String> queue = AsyncQueue.create();
    String message =
        "the item is null, which a queue does not take: to tell of the end, shut it down";
    assertThatNullPointerException().isThrownBy(() -> queue.put(null)).withMessage(message);
    assertThatNullPointerException().isThrownBy(() -> queue.tryPut(null)).withMessage(message);
    assertThatNullPointerException()
        .isThrownBy(() -> queue.tryPut(null, java.time.Duration.ZERO))
        .withMessage(message);
    assertThatNullPointerException()
        .isThrownBy(() -> AsyncQueue.priority((Comparator<String>) null))
        .withMessage("the order of the items is null: give a comparator");
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void aComparatorThatFailsLeavesTheQueueAsItWas() {
    AsyncQueue<Integer> queue = AsyncQueue.priority(AsyncQueueTest::refusingSeven);
    for (int item : new int[] {9, 8, 5, 6, 3, 4, 1, 2}) {
      assertThat(queue.tryPut(item)).isTrue();
    }
    assertThatThrownBy(() -> queue.tryPut(7)).hasMessage("seven");
    assertThat(queue.unfinished()).isEqualTo(8);
    assertThat(drain(queue)).containsExactly(1, 2, 3, 4, 5, 6, 8, 9);
  }

  @Test
  void aComparatorThatFailsDoesSoInThePutThatWaits() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.priority(AsyncQueueTest::refusingSeven, 2);
    queue.put(1);
    queue.put(2);
    OnThread<Object> seven = OnThread.start(() -> put(queue, 7)).awaitWaiting();
    OnThread<Object> three = OnThread.start(() -> put(queue, 3)).awaitWaiting();
    assertThat(queue.get()).isEqualTo(1);
    assertThat(seven.failure()).hasMessage("seven");
    assertThat(three.result()).isEqualTo(3);
    assertThat(drain(queue)).containsExactly(2, 3);
    assertThat(queue.unfinished()).isEqualTo(3);
  }

  private static int refusingSeven(int one, int other) {
    if (one == 7 || other == 7) {
      throw new IllegalArgumentException("seven");
    }
    return Integer.compare(one, other);
  }

  private static Object put(AsyncQueue<Integer> queue, int item) throws InterruptedException {
    queue.put(item);
    return item;
  }

  // ---- the text

  @Test
  void tellsOfItsState() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.priority(1);
    OnThread<Integer> getter = OnThread.start(queue::get).awaitWaiting();
    assertThat(queue.toString())
        .matches("AsyncQueue@[0-9a-f]+\\[priority, 0 of 1, 1 getter, 0 putters, 0 unfinished\\]");
    queue.put(1);
    assertThat(getter.result()).isEqualTo(1);
    queue.put(2);
    OnThread<Object> putter = OnThread.start(() -> put(queue, 3)).awaitWaiting();
    assertThat(queue.describe()).endsWith("[priority, 1 of 1, 0 getters, 1 putter, 2 unfinished]");
    assertThat(drain(queue)).containsExactly(2, 3);
    assertThat(putter.result()).isEqualTo(3);
    queue.shutdown();
    assertThat(queue.toString())
        .endsWith("[priority, 0 of 1, 0 getters, 0 putters, 3 unfinished, shut down]");
    assertThat(AsyncQueue.lifo().toString())
        .endsWith("[lifo, 0, 0 getters, 0 putters, 0 unfinished]");
  }
}
