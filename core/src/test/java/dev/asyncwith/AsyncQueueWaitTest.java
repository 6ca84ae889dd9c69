package dev.asyncwith;

import static dev.asyncwith.AsyncWith.moveOnAfter;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waits for items and for room: how interrupts, scopes and time end them. */
@Timeout(60)
class AsyncQueueWaitTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final AsyncQueue<String> queue = AsyncQueue.of(1);

  // ---- interrupts and scopes

  @Test
  void everyCallThatMayWaitIsACheckpoint() throws Exception {
    queue.put("a");
    List<With0.Action<InterruptedException>> calls =
        List.of(
            () -> queue.get(),
            () -> queue.tryGet(Duration.ZERO),
            () -> queue.put("b"),
            () -> queue.tryPut("b", Duration.ZERO),
            () -> queue.join());
    for (With0.Action<InterruptedException> call : calls) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(call::run).isInstanceOf(InterruptedException.class);
      assertThat(Thread.interrupted()).isFalse();
      CancelScope scope = CancelScope.create();
      with(scope)
          .run(
              () -> {
                scope.cancel();
                call.run();
                throw new AssertionError("not cancelled");
              });
      assertThat(scope.caught()).isTrue();
    }
    assertThat(queue.toString()).endsWith("[fifo, 1 of 1, 0 getters, 0 putters, 1 unfinished]");
  }

  @Test
  void aTryIsNoCheckpoint() {
    Thread.currentThread().interrupt();
    assertThat(queue.tryPut("a")).isTrue();
    assertThat(queue.tryGet()).contains("a");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void anInterruptEndsAWaitAndSaysWhatFor() throws Exception {
    OnThread<String> getter = OnThread.<String>start(queue::get).awaitWaiting().interrupt();
    assertThat(getter.failure())
        .isInstanceOf(InterruptedException.class)
        .hasMessageMatching(
            "interrupted while getting from AsyncQueue@[0-9a-f]+\\[.*, 1 getter, .*");
    queue.put("a");
    OnThread<Boolean> putter =
        OnThread.<Boolean>start(() -> queue.tryPut("b", SECOND)).awaitWaiting().interrupt();
    assertThat(putter.failure())
        .isInstanceOf(InterruptedException.class)
        .hasMessageMatching(
            "interrupted while putting into AsyncQueue@[0-9a-f]+\\[.*, 1 putter, .*");
    assertThat(queue.get()).isEqualTo("a");
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void aScopeEndsAWait() throws Exception {
    var clock = new HandClock();
    var getter =
        OnThread.<CancelScope>start(
            clock,
            () -> {
              CancelScope scope = moveOnAfter(SECOND);
              with(scope).run(() -> queue.get());
              return scope;
            });
    clock.awaitAlarmAt(SECOND);
    getter.awaitWaiting();
    clock.advance(SECOND);
    assertThat(getter.result().caught()).isTrue();
    assertThat(getter.interruptedAtEnd()).isFalse();
    assertThat(queue.toString()).contains(" 0 getters,");
  }

  // ---- time

  @Test
  void aGetWithATimeGivesUp() throws Exception {
    var clock = new HandClock();
    OnThread<Optional<String>> getter = OnThread.start(clock, () -> queue.tryGet(SECOND));
    clock.awaitAlarmAt(SECOND);
    getter.awaitWaiting();
    clock.advance(SECOND.minusNanos(1));
    assertThat(queue.toString()).contains(" 1 getter,");
    clock.advance(Duration.ofNanos(1));
    assertThat(getter.result()).isEmpty();
    assertThat(queue.tryPut("a")).isTrue();
    assertThat(queue.tryGet()).contains("a");
  }

  @Test
  void aPutWithATimeGivesUp() throws Exception {
    var clock = new HandClock();
    queue.put("a");
    OnThread<Boolean> putter = OnThread.start(clock, () -> queue.tryPut("b", SECOND));
    clock.awaitAlarmAt(SECOND);
    putter.awaitWaiting();
    clock.advance(SECOND);
    assertThat(putter.result()).isFalse();
    assertThat(queue.get()).isEqualTo("a");
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.unfinished()).isEqualTo(1);
  }

  @Test
  void whatComesInTimeCancelsTheAlarm() throws Exception {
    var clock = new HandClock();
    OnThread<Optional<String>> getter = OnThread.start(clock, () -> queue.tryGet(SECOND));
    clock.awaitAlarmAt(SECOND);
    queue.put("a");
    assertThat(getter.result()).contains("a");
    assertThat(clock.alarms()).isZero();
    queue.put("b");
    OnThread<Boolean> putter = OnThread.start(clock, () -> queue.tryPut("c", SECOND));
    clock.awaitAlarmAt(SECOND);
    assertThat(queue.get()).isEqualTo("b");
    assertThat(putter.result()).isTrue();
    assertThat(clock.alarms()).isZero();
    assertThat(queue.get()).isEqualTo("c");
  }

  @Test
  void noTimeAndNoNeedToWaitSetNoAlarm() throws Exception {
    assertThat(queue.tryGet(Duration.ZERO)).isEmpty();
    assertThat(queue.tryPut("a", SECOND)).isTrue();
    assertThat(queue.tryPut("b", Duration.ZERO)).isFalse();
    assertThat(queue.tryGet(SECOND)).contains("a");
    assertThat(queue.tryPut("a", Duration.ZERO)).isTrue();
    assertThat(queue.tryGet(Duration.ZERO)).contains("a");
    Duration negative = Duration.ofNanos(-1);
    assertThatIllegalArgumentException().isThrownBy(() -> queue.tryGet(negative));
    assertThatIllegalArgumentException().isThrownBy(() -> queue.tryPut("a", negative));
    assertThat(queue.isEmpty()).isTrue();
  }

  // ---- all at once

  /** Puts and gets by many threads, any of which is interrupted at any moment. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noItemIsLostOrDoubled(boolean virtual) throws Exception {
    Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
    AsyncQueue<Integer> small = AsyncQueue.of(2);
    List<Integer> got = Collections.synchronizedList(new ArrayList<>());
    List<Thread> getters = new ArrayList<>();
    List<Thread> putters = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int first = i * 500;
      putters.add(builder.start(() -> putAll(small, first, first + 500)));
      getters.add(builder.start(() -> getAll(small, got)));
    }
    var random = new Random(7);
    while (putters.stream().anyMatch(Thread::isAlive)) {
      (random.nextBoolean() ? putters : getters).get(random.nextInt(4)).interrupt();
      Thread.yield();
    }
    small.shutdown();
    for (Thread getter : getters) {
      getter.join();
    }
    assertThat(small.isEmpty()).isTrue();
    assertThat(got).hasSize(2_000).doesNotHaveDuplicates();
    small.join();
  }

  private static void putAll(AsyncQueue<Integer> queue, int from, int to) {
    int next = from;
    while (next < to) {
      try {
        queue.put(next);
        next++;
      } catch (InterruptedException e) {
        // not put: again
      }
    }
  }

  private static void getAll(AsyncQueue<Integer> queue, List<Integer> got) {
    while (true) {
      try {
        got.add(queue.get());
        queue.taskDone();
      } catch (InterruptedException e) {
        // not taken: again
      } catch (QueueShutdownException e) {
        return;
      }
    }
  }
}
