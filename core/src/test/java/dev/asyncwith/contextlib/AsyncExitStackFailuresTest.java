package dev.asyncwith.contextlib;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.AsyncExit;
import dev.asyncwith.AsyncExitStack;
import dev.asyncwith.Outcome;
import dev.asyncwith.With1;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Several failures in one exit stack. Python chains them by {@code __context__}, the last on top;
 * here the first stays on top and keeps the later ones as suppressed exceptions. In both the rule
 * is that a stack gives what nested blocks of the same managers give.
 */
@Timeout(60)
class AsyncExitStackFailuresTest {
  private static final AsyncExit<RuntimeException> SUPPRESSES = _ -> true;

  private final ArithmeticException divided = new ArithmeticException("1/0");
  private final IndexOutOfBoundsException index = new IndexOutOfBoundsException("index");
  private final IllegalArgumentException key = new IllegalArgumentException("key");
  private final NoSuchFieldException attribute = new NoSuchFieldException("attribute");
  private final NumberFormatException value = new NumberFormatException("value");

  private static Throwable thrownByStack(With1.Action<AsyncExitStack, ?> body) {
    return catchThrowable(() -> with(AsyncExitStack.create()).run(body));
  }

  private static With1.Action<AsyncExitStack, ?> pushAll(
      List<? extends AsyncExit<?>> exits, Throwable bodyFailure) {
    return stack -> {
      exits.forEach(stack::push);
      if (bodyFailure != null) {
        throw bodyFailure;
      }
    };
  }

  private static AsyncExit<Throwable> raises(Throwable failure) {
    return _ -> {
      throw failure;
    };
  }

  /** An exit as a manager, for the blocks that a stack is compared with. */
  private record ExitOnly(AsyncExit<Throwable> then)
      implements AsyncContextManager<String, Throwable> {
    @Override
    public String enter() {
      return "entered";
    }

    @Override
    public boolean exit(Outcome outcome) throws Throwable {
      return then.exit(outcome);
    }
  }

  private static void nested(List<AsyncExit<Throwable>> exits, Throwable bodyFailure)
      throws Throwable {
    if (exits.isEmpty()) {
      throw bodyFailure;
    }
    with(new ExitOnly(exits.getFirst()))
        .run(_ -> nested(exits.subList(1, exits.size()), bodyFailure));
  }

  private static AsyncExit<Throwable> remembering(List<Throwable> seen) {
    return outcome -> {
      seen.add(outcome.failure());
      return true;
    };
  }

  @Test
  void anExitThatSuppressesNothingLetsTheFailureOut() {
    assertThat(thrownByStack(pushAll(List.of(_ -> false), divided)))
        .isSameAs(divided)
        .hasNoSuppressedExceptions();
  }

  @Test
  void anExitMaySuppressTheBodysFailure() {
    assertThat(thrownByStack(pushAll(List.of(SUPPRESSES), divided))).isNull();
  }

  @Test
  void aSuppressedFailureIsGoneForTheExitsBefore() {
    List<Throwable> seen = new ArrayList<>();
    assertThat(
            thrownByStack(
                pushAll(List.of(remembering(seen), SUPPRESSES, remembering(seen)), divided)))
        .isNull();
    assertThat(seen).containsExactly(divided, null);
  }

  /** The reference: what nested blocks do. Python raises the index error. */
  @Test
  void nestedBlocksKeepLaterFailuresInTheFirst() {
    List<Throwable> seen = new ArrayList<>();
    var keyWithCause = new IllegalArgumentException("key", attribute);
    List<AsyncExit<Throwable>> exits =
        List.of(raises(index), raises(keyWithCause), remembering(seen), raises(value));
    Throwable thrown = catchThrowable(() -> nested(exits, divided));
    assertThat(thrown).isSameAs(value).hasNoCause();
    assertThat(thrown.getSuppressed()).containsExactly(keyWithCause, index);
    assertThat(keyWithCause).hasCause(attribute).hasNoSuppressedExceptions();
    assertThat(seen).containsExactly(divided);
    assertThat(divided.getSuppressed()).containsExactly(value);
  }

  @Test
  void aStackKeepsLaterFailuresInTheFirstAsNestedBlocksDo() {
    List<Throwable> seen = new ArrayList<>();
    var keyWithCause = new IllegalArgumentException("key", attribute);
    Throwable thrown =
        thrownByStack(
            pushAll(
                List.of(raises(index), raises(keyWithCause), remembering(seen), raises(value)),
                divided));
    assertThat(thrown).isSameAs(value).hasNoCause();
    assertThat(thrown.getSuppressed()).containsExactly(keyWithCause, index);
    assertThat(keyWithCause).hasCause(attribute).hasNoSuppressedExceptions();
    assertThat(seen).containsExactly(divided);
    assertThat(divided.getSuppressed()).containsExactly(value);
  }

  @Test
  void failingCallbacksAreKeptInOrder() {
    List<Throwable> seen = new ArrayList<>();
    Throwable thrown =
        thrownByStack(
            stack -> {
              stack.callback(() -> raises(index).exit(Outcome.succeeded()));
              stack.callback(() -> raises(key).exit(Outcome.succeeded()));
              stack.callback(() -> raises(attribute).exit(Outcome.succeeded()));
              stack.push(remembering(seen));
              stack.callback(() -> raises(value).exit(Outcome.succeeded()));
              throw divided;
            });
    assertThat(seen).containsExactly(divided);
    assertThat(divided.getSuppressed()).containsExactly(value);
    assertThat(thrown).isSameAs(value);
    assertThat(thrown.getSuppressed()).containsExactly(attribute, key, index);
  }

  @Test
  void whatFailsAfterASuppressionHasNoLinkToWhatWasSuppressed() {
    Throwable thrown = thrownByStack(pushAll(List.of(raises(key), SUPPRESSES), divided));
    assertThat(thrown).isSameAs(key).hasNoCause().hasNoSuppressedExceptions();
    assertThat(divided).hasNoSuppressedExceptions();
  }

  @Test
  void whatFailsAfterASuppressionMayBeSuppressedItself() {
    assertThat(thrownByStack(pushAll(List.of(SUPPRESSES, raises(key), SUPPRESSES), divided)))
        .isNull();
  }

  @Test
  void aStackInAStackSaysWhatIsPendingAfterIt() {
    List<Throwable> seen = new ArrayList<>();
    Throwable thrown =
        thrownByStack(
            outer -> {
              outer.push(remembering(seen));
              var inner = outer.enter(AsyncExitStack.create());
              inner.push(raises(key));
              inner.push(SUPPRESSES);
              throw divided;
            });
    assertThat(thrown).isNull();
    assertThat(seen).containsExactly(key);
  }

  /** CPython loses the first of them (gh-102201). */
  @Test
  void twoFailuresAfterASuccessAreBothKept() {
    assertThat(thrownByStack(pushAll(List.of(raises(index), raises(key)), null)))
        .isSameAs(key)
        .hasSuppressedException(index);
    var stack = AsyncExitStack.create();
    stack.push(raises(attribute));
    stack.push(raises(value));
    assertThatThrownBy(stack::close).isSameAs(value).hasSuppressedException(attribute);
  }

  @Test
  void anExitThatSuppressesNothingKeepsTheFailureOfAnother() {
    assertThat(
            thrownByStack(
                stack -> {
                  stack.callback(() -> {});
                  stack.push(raises(index));
                }))
        .isSameAs(index);
    assertThat(thrownByStack(pushAll(List.of(raises(key), SUPPRESSES, raises(index)), null)))
        .isSameAs(key)
        .hasNoSuppressedExceptions();
  }

  /** Python's suppresses all: there the last failure is on top, and goes with its contexts. */
  @Test
  void whoSuppressesTheFirstFailureDoesNotSwallowTheSecond() {
    assertThat(thrownByStack(pushAll(List.of(SUPPRESSES, raises(divided), raises(key)), null)))
        .isSameAs(divided);
    assertThat(thrownByStack(pushAll(List.of(SUPPRESSES, raises(value)), null))).isNull();
  }

  @Test
  void failuresKeepTheirStackTraces() {
    StackTraceElement[] ofBody = divided.getStackTrace();
    StackTraceElement[] ofExit = value.getStackTrace();
    Throwable thrown = thrownByStack(pushAll(List.of(raises(value)), divided));
    assertThat(thrown).isSameAs(divided);
    assertThat(thrown.getSuppressed()).containsExactly(value);
    assertThat(divided.getStackTrace()).isEqualTo(ofBody);
    assertThat(value.getStackTrace()).isEqualTo(ofExit);
  }

  private static AsyncContextManager<String, RuntimeException> failsAtItsEnd(Exception failure) {
    return asyncContextManager(
        body -> {
          try {
            body.yield("value");
          } finally {
            if (failure instanceof RuntimeException unchecked) {
              throw unchecked;
            }
          }
        });
  }

  /** No link is added to what an exit throws: neither a cause nor, to the body's, a context. */
  @Test
  void theCauseOfAnExitsFailureIsLeftAloneInABlockAndInAStack() {
    var inBlock = new IllegalStateException("in a block", null);
    assertThat(
            catchThrowable(
                () ->
                    with(failsAtItsEnd(inBlock))
                        .run(
                            _ -> {
                              throw index;
                            })))
        .isSameAs(index);
    var inStack = new IllegalStateException("in a stack", null);
    assertThat(
            thrownByStack(
                stack -> {
                  stack.enter(failsAtItsEnd(inStack));
                  throw index;
                }))
        .isSameAs(index);
    assertThat(inBlock).hasNoCause().hasNoSuppressedExceptions();
    assertThat(inStack).hasNoCause().hasNoSuppressedExceptions();
    assertThat(index.getSuppressed()).containsExactly(inBlock, inStack);
  }

  private static RuntimeException numbered(int number, Throwable cause) {
    return new RuntimeException(String.valueOf(number), cause);
  }

  private static AsyncContextManager<String, RuntimeException> translates(int number) {
    return asyncContextManager(
        body -> {
          try {
            body.yield("value");
          } catch (RuntimeException e) {
            throw numbered(number, e);
          }
        });
  }

  @Test
  void failuresThatAreChainedAlreadyAreLeftAsTheyAre() {
    var first = numbered(1, null);
    Throwable thrown =
        thrownByStack(
            stack -> {
              stack.enter(translates(4));
              stack.enter(translates(3));
              stack.enter(translates(2));
              throw first;
            });
    List<String> chain = new ArrayList<>();
    for (Throwable link = thrown; link != null; link = link.getCause()) {
      chain.add(link.getMessage());
      assertThat(link).hasNoSuppressedExceptions();
    }
    assertThat(chain).containsExactly("4", "3", "2", "1");
    assertThat(thrown).hasRootCause(first);
  }

  @Test
  void failuresWithoutALinkAreKeptInTheFirstOnceEach() {
    var second = numbered(2, null);
    var third = numbered(3, null);
    var fourth = numbered(4, null);
    Throwable thrown =
        thrownByStack(
            stack -> {
              stack.enter(failsAtItsEnd(fourth));
              stack.enter(failsAtItsEnd(third));
              stack.enter(failsAtItsEnd(second));
              throw divided;
            });
    assertThat(thrown).isSameAs(divided).hasNoCause();
    assertThat(thrown.getSuppressed()).containsExactly(second, third, fourth);
  }

  @Test
  void failuresWithACauseOfTheirOwnKeepIt() {
    var second = numbered(2, null);
    var third = numbered(3, second);
    var fourth = numbered(4, null);
    var fifth = numbered(5, fourth);
    Throwable thrown = thrownByStack(pushAll(List.of(raises(fifth), raises(third)), divided));
    assertThat(thrown).isSameAs(divided).hasNoCause();
    assertThat(thrown.getSuppressed()).containsExactly(third, fifth);
    assertThat(third).hasCause(second);
    assertThat(fifth).hasCause(fourth);
    assertThat(second).hasNoCause();
    assertThat(fourth).hasNoCause();
  }

  /** Python's bpo-27122: a RuntimeError that passed a generator was chained to itself. */
  @Test
  void aFailureThatPassesAGeneratorIsTheCauseOfItsTranslationAndNoMore() {
    var unique = new RuntimeException("please no infinite loop");
    AsyncContextManager<String, RuntimeException> rethrows =
        asyncContextManager(
            body -> {
              try {
                body.yield("value");
              } catch (RuntimeException e) {
                throw e;
              }
            });
    Throwable thrown =
        thrownByStack(
            stack -> {
              stack.enter(translates(9));
              stack.enter(rethrows);
              throw unique;
            });
    assertThat(thrown).hasMessage("9").hasNoSuppressedExceptions();
    assertThat(thrown.getCause()).isSameAs(unique);
    assertThat(unique).hasNoCause().hasNoSuppressedExceptions();
  }

  /** The one to whom a new failure is pending is the exit before the one that threw it. */
  @Test
  void anExitSeesTheTranslationOfTheOneAfterIt() {
    List<Throwable> seen = new ArrayList<>();
    var translated = numbered(1, divided);
    assertThat(
            thrownByStack(
                pushAll(List.of(remembering(seen), raises(translated), _ -> false), divided)))
        .isNull();
    assertThat(seen).containsExactly(translated);
  }
}
