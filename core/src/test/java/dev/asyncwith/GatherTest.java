package dev.asyncwith;

import static dev.asyncwith.AsyncWith.gather;
import static dev.asyncwith.AsyncWith.gatherSettled;
import static dev.asyncwith.AsyncWith.shield;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies at the same time: the results in order, or the first failure and nothing left. */
@Timeout(60)
class GatherTest {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private final Trail trail = new Trail();
  private final CountDownLatch forever = new CountDownLatch(1);
  private final IOException gone = new IOException("gone");

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
  }

  private String untilCancelled(CountDownLatch started) throws InterruptedException {
    started.countDown();
    try {
      forever.await();
      return "never";
    } catch (InterruptedException e) {
      trail.add("cancelled");
      throw e;
    }
  }

  private String fails() throws IOException {
    throw gone;
  }

  /** CPython's GatherTestsBase.test_success. */
  @Test
  void resultsComeInTheOrderOfTheArguments() throws Exception {
    var second = new CountDownLatch(1);
    List<String> results =
        gather(
            () -> {
              second.await();
              trail.add("first");
              return "a";
            },
            () -> {
              trail.add("second");
              second.countDown();
              return "b";
            },
            () -> null);
    assertThat(results).containsExactly("a", "b", null);
    trail.assertSteps("second", "first");
    assertThatThrownBy(() -> results.add("c")).isInstanceOf(UnsupportedOperationException.class);
  }

  /** CPython's test_constructor_empty_sequence_without_loop. */
  @Test
  void noBodiesGiveNoResults() throws Exception {
    assertThat(AsyncWith.<String, RuntimeException>gather(List.of())).isEmpty();
    assertThat(AsyncWith.<String>gatherSettled(List.of())).isEmpty();
  }

  /**
   * Other than CPython's CoroutineGatherTests.test_duplicate_coroutines: lambdas of one place are
   * one object, as those of this loop.
   */
  @Test
  void aBodyThatIsGivenTwiceRunsTwice() throws Exception {
    List<With0.Body<Integer, RuntimeException>> same = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      same.add(COUNT::incrementAndGet);
    }
    assertThat(gather(same)).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(gatherSettled(same))
        .containsExactlyInAnyOrder(
            new Settled.Succeeded<>(4), new Settled.Succeeded<>(5), new Settled.Succeeded<>(6));
  }

  @Test
  void bodiesWithoutAResult() throws Exception {
    gather(() -> trail.add("one"), () -> trail.add("two"));
    assertThat(trail.steps()).containsExactlyInAnyOrder("one", "two");
  }

  /** GatherTestsBase.test_one_exception; that the others end is of this library. */
  @Test
  void theFirstFailureIsThrownAsItIsAndTheOthersHaveEnded() {
    var started = new CountDownLatch(2);
    assertThatThrownBy(
            () ->
                gather(
                    () -> untilCancelled(started),
                    () -> untilCancelled(started),
                    () -> {
                      started.await();
                      return fails();
                    }))
        .isSameAs(gone)
        .hasNoSuppressedExceptions();
    trail.assertSteps("cancelled", "cancelled");
  }

  /** That this compiles is the test: the exception keeps its type. */
  private List<String> typed() throws IOException, InterruptedException {
    return gather(this::fails, () -> "b");
  }

  private void actions() throws SQLException, InterruptedException {
    gather(
        () -> {
          throw new SQLException("no");
        });
  }

  @Test
  void exceptionsKeepTheirTypes() {
    assertThatThrownBy(this::typed).isSameAs(gone);
    assertThatThrownBy(this::actions).isInstanceOf(SQLException.class);
  }

  @Test
  void theFailuresOfOthersAreSuppressedInTheFirst() {
    var second = new IllegalStateException("second");
    var started = new CountDownLatch(1);
    assertThatThrownBy(
            () ->
                gather(
                    () -> {
                      try {
                        return untilCancelled(started);
                      } catch (InterruptedException e) {
                        throw second;
                      }
                    },
                    () -> {
                      started.await();
                      return fails();
                    }))
        .isSameAs(gone)
        .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(second));
  }

  @Test
  void twoBodiesMayThrowTheSameException() {
    assertThatThrownBy(() -> gather(this::fails, () -> fails()))
        .isSameAs(gone)
        .hasNoSuppressedExceptions();
  }

  @Test
  void aFailureBeforeAllHaveBegunIsTheOnlyOne() {
    List<With0.Body<String, IOException>> bodies = new ArrayList<>();
    bodies.add(this::fails);
    for (int i = 0; i < 300; i++) {
      bodies.add(() -> "fine");
    }
    for (int round = 0; round < 50; round++) {
      assertThatThrownBy(() -> gather(bodies)).isSameAs(gone).hasNoSuppressedExceptions();
    }
  }

  /** CoroutineGatherTests.test_cancellation_broadcast. */
  @Test
  void anInterruptCancelsAllBodies() throws Exception {
    var started = new CountDownLatch(2);
    var call =
        OnThread.start(() -> gather(() -> untilCancelled(started), () -> untilCancelled(started)));
    started.await();
    assertThat(call.interrupt().failure()).isInstanceOf(InterruptedException.class);
    assertThat(call.interruptedAtEnd()).isFalse();
    trail.assertSteps("cancelled", "cancelled");
  }

  /** BaseTaskTests.test_cancel_gather_2 (bpo-32684). */
  @Test
  void aCancelFromOutsideIsThrownThoughFailuresAreValues() throws Exception {
    var started = new CountDownLatch(1);
    var clock = new HandClock();
    var call =
        OnThread.start(
            clock,
            () ->
                with(timeout(Duration.ofSeconds(1)))
                    .call(() -> gatherSettled(() -> untilCancelled(started), this::fails)));
    started.await();
    clock.advance(Duration.ofSeconds(1));
    assertThat(call.failure())
        .isInstanceOf(TimeoutExceededException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    trail.assertSteps("cancelled");
  }

  @Test
  void inACancelledScopeNoBodyBegins() throws Exception {
    CancelScope scope = CancelScope.create();
    scope.cancel("stop");
    with(scope).run(() -> gather(() -> trail.add("body")));
    assertThat(scope.caught()).isTrue();
    trail.assertSteps();
  }

  @Test
  void aFailureWinsOverAnInterruptWhichStays() throws Exception {
    var started = new CountDownLatch(1);
    var call =
        OnThread.start(
            () ->
                gather(
                    () -> {
                      try {
                        return untilCancelled(started);
                      } catch (InterruptedException e) {
                        throw gone;
                      }
                    }));
    started.await();
    assertThat(call.interrupt().failure()).isSameAs(gone);
    assertThat(call.interruptedAtEnd()).isTrue();
  }

  /** GatherTestsBase.test_return_exceptions. */
  @Test
  void failuresAsValuesCancelNothing() throws Exception {
    var failed = new CountDownLatch(1);
    List<Settled<String>> ends =
        gatherSettled(
            () -> {
              failed.await();
              return "fine";
            },
            () -> {
              failed.countDown();
              return fails();
            },
            () -> {
              throw new InterruptedException("alone");
            });
    assertThat(ends.get(0)).isEqualTo(new Settled.Succeeded<>("fine"));
    assertThat(ends.get(1)).isEqualTo(new Settled.Failed<>(gone));
    assertThat(ends.get(2))
        .isInstanceOfSatisfying(
            Settled.Failed.class,
            alone -> assertThat(alone.cause()).isInstanceOf(InterruptedException.class));
  }

  @Test
  void anErrorIsNoValue() {
    var error = new AssertionError("wrong");
    var started = new CountDownLatch(1);
    assertThatThrownBy(
            () ->
                gatherSettled(
                    () -> untilCancelled(started),
                    () -> {
                      started.await();
                      throw error;
                    }))
        .isSameAs(error);
    trail.assertSteps("cancelled");
  }

  /** BaseTaskTests.test_shield_gather: the cancel does not reach the bodies. */
  @Test
  void aShieldedGatherGoesOn() throws Exception {
    var started = new CountDownLatch(2);
    var goOn = new CountDownLatch(1);
    var ended = new CountDownLatch(2);
    With0.Body<String, InterruptedException> body =
        () -> {
          started.countDown();
          goOn.await();
          ended.countDown();
          return "fine";
        };
    var call = OnThread.start(() -> shield(() -> gather(() -> body.call(), () -> body.call())));
    started.await();
    assertThat(call.interrupt().failure()).isInstanceOf(InterruptedException.class);
    goOn.countDown();
    ended.await();
    assertThat(ended.getCount()).isZero();
  }

  /** BaseTaskTests.test_gather_shield: the cancel reaches the waits and not what is shielded. */
  @Test
  void shieldedBodiesOfAGatherGoOn() throws Exception {
    var started = new CountDownLatch(2);
    var goOn = new CountDownLatch(1);
    var ended = new CountDownLatch(2);
    With0.Body<String, InterruptedException> body =
        () -> {
          started.countDown();
          goOn.await();
          ended.countDown();
          return "fine";
        };
    var call = OnThread.start(() -> gather(() -> shield(body), () -> shield(body)));
    started.await();
    assertThat(call.interrupt().failure()).isInstanceOf(InterruptedException.class);
    goOn.countDown();
    ended.await();
    assertThat(ended.getCount()).isZero();
  }

  @Test
  void aMissingBodyIsNamed() {
    assertThatThrownBy(() -> gather(Collections.singletonList(null)))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("a body is null: give a lambda");
    assertThatThrownBy(() -> gatherSettled(Collections.singletonList(null)))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> gather((With0.Action<RuntimeException>) null))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void nothingGathersToAnEmptyList() throws Exception {
    List<String> none = gather();
    assertThat(none).isEmpty();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> gather()).isInstanceOf(InterruptedException.class);
  }
}
