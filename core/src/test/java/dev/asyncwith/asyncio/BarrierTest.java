package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.waitAll;
import static dev.asyncwith.AsyncWith.with;
import static dev.asyncwith.asyncio.VirtualTime.untilOthersWait;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncBarrier;
import dev.asyncwith.BarrierBrokenException;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.With0;
import dev.asyncwith.testing.Trail;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CPython's tests of its barrier. */
@Timeout(60)
class BarrierTest {
  private static final int N = 5;

  private final VirtualTime time = new VirtualTime();
  private final Trail trail = new Trail();
  private final AsyncBarrier barrier = AsyncBarrier.of(N);

  private static void fork(TaskGroup tasks, int count, With0.Action<? extends Exception> body) {
    for (int i = 0; i < count; i++) {
      tasks.fork(body);
    }
  }

  private void gather(int count, With0.Action<? extends Exception> body) throws Exception {
    time.inGroup(tasks -> fork(tasks, count, body));
  }

  private void assertWholeAndEmpty(AsyncBarrier which) {
    assertThat(which.waiting()).isZero();
    assertThat(which.isBroken()).isFalse();
  }

  /** What the trail holds, in any order: so many of each. */
  private void assertCounts(String step, int count) {
    assertThat(Collections.frequency(trail.steps(), step)).as(step).isEqualTo(count);
  }

  /** Waits, and says whether the barrier broke. */
  private boolean breaks(AsyncBarrier which) throws InterruptedException {
    try {
      which.await();
      return false;
    } catch (BarrierBrokenException e) {
      return true;
    }
  }

  @Test
  void toMakeOneDoesNotArrive() {
    assertThat(barrier.toString()).contains("filling");
    assertWholeAndEmpty(barrier);
  }

  @Test
  void tellsItsStateAndWhoWaits() throws Exception {
    assertThat(barrier.toString())
        .matches("AsyncBarrier@[0-9a-f]+\\[filling, 0 of 5 parties wait\\]");
    time.inGroup(
        tasks -> {
          fork(tasks, 2, () -> breaks(barrier));
          untilOthersWait();
          assertThat(barrier.toString()).endsWith("[filling, 2 of 5 parties wait]");
          fork(tasks, 3, () -> breaks(barrier));
          untilOthersWait();
          assertThat(barrier.toString()).endsWith("[filling, 0 of 5 parties wait]");
          fork(tasks, 2, () -> breaks(barrier));
          untilOthersWait();
          barrier.reset();
          assertThat(barrier.toString()).endsWith("[filling, 0 of 5 parties wait]");
          fork(tasks, 2, () -> breaks(barrier));
          untilOthersWait();
          barrier.abort();
          assertThat(barrier.toString()).endsWith("[broken]");
          assertThat(barrier.isBroken()).isTrue();
        });
  }

  @Test
  void hasOnePartyAtLeast() {
    assertThatThrownBy(() -> AsyncBarrier.of(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> AsyncBarrier.of(-4)).isInstanceOf(IllegalArgumentException.class);
    assertThat(barrier.parties()).isEqualTo(N);
  }

  @Test
  void aBlockGetsItsNumber() throws Exception {
    AsyncBarrier three = AsyncBarrier.of(3);
    gather(3, () -> with(three).run(index -> trail.add("" + index)));
    assertThat(trail.steps()).containsExactlyInAnyOrder("0", "1", "2");
    assertWholeAndEmpty(three);
  }

  @Test
  void oneOfOneDoesNotWait() throws Exception {
    AsyncBarrier one = AsyncBarrier.of(1);
    with(one).run(index -> trail.add("" + index));
    trail.assertSteps("0");
    assertWholeAndEmpty(one);
  }

  @Test
  void oneOfOneDoesNotWaitTheSecondTimeEither() throws Exception {
    AsyncBarrier one = AsyncBarrier.of(1);
    time.inGroup(
        tasks -> {
          Task<Integer> first = tasks.fork(() -> one.await());
          assertThat(first.get()).isZero();
          assertThat(one.waiting()).isZero();
          Task<Integer> second = tasks.fork(() -> one.await());
          assertThat(second.get()).isZero();
        });
    assertWholeAndEmpty(one);
  }

  @Test
  void fillsTaskByTask() throws Exception {
    AsyncBarrier three = AsyncBarrier.of(3);
    time.inGroup(
        tasks -> {
          Task<Integer> first = tasks.fork(() -> three.await());
          untilOthersWait();
          assertThat(three.waiting()).isEqualTo(1);
          Task<Integer> second = tasks.fork(() -> three.await());
          untilOthersWait();
          assertThat(three.waiting()).isEqualTo(2);
          assertThat(three.toString()).contains("filling");
          Task<Integer> third = tasks.fork(() -> three.await());
          assertThat(List.of(first.get(), second.get(), third.get())).containsExactly(0, 1, 2);
        });
    assertWholeAndEmpty(three);
  }

  @Test
  void aBlockInABlockIsTheNextRound() throws Exception {
    gather(
        N,
        () ->
            with(barrier)
                .run(
                    _ -> {
                      trail.add("first");
                      with(barrier).run(_ -> trail.add("second"));
                    }));
    assertThat(trail.steps().subList(0, N)).containsOnly("first");
    assertThat(trail.steps().subList(N, 2 * N)).containsOnly("second");
    assertWholeAndEmpty(barrier);
  }

  @Test
  void eachNumberOfARoundIsGivenOnce() throws Exception {
    gather(
        N,
        () ->
            with(barrier)
                .run(
                    _ -> {
                      trail.add("first");
                      with(barrier).run(index -> trail.add("" + index));
                    }));
    assertCounts("first", N);
    assertThat(trail.steps().subList(N, 2 * N)).containsExactlyInAnyOrder("0", "1", "2", "3", "4");
    assertWholeAndEmpty(barrier);
  }

  @Test
  void aRoundLeavesAtOnce() throws Exception {
    gather(N, () -> with(barrier).run(_ -> trail.add(barrier.toString())));
    assertThat(trail.steps())
        .hasSize(N)
        .allMatch(s -> s.endsWith("[filling, 0 of 5 parties wait]"));
    assertWholeAndEmpty(barrier);
  }

  @Test
  void whoComesAgainAtOnceIsOfTheNextRound() throws Exception {
    AsyncBarrier rest = AsyncBarrier.of(N - 2);
    var again = new AtomicInteger(2);
    gather(
        N,
        () -> {
          barrier.await();
          if (again.getAndDecrement() <= 0) {
            trail.add("rest");
            rest.await();
          }
          barrier.await();
        });
    assertCounts("rest", N - 2);
    assertWholeAndEmpty(barrier);
  }

  @Test
  void aCancelledTaskLeavesItsPlaceFree() throws Exception {
    AsyncBarrier three = AsyncBarrier.of(3);
    time.inGroup(
        tasks -> {
          Task<Integer> first = tasks.fork(() -> three.await());
          untilOthersWait();
          Task<Integer> second = tasks.fork(() -> three.await());
          untilOthersWait();
          assertThat(three.waiting()).isEqualTo(2);
          first.cancel();
          waitAll(List.of(first));
          assertThat(first.isCancelled()).isTrue();
          assertThat(three.waiting()).isEqualTo(1);
          Task<Integer> third = tasks.fork(() -> three.await());
          untilOthersWait();
          assertThat(three.waiting()).isEqualTo(2);
          Task<Integer> fourth = tasks.fork(() -> three.await());
          assertThat(List.of(second.get(), third.get(), fourth.get())).containsExactly(0, 1, 2);
        });
    assertWholeAndEmpty(three);
  }

  @Test
  void aResetOfAnEmptyOneChangesNothing() {
    AsyncBarrier one = AsyncBarrier.of(1);
    one.reset();
    assertWholeAndEmpty(one);
  }

  @Test
  void aResetBreaksTheWaitsOfNow() throws Exception {
    time.inGroup(
        tasks -> {
          fork(tasks, N - 1, () -> trail.add("broken: " + breaks(barrier)));
          untilOthersWait();
          barrier.reset();
        });
    assertCounts("broken: true", N - 1);
    assertWholeAndEmpty(barrier);
  }

  @Test
  void aResetDoesNotBreakARoundThatIsComplete() throws Exception {
    var left = new AtomicInteger();
    gather(
        N,
        () -> {
          trail.add("broken: " + breaks(barrier));
          if (left.incrementAndGet() == N / 2) {
            barrier.reset();
          }
        });
    assertCounts("broken: false", N);
    assertWholeAndEmpty(barrier);
  }

  @Test
  void aResetBreaksThoseThatHaveComeAgain() throws Exception {
    var left = new AtomicInteger();
    time.inGroup(
        tasks ->
            fork(
                tasks,
                N,
                () -> {
                  barrier.await();
                  if (left.incrementAndGet() == N) {
                    untilOthersWait();
                    barrier.reset();
                    barrier.await();
                  } else {
                    trail.add("broken: " + breaks(barrier));
                    barrier.await();
                  }
                }));
    assertCounts("broken: true", N - 1);
    assertWholeAndEmpty(barrier);
  }

  @Test
  void whoWasBrokenByAResetWaitsAgain() throws Exception {
    time.inGroup(
        tasks -> {
          fork(
              tasks,
              N - 1,
              () -> {
                trail.add("broken: " + breaks(barrier));
                barrier.await();
                trail.add("through");
              });
          untilOthersWait();
          barrier.reset();
          untilOthersWait();
          tasks.fork(() -> with(barrier).run(_ -> trail.add("through")));
        });
    assertCounts("broken: true", N - 1);
    assertCounts("through", N);
    assertWholeAndEmpty(barrier);
  }

  @Test
  void aResetBetweenRoundsLetsTheNextOnesThrough() throws Exception {
    var left = new AtomicInteger();
    AsyncBarrier between = AsyncBarrier.of(N);
    gather(
        N,
        () -> {
          barrier.await();
          if (left.incrementAndGet() == N) {
            barrier.reset();
          }
          between.await();
          trail.add("second broken: " + breaks(barrier));
          trail.add("third broken: " + breaks(barrier));
        });
    assertCounts("second broken: false", N);
    assertCounts("third broken: false", N);
    assertWholeAndEmpty(barrier);
  }

  @Test
  void anAbortBreaksAnEmptyOne() {
    AsyncBarrier one = AsyncBarrier.of(1);
    one.abort();
    assertThat(one.waiting()).isZero();
    assertThat(one.isBroken()).isTrue();
  }

  @Test
  void anAbortBreaksThoseThatHaveComeAgain() throws Exception {
    var left = new AtomicInteger();
    gather(
        N,
        () -> {
          trail.add("first broken: " + breaks(barrier));
          if (left.incrementAndGet() == N) {
            untilOthersWait();
            barrier.abort();
          } else {
            trail.add("second broken: " + breaks(barrier));
          }
        });
    assertCounts("first broken: false", N);
    assertCounts("second broken: true", N - 1);
    assertThat(barrier.isBroken()).isTrue();
    assertThat(barrier.waiting()).isZero();
  }

  /** Passes a barrier twice; the task in the middle fails after the first time, and aborts it. */
  private void passTwiceWithAFailure(AsyncBarrier which) throws InterruptedException {
    try {
      with(which)
          .run(
              index -> {
                if (index == N / 2) {
                  throw new IllegalArgumentException("a party fails");
                }
              });
      with(which).run(_ -> trail.add("through"));
    } catch (BarrierBrokenException e) {
      trail.add("broken");
    } catch (IllegalArgumentException e) {
      which.abort();
    }
  }

  @Test
  void aPartyThatFailsAbortsForTheOthers() throws Exception {
    gather(N, () -> passTwiceWithAFailure(barrier));
    assertCounts("through", 0);
    assertCounts("broken", N - 1);
    assertThat(barrier.isBroken()).isTrue();
    assertThat(barrier.waiting()).isZero();
  }

  @Test
  void aResetAfterAnAbortMakesItUsableAgain() throws Exception {
    AsyncBarrier second = AsyncBarrier.of(N);
    gather(
        N,
        () -> {
          passTwiceWithAFailure(barrier);
          if (second.await() == N / 2) {
            barrier.reset();
          }
          second.await();
          barrier.await();
          trail.add("at the end");
        });
    assertCounts("through", 0);
    assertCounts("broken", N - 1);
    assertCounts("at the end", N);
    assertWholeAndEmpty(barrier);
  }
}
