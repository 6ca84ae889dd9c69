package dev.asyncwith.contextlib;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.suppress;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.AsyncExitStack;
import dev.asyncwith.NoResultException;
import dev.asyncwith.Outcome;
import dev.asyncwith.With1;
import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Managers written as generators: {@code asynccontextmanager}. */
@Timeout(60)
class AsyncContextManagerGeneratorTest {
  private final Trail trail = new Trail();
  private final ArithmeticException divided = new ArithmeticException("1/0");

  /** Who enters the generator. Python knows no difference between them. */
  enum Entered {
    BY_A_BLOCK {
      @Override
      void run(AsyncContextManager<Integer, ?> manager, With1.Action<Integer, ?> body)
          throws Throwable {
        with(manager).run(body);
      }
    },
    BY_A_STACK {
      @Override
      void run(AsyncContextManager<Integer, ?> manager, With1.Action<Integer, ?> body)
          throws Throwable {
        with(AsyncExitStack.create()).run(stack -> body.run(stack.enter(manager)));
      }
    };

    abstract void run(AsyncContextManager<Integer, ?> manager, With1.Action<Integer, ?> body)
        throws Throwable;

    void fail(AsyncContextManager<Integer, ?> manager, Throwable failure) throws Throwable {
      run(
          manager,
          _ -> {
            throw failure;
          });
    }
  }

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
  }

  private AsyncContextManager<Integer, RuntimeException> finallyManager() {
    return asyncContextManager(
        body -> {
          trail.add("1");
          try {
            body.yield(42);
          } finally {
            trail.add("999");
          }
        });
  }

  private static AsyncContextManager<Integer, RuntimeException> plain() {
    return asyncContextManager(body -> body.yield(0));
  }

  @ParameterizedTest
  @EnumSource
  void runsUpToItsYieldAndOnAfterTheBody(Entered entered) throws Throwable {
    AsyncContextManager<Integer, RuntimeException> woohoo =
        asyncContextManager(
            body -> {
              trail.add("1");
              body.yield(42);
              trail.add("999");
            });
    trail.assertSteps();
    entered.run(
        woohoo,
        x -> {
          trail.assertSteps("1");
          trail.add(x.toString());
        });
    trail.assertSteps("1", "42", "999");
  }

  @ParameterizedTest
  @EnumSource
  void itsFinallyRunsWhenTheBodyFails(Entered entered) {
    assertThatThrownBy(
            () ->
                entered.run(
                    finallyManager(),
                    x -> {
                      trail.add(x.toString());
                      throw divided;
                    }))
        .isSameAs(divided);
    trail.assertSteps("1", "42", "999");
  }

  static Stream<Arguments> failuresByEntered() {
    return Stream.of(Entered.values())
        .flatMap(
            entered ->
                Stream.of(
                        new ArithmeticException("1/0"),
                        new RuntimeException("42") {},
                        new IOException("checked"),
                        new AssertionError("ham"),
                        new NoSuchElementException("spam"))
                    .map(failure -> arguments(entered, failure)));
  }

  @ParameterizedTest
  @MethodSource("failuresByEntered")
  void aFailureKeepsItsStackTrace(Entered entered, Throwable failure) {
    StackTraceElement[] before = failure.getStackTrace();
    assertThat(catchThrowable(() -> entered.fail(plain(), failure))).isSameAs(failure);
    assertThat(failure.getStackTrace()).isEqualTo(before);
    assertThat(failure).hasNoCause().hasNoSuppressedExceptions();
  }

  @Test
  void anExitThatDoesNotHandleTheFailureAnswersFalse() throws Exception {
    var manager = plain();
    assertThat(manager.enter()).isZero();
    assertThat(manager.exit(Outcome.of(new IllegalArgumentException("foo")))).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void aYieldAfterTheFailureWasThrownIsAnErrorAndTheGeneratorEnds(Entered entered) {
    AsyncContextManager<Integer, RuntimeException> whoo =
        asyncContextManager(
            body -> {
              try {
                body.yield(1);
              } catch (Exception e) {
                body.yield(2);
                trail.add("went on");
              } finally {
                trail.add("closed");
              }
            });
    assertThatThrownBy(() -> entered.fail(whoo, divided))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("yields again after the body's failure was thrown into it")
        .hasCause(divided);
    trail.assertSteps("closed");
  }

  @ParameterizedTest
  @EnumSource
  void aGeneratorWithoutAYieldIsAnError(Entered entered) {
    AsyncContextManager<Integer, RuntimeException> whoo =
        asyncContextManager(_ -> trail.add("generator"));
    assertThatThrownBy(() -> entered.run(whoo, _ -> trail.add("body")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ended without a yield")
        .hasNoCause();
    trail.assertSteps("generator");
  }

  @ParameterizedTest
  @EnumSource
  void aSecondYieldIsAnErrorAndTheGeneratorEnds(Entered entered) {
    AsyncContextManager<Integer, RuntimeException> whoo =
        asyncContextManager(
            body -> {
              try {
                body.yield(1);
                body.yield(2);
                trail.add("went on");
              } finally {
                trail.add("closed");
              }
            });
    assertThatThrownBy(() -> entered.run(whoo, x -> trail.add("body " + x)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("yields a second time")
        .hasNoCause();
    trail.assertSteps("body 1", "closed");
  }

  @ParameterizedTest
  @EnumSource
  void aFailureThatIsCaughtIsSuppressed(Entered entered) throws Throwable {
    AsyncContextManager<Integer, RuntimeException> woohoo =
        asyncContextManager(
            body -> {
              trail.add("1");
              try {
                body.yield(42);
              } catch (ArithmeticException e) {
                trail.add("caught " + e.getMessage());
              }
            });
    entered.fail(woohoo, divided);
    trail.assertSteps("1", "caught 1/0");
  }

  /** What the generator's own machinery, or a loop around it, could take for its end. */
  static Stream<Arguments> endsByEntered() throws Exception {
    Throwable noResult =
        catchThrowable(
            () ->
                with(suppress(IOException.class))
                    .<Integer, IOException>call(
                        () -> {
                          throw new IOException("suppressed");
                        }));
    assertThat(noResult).isInstanceOf(NoResultException.class);
    return Stream.of(Entered.values())
        .flatMap(
            entered ->
                Stream.of(
                        new NoSuchElementException("spam"),
                        new NoSuchElementException("a subclass") {},
                        new CancellationException("ham"),
                        new IllegalStateException("a generator yields once"),
                        noResult)
                    .map(end -> arguments(entered, end)));
  }

  @ParameterizedTest
  @MethodSource("endsByEntered")
  void aFailureThatLooksLikeTheEndOfAGeneratorComesOutAsItself(Entered entered, Throwable end) {
    Throwable cause = end.getCause();
    assertThat(catchThrowable(() -> entered.fail(plain(), end))).isSameAs(end);
    assertThat(end.getCause()).isSameAs(cause);
    assertThat(end).hasNoSuppressedExceptions();
  }

  private AsyncContextManager<Integer, RuntimeException> translating() {
    return asyncContextManager(
        body -> {
          try {
            body.yield(1);
          } catch (Exception e) {
            throw new RuntimeException("caught " + e.getMessage(), e);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void aTranslatedFailureKeepsTheBodysAsItsCause(Entered entered) {
    assertThatThrownBy(() -> entered.fail(translating(), divided))
        .isExactlyInstanceOf(RuntimeException.class)
        .hasMessage("caught 1/0")
        .hasCause(divided)
        .hasNoSuppressedExceptions();
  }

  /** Python takes the wrapper of a StopAsyncIteration for its machinery's and unwraps it. */
  @ParameterizedTest
  @EnumSource
  void aTranslationIsNeverUnwrapped(Entered entered) {
    var end = new NoSuchElementException("unchained");
    assertThatThrownBy(() -> entered.fail(translating(), end))
        .isExactlyInstanceOf(RuntimeException.class)
        .hasMessage("caught unchained")
        .hasCause(end);
  }

  /** Python raises the generator's, with the body's as its context. */
  @ParameterizedTest
  @EnumSource
  void anUnrelatedFailureOfTheGeneratorIsKeptInTheBodys(Entered entered) {
    var own = new IllegalArgumentException("own");
    AsyncContextManager<Integer, RuntimeException> manager =
        asyncContextManager(
            body -> {
              try {
                body.yield(1);
              } catch (ArithmeticException e) {
                throw own;
              }
            });
    assertThatThrownBy(() -> entered.fail(manager, divided))
        .isSameAs(divided)
        .hasSuppressedException(own);
    assertThat(own).hasNoCause();
  }

  /** Equal to every other of its class. */
  private static final class EqualException extends RuntimeException {
    @Override
    public boolean equals(Object other) {
      return other instanceof EqualException;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEqualFailureIsNotTheSame(Entered entered) {
    var first = new EqualException();
    var second = new EqualException();
    AsyncContextManager<Integer, RuntimeException> manager =
        asyncContextManager(
            body -> {
              try {
                body.yield(1);
              } catch (EqualException e) {
                throw second;
              }
            });
    Throwable thrown = catchThrowable(() -> entered.fail(manager, first));
    assertThat(thrown).isSameAs(first);
    assertThat(thrown.getSuppressed()).hasSize(1);
    assertThat(thrown.getSuppressed()[0]).isSameAs(second);
  }

  @ParameterizedTest
  @EnumSource
  void aGeneratorThatFailsBeforeItsYieldIsNotEntered(Entered entered) {
    AsyncContextManager<Integer, RuntimeException> manager =
        asyncContextManager(
            body -> {
              if (trail.steps().isEmpty()) {
                throw divided;
              }
              body.yield(1);
            });
    assertThatThrownBy(() -> entered.run(manager, _ -> trail.add("body")))
        .isSameAs(divided)
        .hasNoCause()
        .hasNoSuppressedExceptions();
    trail.assertSteps();
  }

  @ParameterizedTest
  @EnumSource
  void aManagerIsUsedOnce(Entered entered) throws Throwable {
    var manager = plain();
    entered.run(manager, _ -> trail.add("first"));
    assertThatThrownBy(() -> entered.run(manager, _ -> trail.add("second")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was already used");
    trail.assertSteps("first");
  }

  @ParameterizedTest
  @EnumSource
  void aManagerIsNotEnteredWhileItIsActive(Entered entered) throws Throwable {
    var manager = plain();
    entered.run(
        manager,
        _ ->
            assertThatThrownBy(() -> entered.run(manager, _ -> trail.add("inner")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was already used"));
    trail.assertSteps();
  }

  /** Python turns a StopAsyncIteration of the generator into a RuntimeError. */
  @ParameterizedTest
  @EnumSource
  void whatTheGeneratorThrowsByItselfIsNotWrapped(Entered entered) {
    var end = new NoSuchElementException("of the generator");
    AsyncContextManager<Integer, RuntimeException> manager =
        asyncContextManager(
            body -> {
              body.yield(1);
              throw end;
            });
    assertThatThrownBy(() -> entered.run(manager, _ -> {})).isSameAs(end);
  }

  /** Python's task goes on as if nothing had been; {@code cancelling()} tells of it. */
  @ParameterizedTest
  @EnumSource
  void aCancellationThatIsSwallowedStaysInEffect(Entered entered) throws Throwable {
    AsyncContextManager<Integer, RuntimeException> manager =
        asyncContextManager(
            body -> {
              try {
                body.yield(1);
              } catch (InterruptedException e) {
                trail.add("swallowed");
              }
            });
    entered.fail(manager, new InterruptedException("cancelled"));
    trail.assertSteps("swallowed");
    assertThatThrownBy(() -> sleep(Duration.ZERO)).isInstanceOf(InterruptedException.class);
  }

  @ParameterizedTest
  @EnumSource
  void attemptTellsHowTheBodyEndedAndSuppressesNothing(Entered entered) {
    List<Outcome> outcomes = new ArrayList<>();
    AsyncContextManager<Integer, RuntimeException> manager =
        asyncContextManager(body -> outcomes.add(body.attempt(1)));
    var checked = new IOException("checked");
    assertThatThrownBy(() -> entered.fail(manager, checked)).isSameAs(checked);
    assertThat(outcomes).containsExactly(new Outcome.Failed(checked));
  }

  /** What suppresses a failure lets the exits' failures that it carries go on. */
  @ParameterizedTest
  @EnumSource
  void whatIsCaughtGivesTheFailuresOfInnerExitsBack(Entered entered) {
    var broken = new IllegalStateException("broken exit");
    AsyncContextManager<Integer, RuntimeException> catching =
        asyncContextManager(
            body -> {
              try {
                body.yield(1);
              } catch (ArithmeticException e) {
                trail.add("caught");
              }
            });
    assertThatThrownBy(
            () ->
                entered.run(
                    catching,
                    _ ->
                        with(trail.manager("A").withExitFailure(broken))
                            .run(
                                _ -> {
                                  throw divided;
                                })))
        .isSameAs(broken)
        .hasNoSuppressedExceptions();
    assertThat(trail.steps()).endsWith("caught");
  }
}
