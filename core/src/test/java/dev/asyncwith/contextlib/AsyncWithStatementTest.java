package dev.asyncwith.contextlib;

import static dev.asyncwith.AsyncWith.nullContext;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.NoResultException;
import dev.asyncwith.Outcome;
import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The statement itself: what CPython pins in {@code test_with_1} to {@code test_with_13} of its
 * test_coroutines, and what its reference manual says besides.
 */
@Timeout(60)
class AsyncWithStatementTest {
  private final Trail trail = new Trail();
  private final ArithmeticException divided = new ArithmeticException("1/0");

  @Test
  void managersAreEnteredInOrderAndExitedInReverseOrder() throws Exception {
    with(trail.manager("A"))
        .and(trail.manager("B").withSuppression())
        .run(
            (a, b) -> {
              trail.add("managers " + a + " " + b);
              throw divided;
            });
    trail.assertSteps(
        "enter A",
        "enter B",
        "managers A B",
        "exit B: failed with java.lang.ArithmeticException: 1/0",
        "exit A: succeeded");
    assertThatThrownBy(
            () ->
                with(trail.manager("A"))
                    .and(trail.manager("C"))
                    .run(
                        (_, _) -> {
                          throw divided;
                        }))
        .isSameAs(divided);
  }

  @Test
  void theFirstIsExitedWithWhatTheSecondsEnterThrew() {
    var refused = new IOException("refused");
    assertThatThrownBy(
            () ->
                with(trail.manager("A"))
                    .and(trail.manager("B").withEnterFailure(refused))
                    .run((_, _) -> trail.add("body")))
        .isSameAs(refused);
    trail.assertSteps("enter A", "enter B", "exit A: failed with java.io.IOException: refused");
  }

  @Test
  void anExitThatSuppressesNothingLetsTheVeryFailureOut() {
    var failure = new AssertionError("(1,) != 1");
    assertThatThrownBy(
            () ->
                with(trail.manager("A"))
                    .run(
                        _ -> {
                          throw failure;
                        }))
        .isSameAs(failure)
        .hasNoCause()
        .hasNoSuppressedExceptions();
    trail.assertSteps("enter A", "exit A: failed with java.lang.AssertionError: (1,) != 1");
  }

  /** The ways out of a body without a failure. Break and continue cannot leave a lambda. */
  private enum WayOut {
    END,
    RETURN,
    BREAK,
    CONTINUE;

    int take() {
      for (int turn = 1; turn <= 2; turn++) {
        if (this == RETURN) {
          return turn;
        }
        if (this == BREAK) {
          break;
        }
        if (this == CONTINUE) {
          continue;
        }
      }
      return 0;
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyWayOutExitsOnceAndItsFailureIsThrown(WayOut way) {
    var broken = new IOException("broken");
    assertThatThrownBy(() -> with(trail.manager("A").withExitFailure(broken)).call(_ -> way.take()))
        .isSameAs(broken)
        .hasNoSuppressedExceptions();
    trail.assertSteps("enter A", "exit A: succeeded");
  }

  @Test
  void afterASuccessTheFailureOfTheExitIsThrown() {
    assertThatThrownBy(
            () -> with(trail.manager("A").withExitFailure(divided)).run(_ -> trail.add("body")))
        .isSameAs(divided);
    trail.assertSteps("enter A", "body", "exit A: succeeded");
  }

  /** Python raises the outer exit's, with the inner exit's and the body's as its contexts. */
  @Test
  void ofThreeFailuresTheBodysIsThrownAndKeepsTheExits() {
    var body = new RuntimeException("body");
    var inner = new ArithmeticException("inner exit");
    var outer = new ArithmeticException("outer exit");
    Throwable thrown =
        catchThrowable(
            () ->
                with(trail.manager("outer").withExitFailure(outer))
                    .run(
                        _ ->
                            with(trail.manager("inner").withExitFailure(inner))
                                .run(
                                    _ -> {
                                      throw body;
                                    })));
    assertThat(thrown).isSameAs(body).hasNoCause();
    assertThat(thrown.getSuppressed()).containsExactly(inner, outer);
    trail.assertSteps(
        "enter outer",
        "enter inner",
        "exit inner: failed with java.lang.RuntimeException: body",
        "exit outer: failed with java.lang.RuntimeException: body");
  }

  @Test
  void anEnterThatFailsIsNotExited() {
    var unsupported = new UnsupportedOperationException("enter");
    var manager =
        trail
            .manager("A")
            .withEnterFailure(unsupported)
            .withExitFailure(new AssertionError("exited"));
    assertThatThrownBy(
            () ->
                with(manager)
                    .run(
                        _ -> {
                          throw new AssertionError("the body ran");
                        }))
        .isSameAs(unsupported)
        .hasNoCause()
        .hasNoSuppressedExceptions();
    trail.assertSteps("enter A");
  }

  @Test
  void anExitMaySuppressTheFailure() throws Exception {
    var manager = trail.manager("A").withSuppression();
    with(manager)
        .run(
            a -> {
              assertThat(a).isEqualTo("A");
              throw divided;
            });
    trail.add("after");
    trail.assertSteps("enter A", "exit A: failed with java.lang.ArithmeticException: 1/0", "after");
  }

  /** Python goes on after the block, where a function without a return gives None. */
  @Test
  void aSuppressedFailureLeavesNoResult() throws Exception {
    var block = with(trail.manager("A").withSuppression());
    assertThatThrownBy(
            () ->
                block.<Integer, RuntimeException>call(
                    _ -> {
                      throw divided;
                    }))
        .isInstanceOf(NoResultException.class)
        .hasCause(divided);
    assertThat(
            block.<Integer, RuntimeException>tryCall(
                _ -> {
                  throw divided;
                }))
        .isEmpty();
  }

  @Test
  void anEnterThatFailsEndsTheProgramsWayEvenWhereTheExitWouldSuppress() {
    assertThatThrownBy(
            () -> {
              trail.add("before");
              with(trail.manager("A").withEnterFailure(divided).withSuppression())
                  .run(_ -> trail.add("body"));
              trail.add("after");
            })
        .isSameAs(divided);
    trail.assertSteps("before", "enter A");
  }

  @Test
  void whatTheExitAnswersAfterASuccessIsIgnored() throws Exception {
    int result = with(trail.manager("A").withSuppression()).call(_ -> 42);
    assertThat(result).isEqualTo(42);
    trail.assertSteps("enter A", "exit A: succeeded");
  }

  @Test
  void theVeryFailureReachesTheExit() {
    var seen = new Throwable[1];
    AsyncContextManager<String, RuntimeException> manager =
        new AsyncContextManager<>() {
          @Override
          public String enter() {
            return "value";
          }

          @Override
          public boolean exit(Outcome outcome) {
            seen[0] = outcome.failure();
            return false;
          }
        };
    assertThatThrownBy(
            () ->
                with(manager)
                    .and(nullContext("inner"))
                    .run(
                        (_, _) -> {
                          throw divided;
                        }))
        .isSameAs(divided);
    assertThat(seen[0]).isSameAs(divided);
  }

  @Test
  void aCancelledBodyIsExitedByAnExitThatMayWaitAndBeInterruptedItself() throws Exception {
    var inBody = new CountDownLatch(1);
    var inExit = new CountDownLatch(1);
    var released = new CountDownLatch(1);
    var waited = new CountDownLatch(1);
    var never = new CountDownLatch(1);
    var second = new CompletableFuture<InterruptedException>();
    AsyncContextManager<String, RuntimeException> manager =
        new AsyncContextManager<>() {
          @Override
          public String enter() {
            return "value";
          }

          @Override
          public boolean exit(Outcome outcome) throws InterruptedException {
            trail.add("exit: " + outcome.getClass().getSimpleName());
            inExit.countDown();
            released.await();
            trail.add("the exit has waited");
            waited.countDown();
            try {
              never.await();
            } catch (InterruptedException e) {
              second.complete(e);
              throw e;
            }
            return false;
          }
        };
    var thrown = new CompletableFuture<Throwable>();
    Thread thread =
        Thread.ofVirtual()
            .start(
                () ->
                    thrown.complete(
                        catchThrowable(
                            () ->
                                with(manager)
                                    .run(
                                        _ -> {
                                          inBody.countDown();
                                          never.await();
                                        }))));
    inBody.await();
    thread.interrupt();
    inExit.await();
    released.countDown();
    waited.await();
    thread.interrupt();
    assertThat(thrown.get()).isSameAs(second.get());
    assertThat(second.get().getSuppressed())
        .singleElement()
        .isInstanceOf(InterruptedException.class);
    trail.assertSteps("exit: Cancelled", "the exit has waited");
  }
}
