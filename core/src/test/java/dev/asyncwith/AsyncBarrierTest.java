package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The barrier: what threads add to CPython's BarrierTests, in {@code asyncio.BarrierTest}. */
@Timeout(60)
class AsyncBarrierTest {
  private final AsyncBarrier barrier = AsyncBarrier.of(3);

  @AfterEach
  void nobodyWaits() {
    assertThat(barrier.waiting()).isZero();
    assertThat(Thread.interrupted()).isFalse();
  }

  private OnThread<Integer> arrival() {
    return arrival(Thread.ofVirtual());
  }

  private OnThread<Integer> arrival(Thread.Builder threads) {
    return OnThread.<Integer>start(threads, barrier::await).awaitWaiting();
  }

  @Test
  void eachGetsItsPlaceInTheOrderOfArrivalOnVirtualAndPlatformThreads() throws Exception {
    for (int round = 0; round < 3; round++) {
      var first = arrival();
      var second = arrival(Thread.ofPlatform());
      assertThat(barrier.toString())
          .matches("AsyncBarrier@[0-9a-f]+\\[filling, 2 of 3 parties wait\\]");
      assertThat(barrier.await()).isEqualTo(2);
      assertThat(first.result()).isZero();
      assertThat(second.result()).isEqualTo(1);
    }
  }

  @Test
  void aBlockIsEnteredWhenAllAreThereAndItsExitDoesNothing() throws Exception {
    var first = arrival();
    var second = arrival();
    assertThat(with(barrier).<Integer, RuntimeException>call(index -> index)).isEqualTo(2);
    assertThat(first.result() + second.result()).isEqualTo(1);
    assertThat(barrier.exit(Outcome.succeeded())).isFalse();
  }

  /** gh-155233: who came after a cancel got a number that another one had already. */
  @Test
  void aNumberIsGivenOnceAlsoAfterAnInterrupt() throws Exception {
    var first = arrival();
    var second = arrival();
    assertThat(first.interrupt().failure())
        .isInstanceOf(InterruptedException.class)
        .hasMessageStartingWith("interrupted while waiting at AsyncBarrier@");
    assertThat(barrier.waiting()).isEqualTo(1);
    assertThat(barrier.isBroken()).isFalse();
    var third = arrival();
    assertThat(barrier.await()).isEqualTo(2);
    assertThat(second.result()).isZero();
    assertThat(third.result()).isEqualTo(1);
  }

  @Test
  void aCancelLeavesThePlaceFree() throws Exception {
    CancelScope scope = CancelScope.create();
    var cancelled =
        OnThread.<Boolean>start(
                () -> {
                  with(scope).and(barrier).run(_ -> {});
                  return scope.caught();
                })
            .awaitWaiting();
    scope.cancel();
    assertThat(cancelled.result()).isTrue();
    assertThat(barrier.waiting()).isZero();
  }

  @Test
  void anInterruptedThreadDoesNotArrive() throws Exception {
    arrivalsThatStop(2);
    Thread.currentThread().interrupt();
    assertThatThrownBy(barrier::await).isInstanceOf(InterruptedException.class);
    assertThat(barrier.waiting()).isEqualTo(2);
    barrier.reset();
  }

  private List<OnThread<Integer>> arrivalsThatStop(int count) {
    List<OnThread<Integer>> arrivals = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      arrivals.add(arrival());
    }
    return arrivals;
  }

  @Test
  void anAbortBreaksItForThoseThatWaitAndThoseThatCome() throws Exception {
    List<OnThread<Integer>> arrivals = arrivalsThatStop(2);
    barrier.abort();
    assertThat(barrier.isBroken()).isTrue();
    assertThat(barrier.toString()).endsWith("[broken]");
    for (OnThread<Integer> arrival : arrivals) {
      assertThat(arrival.failure()).isInstanceOf(BarrierBrokenException.class);
    }
    assertThatThrownBy(barrier::await)
        .isInstanceOf(BarrierBrokenException.class)
        .hasMessageMatching(
            "AsyncBarrier@[0-9a-f]+ was aborted: reset\\(\\) makes it usable again");
  }

  @Test
  void aResetBreaksTheRoundAndBeginsAnew() throws Exception {
    List<OnThread<Integer>> arrivals = arrivalsThatStop(2);
    barrier.reset();
    for (OnThread<Integer> arrival : arrivals) {
      assertThat(arrival.failure())
          .isInstanceOf(BarrierBrokenException.class)
          .hasMessageMatching(
              "AsyncBarrier@[0-9a-f]+ was reset while it was waited at: wait again, for the next"
                  + " round");
    }
    var first = arrival();
    var second = arrival();
    assertThat(barrier.await()).isEqualTo(2);
    assertThat(first.result()).isZero();
    assertThat(second.result()).isEqualTo(1);
  }

  @Test
  void aResetMendsAnAbortedOne() throws Exception {
    barrier.abort();
    barrier.reset();
    assertThat(barrier.isBroken()).isFalse();
    var first = arrival();
    var second = arrival();
    assertThat(barrier.await()).isEqualTo(2);
    assertThat(first.result() + second.result()).isEqualTo(1);
  }

  @Test
  void refusesToWaitForNobody() {
    for (int parties : new int[] {0, -4}) {
      assertThatThrownBy(() -> AsyncBarrier.of(parties))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a barrier cannot wait for " + parties + " parties: give 1 or more");
    }
  }

  /** Interrupts meet the last arrival: a round has all its numbers, or the wait goes on. */
  @Test
  void survivesInterruptsThatMeetTheLastArrival() throws Exception {
    for (int round = 0; round < 300; round++) {
      var first = arrival();
      var second = arrival();
      var last = OnThread.<Integer>start(barrier::await);
      first.interrupt();
      Integer got = first.resultOrNull();
      if (got == null) { // it left in time, so that one is missing
        Integer mine = barrier.await();
        assertThat(List.of(mine, second.result(), last.result()))
            .containsExactlyInAnyOrder(0, 1, 2);
      } else {
        assertThat(List.of(got, second.result(), last.result())).containsExactlyInAnyOrder(0, 1, 2);
      }
    }
  }
}
