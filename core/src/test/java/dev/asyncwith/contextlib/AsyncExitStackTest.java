package dev.asyncwith.contextlib;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.closing;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.AsyncExit;
import dev.asyncwith.AsyncExitStack;
import dev.asyncwith.Outcome;
import dev.asyncwith.With1;
import dev.asyncwith.testing.Trail;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code AsyncExitStack}, and what it shares with {@code ExitStack}, without its failures. */
@Timeout(60)
class AsyncExitStackTest {
  private final Trail trail = new Trail();
  private final ArithmeticException divided = new ArithmeticException("1/0");

  private static void inStack(With1.Action<AsyncExitStack, ?> body) throws Throwable {
    with(AsyncExitStack.create()).run(body);
  }

  @Test
  void anEmptyStackDoesNothing() throws Throwable {
    inStack(_ -> trail.add("body"));
    trail.assertSteps("body");
    assertThatThrownBy(
            () ->
                inStack(
                    _ -> {
                      throw divided;
                    }))
        .isSameAs(divided)
        .hasNoSuppressedExceptions();
  }

  @Test
  void callbacksRunLastFirstWithWhatTheyWereGiven() throws Throwable {
    List<List<Integer>> expected = List.of(List.of(), List.of(1), List.of(1, 2), List.of(3, 4, 5));
    List<List<Integer>> result = new ArrayList<>();
    inStack(
        stack -> {
          for (List<Integer> arguments : expected.reversed()) {
            stack.callback(() -> result.add(arguments));
          }
          assertThat(result).isEmpty();
        });
    assertThat(result).isEqualTo(expected);
  }

  @Test
  void aCallbackCannotSuppress() {
    assertThatThrownBy(
            () ->
                inStack(
                    stack -> {
                      stack.callback(() -> trail.add("callback"));
                      throw divided;
                    }))
        .isSameAs(divided);
    trail.assertSteps("callback");
  }

  /** A manager that must not be entered, whose exit says what it was told. */
  private AsyncContextManager<String, RuntimeException> enteredAlready(String name) {
    return new AsyncContextManager<>() {
      @Override
      public String enter() {
        throw new AssertionError("should not be called");
      }

      @Override
      public boolean exit(Outcome outcome) {
        trail.add(name + " " + outcome);
        return false;
      }
    };
  }

  @Test
  void aPushedExitIsToldWhatIsPendingAndNotEntered() throws Throwable {
    AsyncExit<RuntimeException> suppresses =
        outcome -> {
          trail.add("suppress " + outcome);
          return true;
        };
    inStack(
        stack -> {
          stack.push(enteredAlready("before"));
          stack.push(suppresses);
          stack.push(enteredAlready("after"));
          stack.push(_ -> false);
          throw divided;
        });
    String failed = new Outcome.Failed(divided).toString();
    trail.assertSteps("after " + failed, "suppress " + failed, "before " + Outcome.succeeded());
  }

  @Test
  void enterGivesTheValueAndExitsInItsPlace() throws Throwable {
    inStack(
        stack -> {
          stack.callback(() -> trail.add("registered first"));
          assertThat(stack.enter(trail.manager("A"))).isEqualTo("A");
          trail.add("body");
        });
    trail.assertSteps("enter A", "body", "exit A: succeeded", "registered first");
  }

  @Test
  void aManagerWhoseEnterFailsIsNotRegisteredAndThoseBeforeItAreExited() {
    var refused = new IOException("refused");
    var stack = AsyncExitStack.create();
    assertThatThrownBy(
            () ->
                with(stack)
                    .run(
                        s -> {
                          s.enter(trail.manager("A"));
                          s.enter(trail.manager("B").withEnterFailure(refused));
                        }))
        .isSameAs(refused);
    trail.assertSteps("enter A", "enter B", "exit A: failed with java.io.IOException: refused");
  }

  @Test
  void aBodyThatCatchesAFailedEnterGoesOnWithoutIt() throws Throwable {
    inStack(
        stack -> {
          assertThatThrownBy(() -> stack.enter(trail.manager("A").withEnterFailure(divided)))
              .isSameAs(divided);
          stack.enter(trail.manager("B"));
        });
    trail.assertSteps("enter A", "enter B", "exit B: succeeded");
  }

  @Test
  void exitsOfAllKindsRunInOneOrder() throws Throwable {
    Closeable plain = () -> trail.add("closed");
    inStack(
        stack -> {
          stack.callback(() -> trail.add("callback"));
          stack.enter(closing(plain));
          stack.enter(
              asyncContextManager(
                  body -> {
                    body.yield("generator");
                    trail.add("generator ends");
                  }));
          stack.push(enteredAlready("pushed"));
          stack.enter(trail.manager("A"));
        });
    trail.assertSteps(
        "enter A",
        "exit A: succeeded",
        "pushed " + Outcome.succeeded(),
        "generator ends",
        "closed",
        "callback");
  }

  @Test
  void closeExitsAtOnce() throws Throwable {
    inStack(
        stack -> {
          stack.callback(() -> trail.add("1"));
          stack.close();
          trail.add("2");
        });
    trail.assertSteps("1", "2");
  }

  @Test
  void closeThrowsWhatEntriesThrowAndASecondCloseDoesNothing() throws Exception {
    var stack = AsyncExitStack.create();
    stack.push(trail.manager("A").withExitFailure(divided));
    assertThatThrownBy(stack::close).isSameAs(divided);
    stack.close();
    trail.assertSteps("exit A: succeeded");
  }

  @Test
  void closeTellsWhetherThereWasAFailureToSuppress() throws Exception {
    var suppressing = AsyncExitStack.create();
    suppressing.push(_ -> true);
    assertThat(suppressing.close(divided)).isTrue();
    var refusing = AsyncExitStack.create();
    refusing.push(_ -> false);
    assertThat(refusing.close(divided)).isFalse();
    var succeeded = AsyncExitStack.create();
    succeeded.push(_ -> true);
    assertThat(succeeded.exit(Outcome.succeeded())).isFalse();
  }

  @Test
  void popAllMovesTheEntriesToAStackOfTheirOwn() throws Throwable {
    var moved = new AsyncExitStack[1];
    inStack(
        stack -> {
          stack.callback(() -> trail.add("3"));
          moved[0] = stack.popAll();
          trail.add("1");
        });
    trail.add("2");
    moved[0].close();
    trail.assertSteps("1", "2", "3");
  }

  private AsyncExitStack acquire(String... names) throws Exception {
    return with(AsyncExitStack.create())
        .call(
            stack -> {
              for (String name : names) {
                var manager = trail.manager(name);
                stack.enter(name.equals("bad") ? manager.withEnterFailure(divided) : manager);
              }
              return stack.popAll();
            });
  }

  @Test
  void whatWasAcquiredWholeIsHandedOverAndElseReleased() throws Exception {
    var acquired = acquire("A", "B");
    trail.assertSteps("enter A", "enter B");
    acquired.close();
    trail.assertSteps("enter A", "enter B", "exit B: succeeded", "exit A: succeeded");
    assertThatThrownBy(() -> acquire("C", "bad")).isSameAs(divided);
    assertThat(trail.steps())
        .endsWith("enter C", "enter bad", "exit C: failed with java.lang.ArithmeticException: 1/0");
  }

  @Test
  void tenThousandEntriesDoNotOverflowTheStack() throws Throwable {
    var ran = new ArrayList<Integer>();
    inStack(stack -> IntStream.range(0, 10_000).forEach(i -> stack.callback(() -> ran.add(i))));
    assertThat(ran).hasSize(10_000).startsWith(9_999).endsWith(0);
  }

  /** Python's stack is empty after close, and takes entries for a next round. */
  @Test
  void aClosedStackReleasesWhatItIsGivenAndSaysSo() throws Exception {
    var stack = AsyncExitStack.create();
    stack.close();
    assertThatThrownBy(() -> stack.callback(() -> trail.add("released")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
    trail.assertSteps("released");
    assertThatThrownBy(() -> with(stack).run(_ -> trail.add("body")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a stack serves one block");
    trail.assertSteps("released");
  }

  /** In Python the inner block's end exits what the outer block still uses. */
  @Test
  void aStackIsNotEnteredInItsOwnBlock() throws Throwable {
    inStack(
        stack -> {
          stack.callback(() -> trail.add("released"));
          assertThatThrownBy(() -> with(stack).run(_ -> trail.add("inner")))
              .isInstanceOf(IllegalStateException.class);
          trail.add("outer");
        });
    trail.assertSteps("outer", "released");
  }

  /** In Python an entry that calls pop_all takes those before it out of the unwinding. */
  @Test
  void aStackThatClosesKeepsItsEntries() throws Throwable {
    inStack(
        stack -> {
          stack.callback(() -> trail.add("before"));
          stack.callback(
              () ->
                  assertThatThrownBy(stack::popAll)
                      .isInstanceOf(IllegalStateException.class)
                      .hasMessageContaining("call popAll before it closes"));
        });
    trail.assertSteps("before");
  }

  /** In Python what is left runs inside the entry; here it runs after it. */
  @Test
  void anEntryThatClosesItsStackRunsNoEntryTwice() throws Throwable {
    inStack(
        stack -> {
          stack.callback(() -> trail.add("first"));
          stack.callback(
              () -> {
                stack.close();
                trail.add("closing");
              });
        });
    trail.assertSteps("closing", "first");
  }

  @Test
  void everyEntryRunsAlsoWhereTheUnwindingIsCancelledAndMayWait() throws Exception {
    var inEntry = new CountDownLatch(1);
    var inOuterEntry = new CountDownLatch(1);
    var released = new CountDownLatch(1);
    var never = new CountDownLatch(1);
    var thrown = new CompletableFuture<Throwable>();
    Thread thread =
        Thread.ofVirtual()
            .start(
                () ->
                    thrown.complete(
                        catchThrowable(
                            () ->
                                inStack(
                                    stack -> {
                                      stack.push(trail.manager("outermost"));
                                      stack.push(
                                          outcome -> {
                                            trail.add(outcome.getClass().getSimpleName());
                                            inOuterEntry.countDown();
                                            released.await();
                                            trail.add("waited");
                                            return false;
                                          });
                                      stack.callback(
                                          () -> {
                                            inEntry.countDown();
                                            never.await();
                                          });
                                    }))));
    inEntry.await();
    thread.interrupt();
    inOuterEntry.await();
    released.countDown();
    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    trail.assertSteps(
        "Cancelled", "waited", "exit outermost: cancelled by java.lang.InterruptedException");
  }
}
