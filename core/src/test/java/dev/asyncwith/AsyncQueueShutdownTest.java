package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Shutting a queue down. */
@Timeout(60)
class AsyncQueueShutdownTest {
  private final AsyncQueue<String> queue = AsyncQueue.of(2);

  private OnThread<String> putting(String item) {
    return OnThread.<String>start(
            () -> {
              queue.put(item);
              return item;
            })
        .awaitWaiting();
  }

  private void assertTakesNothing() {
    String before = queue.toString();
    for (ThrowingCallable put :
        List.<ThrowingCallable>of(
            () -> queue.put("late"),
            () -> queue.tryPut("late"),
            () -> queue.tryPut("late", Duration.ZERO),
            () -> queue.tryPut("late", Duration.ofDays(1)))) {
      assertThatThrownBy(put)
          .isInstanceOf(QueueShutdownException.class)
          .hasMessage(before + " takes no more items: shut it down after the last put");
    }
    assertThat(queue.toString()).isEqualTo(before).endsWith(", shut down]");
    assertThat(queue.isShutdown()).isTrue();
  }

  private void assertGivesNothing() {
    for (ThrowingCallable get :
        List.<ThrowingCallable>of(
            queue::get,
            queue::tryGet,
            () -> queue.tryGet(Duration.ZERO),
            () -> queue.tryGet(Duration.ofDays(1)))) {
      assertThatThrownBy(get)
          .isInstanceOf(QueueShutdownException.class)
          .hasMessage(queue + " has no more items: end the loop that gets them");
    }
  }

  @Test
  void givesWhatIsInItAndThenNoMore() throws Exception {
    queue.put("a");
    queue.put("b");
    queue.shutdown();
    assertTakesNothing();
    assertThat(queue.get()).isEqualTo("a");
    assertThat(queue.tryGet()).contains("b");
    assertGivesNothing();
    assertTakesNothing();
  }

  @Test
  void sendsAwayWhoWaitsToGet() throws Exception {
    OnThread<String> getter = OnThread.<String>start(queue::get).awaitWaiting();
    var timed = OnThread.start(() -> queue.tryGet(Duration.ofDays(1))).awaitWaiting();
    queue.shutdown();
    assertThat(getter.failure())
        .isInstanceOf(QueueShutdownException.class)
        .hasMessage(queue + " has no more items: end the loop that gets them");
    assertThat(timed.failure()).isInstanceOf(QueueShutdownException.class);
  }

  @Test
  void sendsAwayWhoWaitsToPut() throws Exception {
    queue.put("a");
    queue.put("b");
    OnThread<String> putter = putting("c");
    queue.shutdown();
    assertThat(putter.failure())
        .isInstanceOf(QueueShutdownException.class)
        .hasMessage(queue + " takes no more items: shut it down after the last put");
    assertThat(queue.unfinished()).isEqualTo(2);
    assertThat(queue.get()).isEqualTo("a");
    assertThat(queue.size()).isEqualTo(1);
  }

  @Test
  void doesNothingTheSecondTime() throws Exception {
    queue.put("a");
    queue.shutdown();
    queue.shutdown();
    assertThat(queue.get()).isEqualTo("a");
    assertGivesNothing();
  }

  @Test
  void nowTakesOutWhatIsLeft() throws Exception {
    AsyncQueue<Integer> priorities = AsyncQueue.priority();
    priorities.put(2);
    priorities.put(3);
    priorities.put(1);
    assertThat(priorities.shutdownNow()).containsExactly(1, 2, 3);
    assertThat(priorities.unfinished()).isZero();
    assertThat(priorities.shutdownNow()).isEmpty();
  }

  @Test
  void nowMayFollowTheOther() throws Exception {
    queue.put("a");
    queue.put("b");
    queue.shutdown();
    assertThat(queue.get()).isEqualTo("a");
    assertThat(queue.shutdownNow()).containsExactly("b");
    assertGivesNothing();
    assertThat(queue.unfinished()).isEqualTo(1);
  }

  @Test
  void nowLetsJoinGoWhenWhatWasTakenIsDone() throws Exception {
    queue.put("a");
    queue.put("b");
    assertThat(queue.get()).isEqualTo("a");
    OnThread<Void> joining =
        OnThread.<Void>start(
                () -> {
                  queue.join();
                  return null;
                })
            .awaitWaiting();
    assertThat(queue.shutdownNow()).containsExactly("b");
    assertThat(joining.isAlive()).isTrue();
    queue.taskDone();
    joining.result();
    assertThatThrownBy(queue::taskDone).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void nowLetsJoinGoWhenNothingWasTaken() throws Exception {
    queue.put("a");
    OnThread<Void> joining =
        OnThread.<Void>start(
                () -> {
                  queue.join();
                  return null;
                })
            .awaitWaiting();
    queue.put("b");
    OnThread<String> putter = putting("c");
    assertThat(queue.shutdownNow()).containsExactly("a", "b");
    joining.result();
    assertThat(putter.failure()).isInstanceOf(QueueShutdownException.class);
  }

  /** What was done before it was taken is not counted a second time. */
  @Test
  void nowDoesNotCountBelowZero() throws Exception {
    queue.put("a");
    queue.taskDone();
    assertThat(queue.shutdownNow()).containsExactly("a");
    assertThat(queue.unfinished()).isZero();
    queue.join();
  }
}
