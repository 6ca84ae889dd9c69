package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Threads that are cancelled just as they are served. The test holds the queue's monitor while it
 * interrupts one, and serves it when it has seen that and comes to leave.
 */
@Timeout(60)
class QueueCoreTest {

  private static <T> QueueCore<T> fifo(int max) {
    return new QueueCore<>("queue", QueueItems.fifo(), max);
  }

  private static <T> OnThread<T> getting(QueueCore<T> queue) {
    return OnThread.<T>start(() -> queue.get(null)).awaitWaiting();
  }

  private static <T> OnThread<Boolean> putting(QueueCore<T> queue, T item) {
    return OnThread.<Boolean>start(() -> queue.put(item, null)).awaitWaiting();
  }

  /** Interrupts threads that wait, and serves them then. */
  private static void interruptAndServe(
      QueueCore<?> queue, List<? extends OnThread<?>> waiting, Runnable serving) {
    synchronized (queue.monitor) {
      for (OnThread<?> thread : waiting) {
        thread.interrupt();
        thread.awaitState(Thread.State.BLOCKED);
      }
      serving.run();
    }
  }

  private static <T> List<T> drain(QueueCore<T> queue) {
    List<T> items = new ArrayList<>();
    for (T item = queue.poll(null); item != null; item = queue.poll(null)) {
      items.add(item);
    }
    return items;
  }

  private static void assertCancelled(OnThread<?> thread) throws InterruptedException {
    assertThat(thread.failure()).isInstanceOf(InterruptedException.class);
    assertThat(thread.interruptedAtEnd()).isFalse();
  }

  @Test
  void aGetterThatIsCancelledGivesItsItemBackToTheFront() throws Exception {
    QueueCore<String> queue = fifo(9);
    OnThread<String> getter = getting(queue);
    interruptAndServe(
        queue,
        List.of(getter),
        () -> {
          assertThat(queue.offer("a", null)).isTrue();
          assertThat(queue.size()).isZero();
          assertThat(queue.offer("b", null)).isTrue();
        });
    assertCancelled(getter);
    assertThat(queue.unfinished().count()).isEqualTo(2);
    assertThat(drain(queue)).containsExactly("a", "b");
  }

  @Test
  void itemsThatAreGivenBackKeepTheirOrder() throws Exception {
    for (int round = 0; round < 20; round++) {
      QueueCore<String> queue = fifo(9);
      OnThread<String> one = getting(queue);
      OnThread<String> other = getting(queue);
      interruptAndServe(
          queue,
          List.of(one, other),
          () -> List.of("a", "b", "c").forEach(item -> queue.offer(item, null)));
      assertCancelled(one);
      assertCancelled(other);
      assertThat(drain(queue)).containsExactly("a", "b", "c");
    }
  }

  @Test
  void inALifoQueueWhatIsGivenBackIsWhereItWouldBe() throws Exception {
    var queue = new QueueCore<String>("queue", QueueItems.lifo(), 9);
    OnThread<String> getter = getting(queue);
    interruptAndServe(
        queue, List.of(getter), () -> List.of("a", "b").forEach(item -> queue.offer(item, null)));
    assertCancelled(getter);
    assertThat(queue.offer("c", null)).isTrue();
    assertThat(drain(queue)).containsExactly("c", "b", "a");
  }

  @Test
  void inAPriorityQueueWhatIsGivenBackIsWhereItWouldBe() throws Exception {
    var queue =
        new QueueCore<String>(
            "queue", QueueItems.priority(Comparator.comparingInt(String::length)), 9);
    OnThread<String> getter = getting(queue);
    interruptAndServe(
        queue,
        List.of(getter),
        () -> List.of("22", "21", "1", "333").forEach(item -> queue.offer(item, null)));
    assertCancelled(getter);
    assertThat(drain(queue)).containsExactly("1", "22", "21", "333");
  }

  @Test
  void aGetterThatIsCancelledPassesItsItemToTheNext() throws Exception {
    QueueCore<String> queue = fifo(9);
    OnThread<String> cancelled = getting(queue);
    OnThread<String> next = getting(queue);
    interruptAndServe(queue, List.of(cancelled), () -> assertThat(queue.offer("a", null)).isTrue());
    assertCancelled(cancelled);
    assertThat(next.result()).isEqualTo("a");
    assertThat(queue.unfinished().count()).isEqualTo(1);
  }

  @Test
  void aFullQueueMayHoldOneMoreThatIsGivenBack() throws Exception {
    QueueCore<String> queue = fifo(1);
    OnThread<String> getter = getting(queue);
    interruptAndServe(
        queue, List.of(getter), () -> List.of("a", "b").forEach(item -> queue.offer(item, null)));
    assertCancelled(getter);
    assertThat(queue.size()).isEqualTo(2);
    OnThread<Boolean> putter = putting(queue, "c");
    assertThat(queue.poll(null)).isEqualTo("a");
    assertThat(putter.isAlive()).isTrue();
    assertThat(queue.size()).isEqualTo(1);
    assertThat(queue.poll(null)).isEqualTo("b");
    assertThat(putter.result()).isTrue();
    assertThat(drain(queue)).containsExactly("c");
  }

  /** The getters that could have it have been sent away. */
  @Test
  void nothingIsGivenBackToAQueueThatWasShutDown() throws Exception {
    QueueCore<String> queue = fifo(9);
    OnThread<String> served = getting(queue);
    OnThread<String> sentAway = getting(queue);
    interruptAndServe(
        queue,
        List.of(served),
        () -> {
          assertThat(queue.offer("a", null)).isTrue();
          assertThat(queue.shutdown(true)).isEmpty();
        });
    assertThat(served.result()).isEqualTo("a");
    assertThat(served.interruptedAtEnd()).isTrue();
    assertThat(sentAway.failure()).isInstanceOf(QueueShutdownException.class);
    assertThat(queue.unfinished().count()).isEqualTo(1);
    assertThat(queue.size()).isZero();
  }

  @Test
  void aPutterThatIsCancelledAfterItsItemIsInReturns() throws Exception {
    QueueCore<String> queue = fifo(1);
    assertThat(queue.offer("a", null)).isTrue();
    OnThread<Boolean> putter = putting(queue, "b");
    interruptAndServe(queue, List.of(putter), () -> assertThat(queue.poll(null)).isEqualTo("a"));
    assertThat(putter.result()).isTrue();
    assertThat(putter.interruptedAtEnd()).isTrue();
    assertThat(drain(queue)).containsExactly("b");
  }

  /** Refused or cancelled, the put has had no effect. */
  @Test
  void aPutterThatIsCancelledAsItIsSentAwayIsCancelled() throws Exception {
    QueueCore<String> queue = fifo(1);
    assertThat(queue.offer("a", null)).isTrue();
    OnThread<Boolean> putter = putting(queue, "b");
    interruptAndServe(queue, List.of(putter), () -> assertThat(queue.shutdown(false)).isEmpty());
    assertCancelled(putter);
    assertThat(queue.shutdown(true)).containsExactly("a");
  }

  @Test
  void aGetterThatIsCancelledAsItIsSentAwayIsCancelled() throws Exception {
    QueueCore<String> queue = fifo(1);
    OnThread<String> getter = getting(queue);
    interruptAndServe(queue, List.of(getter), () -> assertThat(queue.shutdown(false)).isEmpty());
    assertCancelled(getter);
  }
}
