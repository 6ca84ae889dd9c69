package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Who waited first is served first, and nothing is lost on the way: also where CPython's queue does
 * otherwise, or once did.
 */
@Timeout(60)
class AsyncQueueOrderTest {

  private static <T> OnThread<T> getting(AsyncQueue<T> queue) {
    return OnThread.<T>start(queue::get).awaitWaiting();
  }

  private static <T> OnThread<T> putting(AsyncQueue<T> queue, T item) {
    return OnThread.<T>start(
            () -> {
              queue.put(item);
              return item;
            })
        .awaitWaiting();
  }

  /** gh-83055: there the newcomer gets the item, and the getter that was woken waits again. */
  @Test
  void noNewcomerGetsTheItemOfAGetterThatWaits() throws Exception {
    AsyncQueue<String> queue = AsyncQueue.create();
    OnThread<String> a = getting(queue);
    queue.put("first");
    assertThat(queue.tryGet()).isEmpty();
    OnThread<String> b = getting(queue);
    queue.put("second");
    assertThat(a.result()).isEqualTo("first");
    assertThat(b.result()).isEqualTo("second");
  }

  /** gh-83055, its other half: there the item of the newcomer comes before that of the putter. */
  @Test
  void noNewcomerTakesTheRoomOfAPutterThatWaits() throws Exception {
    AsyncQueue<String> queue = AsyncQueue.of(1);
    queue.put("first");
    OnThread<String> putter = putting(queue, "second");
    assertThat(queue.get()).isEqualTo("first");
    assertThat(queue.isFull()).isTrue();
    assertThat(queue.tryPut("newcomer")).isFalse();
    assertThat(putter.result()).isEqualTo("second");
    assertThat(queue.get()).isEqualTo("second");
  }

  @Test
  void gettersAreServedInTheOrderOfArrival() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.create();
    List<OnThread<Integer>> getters = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      getters.add(getting(queue));
    }
    for (int i = 0; i < 10; i++) {
      queue.put(i);
    }
    for (int i = 0; i < 10; i++) {
      assertThat(getters.get(i).result()).isEqualTo(i);
    }
  }

  @Test
  void puttersAreServedInTheOrderOfArrival() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.of(2);
    List<OnThread<Integer>> putters = new ArrayList<>();
    queue.put(0);
    queue.put(1);
    for (int i = 2; i < 10; i++) {
      putters.add(putting(queue, i));
    }
    for (int i = 0; i < 10; i++) {
      assertThat(queue.tryGet()).contains(i);
    }
    for (OnThread<Integer> putter : putters) {
      assertThat(putter.result()).isGreaterThan(1);
    }
  }

  @Test
  void theItemOfAPutterThatWaitsCountsWhenItIsIn() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.lifo(1);
    queue.put(1);
    OnThread<Integer> putter = putting(queue, 2);
    assertThat(queue.size()).isEqualTo(1);
    assertThat(queue.unfinished()).isEqualTo(1);
    assertThat(queue.get()).isEqualTo(1);
    assertThat(queue.unfinished()).isEqualTo(2);
    assertThat(putter.result()).isEqualTo(2);
    assertThat(queue.get()).isEqualTo(2);
  }

  @Test
  void aSmallerItemThatWaitsForRoomDoesNotOvertakeWhatIsIn() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.priority(2);
    queue.put(5);
    queue.put(6);
    OnThread<Integer> nine = putting(queue, 9);
    OnThread<Integer> one = putting(queue, 1);
    assertThat(List.of(queue.get(), queue.get(), queue.get(), queue.get()))
        .containsExactly(5, 6, 1, 9);
    nine.result();
    one.result();
  }

  /** bpo-23812: the item of a getter that was cancelled was dropped. */
  @Test
  void noItemGoesToAGetterThatWasCancelled() throws Exception {
    AsyncQueue<String> queue = AsyncQueue.create();
    OnThread<String> cancelled = getting(queue);
    OnThread<String> next = getting(queue);
    cancelled.interrupt();
    assertThat(cancelled.failure()).isInstanceOf(InterruptedException.class);
    queue.put("a");
    assertThat(next.result()).isEqualTo("a");
  }

  /** bpo-23812 again, after the put: the item is the getter's, the cancel is noticed later. */
  @Test
  void anItemIsNotLostWithAGetterThatIsCancelledAfterThePut() throws Exception {
    AsyncQueue<String> queue = AsyncQueue.create();
    OnThread<String> getter = getting(queue);
    queue.put("a");
    getter.interrupt();
    assertThat(getter.result()).isEqualTo("a");
    assertThat(queue.isEmpty()).isTrue();
  }

  /** The race proper of bpo-23812: neither the put nor the cancel is first. */
  @Test
  void anItemIsNotLostWithAGetterThatIsCancelledDuringThePut() throws Exception {
    for (int round = 0; round < 1_000; round++) {
      AsyncQueue<String> queue = AsyncQueue.create();
      OnThread<String> getter = getting(queue);
      Thread canceller = Thread.ofVirtual().start(getter::interrupt);
      queue.put("a");
      canceller.join();
      String got = getter.resultOrNull();
      assertThat(got == null ? queue.tryGet().orElse("lost") : got).isEqualTo("a");
      assertThat(queue.isEmpty()).isTrue();
    }
  }

  /** bpo-25233: the room of a putter that was cancelled went to nobody, and the next one hung. */
  @Test
  void theRoomOfAPutterThatWasCancelledGoesToTheNext() throws Exception {
    AsyncQueue<String> queue = AsyncQueue.of(1);
    queue.put("a");
    OnThread<String> cancelled = putting(queue, "x");
    OnThread<String> next = putting(queue, "b");
    cancelled.interrupt();
    assertThat(cancelled.failure()).isInstanceOf(InterruptedException.class);
    assertThat(queue.get()).isEqualTo("a");
    assertThat(next.result()).isEqualTo("b");
    assertThat(queue.get()).isEqualTo("b");
  }

  /** The same as a race: the item is in if its put returned, and only then. */
  @Test
  void anItemIsInTheQueueIfAndOnlyIfItsPutReturned() throws Exception {
    for (int round = 0; round < 1_000; round++) {
      AsyncQueue<String> queue = AsyncQueue.of(1);
      queue.put("a");
      OnThread<String> putter = putting(queue, "b");
      Thread canceller = Thread.ofVirtual().start(putter::interrupt);
      assertThat(queue.get()).isEqualTo("a");
      canceller.join();
      String put = putter.resultOrNull();
      assertThat(queue.tryGet().orElse(null)).isEqualTo(put);
    }
  }

  /** bpo-31620: getters that gave up stayed in the queue's list, for ever where nothing came. */
  @Test
  void gettersThatGaveUpLeaveNothingBehind() throws Exception {
    AsyncQueue<String> queue = AsyncQueue.create();
    OnThread<String> getter = getting(queue).interrupt();
    assertThat(getter.failure()).isInstanceOf(InterruptedException.class);
    assertThat(queue.toString()).contains(" 0 getters,");
  }

  /** bpo-37334: the same of putters, and of one that has been woken already. */
  @Test
  void puttersThatGaveUpLeaveNothingBehind() throws Exception {
    AsyncQueue<String> queue = AsyncQueue.of(1);
    queue.put("a");
    OnThread<String> putter = putting(queue, "b").interrupt();
    assertThat(putter.failure()).isInstanceOf(InterruptedException.class);
    assertThat(queue.toString()).contains(" 0 putters, 1 unfinished]");
  }
}
