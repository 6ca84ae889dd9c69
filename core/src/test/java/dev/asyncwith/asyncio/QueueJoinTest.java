package dev.asyncwith.asyncio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncQueue;
import dev.asyncwith.QueueShutdownException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CPython's _QueueJoinTestMixin, each with the three kinds of queue. */
@Timeout(60)
class QueueJoinTest {

  /** One of each kind. */
  static List<AsyncQueue<Integer>> kinds() {
    return List.of(AsyncQueue.create(), AsyncQueue.lifo(), AsyncQueue.priority());
  }

  @Test
  void moreItemsDoneThanPutAreRefused() {
    for (AsyncQueue<Integer> queue : kinds()) {
      assertThatThrownBy(queue::taskDone)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("taskDone() was called too often");
    }
  }

  @Test
  void joinReturnsWhenTheWorkersAreDone() throws Exception {
    for (AsyncQueue<Integer> queue : kinds()) {
      for (int i = 0; i < 100; i++) {
        assertThat(queue.tryPut(i)).isTrue();
      }
      var sum = new AtomicInteger();
      var running = new AtomicBoolean(true);
      new VirtualTime()
          .inGroup(
              tasks -> {
                for (int i = 0; i < 2; i++) {
                  tasks.fork(
                      () -> {
                        while (running.get()) {
                          sum.addAndGet(queue.get());
                          queue.taskDone();
                        }
                      });
                }
                queue.join();
                assertThat(sum).hasValue(4_950);
                assertThat(queue.unfinished()).isZero();
                running.set(false);
                assertThat(queue.tryPut(0)).isTrue();
                assertThat(queue.tryPut(0)).isTrue();
              });
    }
  }

  @Test
  void joinOfAnEmptyQueueReturnsAtOnce() throws Exception {
    for (AsyncQueue<Integer> queue : kinds()) {
      queue.join();
      queue.join();
    }
  }

  @Test
  void theTextTellsHowManyAreNotDone() throws Exception {
    for (AsyncQueue<Integer> queue : kinds()) {
      assertThat(queue.toString()).endsWith(", 0, 0 getters, 0 putters, 0 unfinished]");
      for (int i = 0; i < 2; i++) {
        queue.put(i);
        assertThat(queue.tryGet()).contains(i);
      }
      assertThat(queue.toString()).endsWith(", 0, 0 getters, 0 putters, 2 unfinished]");
    }
  }

  @Test
  void theTextTellsOfAShutdown() {
    for (AsyncQueue<Integer> queue : kinds()) {
      queue.shutdown();
      assertThat(queue.toString()).endsWith(", 0, 0 getters, 0 putters, 0 unfinished, shut down]");
      assertThatThrownBy(queue::tryGet)
          .isInstanceOf(QueueShutdownException.class)
          .hasMessageContaining(queue.toString());
    }
  }
}
