package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.waitAll;
import static dev.asyncwith.asyncio.VirtualTime.millis;
import static dev.asyncwith.asyncio.VirtualTime.untilOthersWait;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asyncwith.AsyncQueue;
import dev.asyncwith.Task;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CPython's QueuePutTests. */
@Timeout(60)
class QueuePutTest {
  private final VirtualTime time = new VirtualTime();

  @Test
  void aPutIntoAnUnboundedQueueDoesNotWait() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.create();
    queue.put(1);
    assertThat(queue.get()).isEqualTo(1);
  }

  @Test
  void aPutWaitsForAGet() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.of(1);
    time.inGroup(
        tasks -> {
          Task<Void> putter =
              tasks.fork(
                  () -> {
                    queue.put(1);
                    queue.put(2);
                  });
          sleep(millis(10));
          assertThat(putter.isDone()).isFalse();
          assertThat(queue.tryGet()).contains(1);
          var _ = putter.get();
          assertThat(queue.tryGet()).contains(2);
        });
  }

  @Test
  void aPutWithoutWaitingPutsWhereThereIsRoom() {
    AsyncQueue<Integer> queue = AsyncQueue.of(1);
    assertThat(queue.tryPut(1)).isTrue();
    assertThat(queue.tryGet()).contains(1);
  }

  @Test
  void anItemIsNotLostWithAReaderThatIsCancelledAfterThePut() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.create();
    time.inGroup(
        tasks -> {
          Task<Integer> reader = tasks.fork(queue::get);
          untilOthersWait();
          assertThat(queue.tryPut(1)).isTrue();
          assertThat(queue.tryPut(2)).isTrue();
          reader.cancel();
          waitAll(List.of(reader));
          assertThat(reader.isCancelled() ? queue.get() : reader.get()).isEqualTo(1);
        });
  }

  @Test
  void itemsAreNotLostWithOneOfManyReaders() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.create();
    time.inGroup(
        tasks -> {
          Task<Integer> one = tasks.fork(queue::get);
          untilOthersWait();
          Task<Integer> two = tasks.fork(queue::get);
          Task<Integer> three = tasks.fork(queue::get);
          untilOthersWait();
          one.cancel();
          assertThat(queue.tryPut(1)).isTrue();
          assertThat(queue.tryPut(2)).isTrue();
          waitAll(List.of(one));
          if (!one.isCancelled()) {
            assertThat(one.get()).isEqualTo(1);
            assertThat(queue.tryPut(1)).isTrue();
          }
          assertThat(Set.of(two.get(), three.get())).containsExactlyInAnyOrder(1, 2);
          assertThat(queue.isEmpty()).isTrue();
        });
  }

  @Test
  void anItemIsPutOnceByAWriterThatIsCancelledAndTriesAgain() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.of(1);
    time.inGroup(
        tasks -> {
          assertThat(queue.tryPut(1)).isTrue();
          Task<Void> writer = tasks.fork(() -> queue.put(2));
          untilOthersWait();
          assertThat(queue.tryGet()).contains(1);
          writer.cancel();
          waitAll(List.of(writer));
          if (writer.isCancelled()) {
            queue.put(2);
          }
          assertThat(queue.tryGet()).contains(2);
          assertThat(queue.size()).isZero();
        });
  }

  @Test
  void aPutWithoutWaitingIntoAFullQueueIsRefused() {
    AsyncQueue<Integer> queue = AsyncQueue.of(1);
    assertThat(queue.tryPut(1)).isTrue();
    assertThat(queue.tryPut(2)).isFalse();
    assertThat(queue.size()).isEqualTo(1);
  }

  @Test
  void aPutThatIsOverIsNotUndone() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.create();
    time.inGroup(
        tasks -> {
          Task<Boolean> putter =
              tasks.fork(
                  () -> {
                    queue.put(1);
                    return true;
                  });
          assertThat(queue.get()).isEqualTo(1);
          untilOthersWait();
          assertThat(putter.isDone()).isTrue();
          assertThat(putter.get()).isTrue();
        });
  }

  @Test
  void theItemOfAPutterThatIsCancelledIsNotInTheQueue() throws Exception {
    AsyncQueue<String> queue = AsyncQueue.of(1);
    time.inGroup(
        tasks -> {
          Task<Void> a = tasks.fork(() -> queue.put("a"));
          untilOthersWait();
          Task<Void> b = tasks.fork(() -> queue.put("b"));
          untilOthersWait();
          Task<Void> x = tasks.fork(() -> queue.put("X"));
          untilOthersWait();
          assertThat(a.isDone()).isTrue();
          assertThat(b.isDone()).isFalse();
          x.cancel();
          waitAll(List.of(x));
          assertThat(x.isCancelled()).isTrue();
          assertThat(queue.tryGet()).contains("a");
          assertThat(queue.tryGet()).contains("b");
          assertThat(queue.tryGet()).isEmpty();
          var _ = b.get();
        });
  }

  @Test
  void aPutServesAGetterThatWaits() throws Exception {
    AsyncQueue<String> queue = AsyncQueue.create();
    time.inGroup(
        tasks -> {
          Task<String> getter = tasks.fork(queue::get);
          untilOthersWait();
          queue.put("a");
          assertThat(getter.get()).isEqualTo("a");
        });
  }

  @Test
  void aProducerIsNotLeftWaiting() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.of(2);
    time.inGroup(
        tasks -> {
          tasks.fork(
              () -> {
                untilOthersWait();
                int there = queue.size();
                for (int i = 0; i < there; i++) {
                  assertThat(queue.tryGet()).isPresent();
                }
              });
          for (int i = 0; i < 4; i++) {
            int item = i;
            tasks.fork(() -> queue.put(item));
          }
        });
    assertThat(queue.size()).isEqualTo(2);
  }

  @Test
  void aPutterThatIsCancelledIsNotHeld() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.of(1);
    time.inGroup(
        tasks -> {
          queue.put(1);
          Task<Void> putter = tasks.fork(() -> queue.put(1));
          untilOthersWait();
          assertThat(queue.toString()).contains(" 1 putter,");
          putter.cancel();
          waitAll(List.of(putter));
          assertThat(putter.isCancelled()).isTrue();
          assertThat(queue.toString()).contains(" 0 putters,");
        });
  }

  @Test
  void aPutterThatIsCancelledWhenItsItemIsInHasPutIt() throws Exception {
    AsyncQueue<Integer> queue = AsyncQueue.of(1);
    time.inGroup(
        tasks -> {
          queue.put(1);
          Task<Void> putter = tasks.fork(() -> queue.put(2));
          untilOthersWait();
          assertThat(queue.tryGet()).contains(1);
          assertThat(queue.size()).isEqualTo(1);
          putter.cancel();
          waitAll(List.of(putter));
          assertThat(putter.isCancelled()).isFalse();
          assertThat(queue.tryGet()).contains(2);
        });
  }
}
