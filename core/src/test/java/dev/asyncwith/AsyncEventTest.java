package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The event: what threads add to CPython's EventTests, which are in {@code asyncio.EventTest}. */
@Timeout(60)
class AsyncEventTest {
  private final AsyncEvent event = AsyncEvent.create();

  @AfterEach
  void nobodyWaits() {
    assertThat(event.waiting()).isZero();
    assertThat(Thread.interrupted()).isFalse();
  }

  private OnThread<Boolean> waiter() {
    return waiter(Thread.ofVirtual());
  }

  private OnThread<Boolean> waiter(Thread.Builder threads) {
    return OnThread.<Boolean>start(
            threads,
            () -> {
              event.await();
              return true;
            })
        .awaitWaiting();
  }

  @Test
  void wakesVirtualAndPlatformThreads() throws Exception {
    var virtual = waiter();
    var platform = waiter(Thread.ofPlatform());
    assertThat(event.toString()).matches("AsyncEvent@[0-9a-f]+\\[unset, 2 waiters\\]");
    event.set();
    assertThat(virtual.result()).isTrue();
    assertThat(platform.result()).isTrue();
    assertThat(event.toString()).endsWith("[set, 0 waiters]");
  }

  @Test
  void wakesAllThatWaitThoughItIsClearedAtOnce() throws Exception {
    List<OnThread<Boolean>> waiters = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiters.add(waiter());
    }
    event.set();
    event.clear();
    for (OnThread<Boolean> waiter : waiters) {
      assertThat(waiter.result()).isTrue();
    }
    var late = waiter();
    event.set();
    assertThat(late.result()).isTrue();
  }

  @Test
  void anInterruptEndsOneWait() throws Exception {
    var a = waiter();
    var b = waiter();
    assertThat(a.interrupt().failure())
        .isInstanceOf(InterruptedException.class)
        .hasMessageStartingWith("interrupted while waiting for AsyncEvent@");
    assertThat(a.interruptedAtEnd()).isFalse();
    assertThat(event.waiting()).isEqualTo(1);
    event.set();
    assertThat(b.result()).isTrue();
  }

  @Test
  void aCancelEndsTheWaitInItsScope() throws Exception {
    CancelScope scope = CancelScope.create();
    var waiter =
        OnThread.<Boolean>start(
                () -> {
                  with(scope).run(event::await);
                  return scope.caught();
                })
            .awaitWaiting();
    scope.cancel("enough");
    assertThat(waiter.result()).isTrue();
  }

  @Test
  void isACheckpointThoughItIsSet() {
    event.set();
    Thread.currentThread().interrupt();
    assertThatThrownBy(event::await).isInstanceOf(InterruptedException.class);
  }

  /** Interrupts meet the set: each thread has one end, and the queue is empty after all. */
  @Test
  void survivesInterruptsThatMeetTheSet() throws Exception {
    for (int round = 0; round < 200; round++) {
      event.clear();
      var a = waiter();
      var b = waiter();
      a.interrupt();
      event.set();
      assertThat(b.result()).isTrue();
      assertThat(a.resultOrNull() != null || a.failure() instanceof InterruptedException).isTrue();
      assertThat(event.waiting()).isZero();
    }
  }
}
