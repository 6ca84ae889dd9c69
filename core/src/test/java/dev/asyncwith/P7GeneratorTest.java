package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.asyncGuard;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** P7: a generator yields once, on its own thread, in time; its finally blocks run. */
@Timeout(60)
class P7GeneratorTest {
  private final Trail trail = new Trail();
  private final IOException gone = new IOException("gone");

  /** Where a generator runs: on the block's stack, or on a thread of its own. */
  enum Form {
    INLINE {
      @Override
      void run(AsyncContextManager<String, ?> manager, With1.Action<String, ?> body)
          throws Throwable {
        with(manager).run(body);
      }
    },
    SECOND_OF_TWO {
      @Override
      void run(AsyncContextManager<String, ?> manager, With1.Action<String, ?> body)
          throws Throwable {
        with(AsyncWith.nullContext("")).and(manager).run((_, value) -> body.run(value));
      }
    },
    THIRD_OF_FOUR {
      @Override
      void run(AsyncContextManager<String, ?> manager, With1.Action<String, ?> body)
          throws Throwable {
        var none = AsyncWith.nullContext("");
        with(none).and(none).and(manager).and(none).run((_, _, value, _) -> body.run(value));
      }
    },
    FOURTH_OF_FOUR {
      @Override
      void run(AsyncContextManager<String, ?> manager, With1.Action<String, ?> body)
          throws Throwable {
        var none = AsyncWith.nullContext("");
        with(none).and(none).and(none).and(manager).run((_, _, _, value) -> body.run(value));
      }
    },
    STACK {
      @Override
      void run(AsyncContextManager<String, ?> manager, With1.Action<String, ?> body)
          throws Throwable {
        with(AsyncExitStack.create()).run(stack -> body.run(stack.enter(manager)));
      }
    };

    abstract void run(AsyncContextManager<String, ?> manager, With1.Action<String, ?> body)
        throws Throwable;
  }

  private AsyncContextManager<String, RuntimeException> twoYields() {
    return asyncContextManager(
        body -> {
          try {
            body.yield("one");
            body.yield("two");
          } finally {
            trail.add("finally");
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void yieldsItsValueAndEnds(Form form) throws Throwable {
    form.run(
        asyncContextManager(
            body -> {
              trail.add("before");
              body.yield("value");
              trail.add("after");
            }),
        trail::add);
    trail.assertSteps("before", "value", "after");
  }

  @ParameterizedTest
  @EnumSource
  void thatDoesNotYield(Form form) {
    assertThatThrownBy(() -> form.run(asyncContextManager("idle", _ -> {}), trail::add))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("generator 'idle' ended without a yield: call yield or attempt once");
    trail.assertSteps();
  }

  @ParameterizedTest
  @EnumSource
  void thatFailsBeforeItsYield(Form form) {
    assertThatThrownBy(
            () ->
                form.run(
                    P7GeneratorTest.<IOException>generator(
                        _ -> {
                          throw gone;
                        }),
                    trail::add))
        .isSameAs(gone);
    trail.assertSteps();
  }

  @ParameterizedTest
  @EnumSource
  void thatYieldsTwice(Form form) {
    assertThatThrownBy(() -> form.run(twoYields(), trail::add))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("yields a second time");
    trail.assertSteps("one", "finally");
  }

  @ParameterizedTest
  @EnumSource
  void thatYieldsTwiceAndHidesIt(Form form) {
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(
            body -> {
              body.yield("one");
              try {
                body.yield("two");
              } catch (IllegalStateException hidden) {
                trail.add("hidden");
              }
            });
    assertThatThrownBy(() -> form.run(generator, trail::add))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("yields a second time");
    trail.assertSteps("one", "hidden");
  }

  @ParameterizedTest
  @EnumSource
  void thatYieldsAfterTheFailureWasThrownIntoIt(Form form) {
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(
            body -> {
              try {
                body.yield("one");
              } catch (Exception retry) {
                body.yield("two");
              } finally {
                trail.add("finally");
              }
            });
    assertThatThrownBy(() -> form.run(generator, _ -> fail()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("yields again after the body's failure")
        .hasCause(gone);
    trail.assertSteps("finally");
  }

  @ParameterizedTest
  @EnumSource
  void thatYieldsAfterACancellationWasThrownIntoIt(Form form) {
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(
            body -> {
              try {
                body.yield("one");
              } catch (InterruptedException retry) {
                body.yield("two");
              }
            });
    CancelScope scope = CancelScope.create();
    assertThatThrownBy(
            () ->
                with(scope)
                    .run(
                        () ->
                            form.run(
                                generator,
                                _ -> {
                                  scope.cancel();
                                  AsyncWith.checkpoint();
                                })))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("yields again after the body's failure");
  }

  @Test
  void thatYieldsInsideItsOwnBody() {
    var leaked = new AtomicReference<Yield<String>>();
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(
            body -> {
              leaked.set(body);
              body.yield("one");
            });
    assertThatThrownBy(() -> with(generator).run(_ -> leaked.get().yield("two")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("yields inside its own body");
  }

  @ParameterizedTest
  @EnumSource
  void thatYieldsAfterItsEnd(Form form) throws Throwable {
    var leaked = new AtomicReference<Yield<String>>();
    form.run(
        asyncContextManager(
            body -> {
              leaked.set(body);
              body.yield("one");
            }),
        trail::add);
    String expected =
        form == Form.STACK ? "yields on thread" : "yields after its end: a generator yields once";
    assertThatThrownBy(() -> leaked.get().yield("late"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(expected);
    trail.assertSteps("one");
  }

  @ParameterizedTest
  @EnumSource
  void thatYieldsOnAnotherThread(Form form) {
    var seen = new AtomicReference<Throwable>();
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(
            body ->
                Thread.ofVirtual()
                    .start(() -> seen.set(catchThrowable(() -> body.yield("one"))))
                    .join());
    assertThatThrownBy(() -> form.run(generator, trail::add))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("without a yield");
    assertThat(seen.get())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("yields on thread")
        .hasMessageContaining("but runs on");
    trail.assertSteps();
  }

  @ParameterizedTest
  @EnumSource
  void isOfOneShot(Form form) throws Throwable {
    var generator = generator((Yield<String> body) -> body.yield("one"));
    form.run(generator, trail::add);
    assertThatThrownBy(() -> form.run(generator, trail::add))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was already used")
        .hasMessageContaining("lambda in P7GeneratorTest");
    trail.assertSteps("one");
  }

  @ParameterizedTest
  @EnumSource
  void seesTheBodysFailureItself(Form form) {
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(
            body -> {
              try {
                body.yield("one");
              } catch (Exception e) {
                trail.add("caught " + (e == gone));
                throw e;
              }
            });
    assertThatThrownBy(() -> form.run(generator, _ -> fail()))
        .isSameAs(gone)
        .hasNoSuppressedExceptions();
    trail.assertSteps("caught true");
  }

  @ParameterizedTest
  @EnumSource
  void suppressesByCatching(Form form) throws Throwable {
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(
            body -> {
              try {
                body.yield("one");
              } catch (Exception e) {
                trail.add("caught");
              }
            });
    form.run(generator, _ -> fail());
    trail.assertSteps("caught");
  }

  @ParameterizedTest
  @EnumSource
  void attemptLooksAtTheFailureAndSuppressesNothing(Form form) {
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(body -> trail.add(body.attempt("one").toString()));
    assertThatThrownBy(() -> form.run(generator, _ -> fail())).isSameAs(gone);
    trail.assertSteps("Failed[cause=java.io.IOException: gone]");
  }

  @ParameterizedTest
  @EnumSource
  void attemptTellsOfSuccess(Form form) throws Throwable {
    form.run(asyncContextManager(body -> trail.add(body.attempt("one").toString())), trail::add);
    trail.assertSteps("one", "Succeeded[]");
  }

  @ParameterizedTest
  @EnumSource
  void aFailureOfItsOwnIsTheExits(Form form) {
    var broken = new IllegalStateException("broken");
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(
            body -> {
              try {
                body.yield("one");
              } finally {
                throwBroken(broken);
              }
            });
    assertThatThrownBy(() -> form.run(generator, _ -> fail()))
        .isSameAs(gone)
        .hasSuppressedException(broken);
  }

  @ParameterizedTest
  @EnumSource
  void afterASuccessItsFailureIsThrown(Form form) {
    var broken = new IllegalStateException("broken");
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(
            body -> {
              body.yield("one");
              throw broken;
            });
    assertThatThrownBy(() -> form.run(generator, trail::add)).isSameAs(broken);
  }

  @Test
  void aSuppressedFailureInsideAnInlineOneIsNoResult() {
    var generator = generator((Yield<String> body) -> body.yield("one"));
    assertThatThrownBy(
            () ->
                with(generator)
                    .and(trail.manager("B").withSuppression())
                    .call((_, _) -> failForResult()))
        .isInstanceOf(NoResultException.class)
        .hasCause(gone);
  }

  @Test
  void aGuardsGeneratorYieldsNothing() throws Exception {
    AsyncGuard<RuntimeException> guard =
        asyncGuard(
            "timer",
            body -> {
              trail.add("start");
              body.yield();
              trail.add("stop");
            });
    AsyncGuard<RuntimeException> attempting =
        asyncGuard(body -> trail.add(body.attempt().toString()));
    with(guard).and(attempting).run(() -> trail.add("body"));
    trail.assertSteps("start", "body", "Succeeded[]", "stop");
    assertThat(guard.describe()).isEqualTo("generator 'timer'");
    assertThat(attempting).hasToString("generator lambda in P7GeneratorTest");
  }

  private static <X extends Throwable> AsyncContextManager<String, X> generator(
      Generator<String, X> generator) {
    return asyncContextManager(generator);
  }

  private static void throwBroken(RuntimeException broken) {
    throw broken;
  }

  private void fail() throws IOException {
    throw gone;
  }

  private String failForResult() throws IOException {
    throw gone;
  }
}
