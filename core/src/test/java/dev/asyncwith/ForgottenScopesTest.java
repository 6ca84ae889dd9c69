package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.checkpoint;
import static dev.asyncwith.AsyncWith.moveOnAfter;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.asyncwith.testing.ExpectLeaks;
import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** C1: what a body enters by hand and forgets is left with the block around it, and reported. */
@Timeout(60)
@ExpectLeaks("they are about scopes that are forgotten")
class ForgottenScopesTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final HandClock clock = new HandClock();
  private final Trail trail = new Trail();
  private final IOException gone = new IOException("gone");

  @BeforeEach
  void takeTheClock() {
    clock.take();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(ThreadContext.inScope()).isNull();
    assertThat(clock.alarms()).isZero();
    clock.advance(LONG.multipliedBy(3));
    assertThat(Thread.interrupted()).isFalse();
    HandClock.giveBack();
  }

  private static AsyncContextManager<Object, RuntimeException> scopeLike(String kind) {
    Supplier<AsyncContextManager<?, ?>> made =
        switch (kind) {
          case "scope" -> CancelScope::create;
          case "shielded scope" -> () -> CancelScope.create().shielded();
          case "cooperative scope" -> () -> CancelScope.create().cooperative();
          case "moveOnAfter" -> () -> moveOnAfter(LONG);
          case "timeout" -> () -> timeout(LONG);
          case "bounded timeout" -> () -> timeout(LONG).exitWithin(LONG);
          case "group" -> TaskGroup::create;
          default -> throw new AssertionError(kind);
        };
    return Exits.unchecked(made.get());
  }

  static Stream<Arguments> pairs() {
    var outer = Stream.of("scope", "shielded scope", "cooperative scope", "timeout", "group");
    return Stream.concat(outer, Stream.of("bounded timeout"))
        .flatMap(
            around ->
                Stream.of("scope", "shielded scope", "cooperative scope", "moveOnAfter")
                    .flatMap(inside -> Stream.of(Arguments.of(around, inside))));
  }

  static Stream<Arguments> allPairs() {
    return Stream.concat(
        pairs(),
        Stream.of("scope", "timeout", "group", "shielded scope")
            .flatMap(a -> Stream.of(Arguments.of(a, "timeout"), Arguments.of(a, "group"))));
  }

  @ParameterizedTest
  @MethodSource("allPairs")
  void afterABodyThatSucceededTheMisuseIsThrown(String around, String inside) {
    var outer = scopeLike(around);
    var inner = scopeLike(inside);
    assertThatThrownBy(() -> with(outer).run(_ -> inner.enter()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "%s ends while %s, entered inside of it, is still open, and left only now: enter a scope"
                    .formatted(outer.describe(), inner.describe())
                + " by with(…), or exit it before the block around it ends")
        .hasNoSuppressedExceptions();
    assertLaterExitChangesNothing(outer, inner);
  }

  @ParameterizedTest
  @MethodSource("allPairs")
  void theFailureOfTheBodyStaysPrimary(String around, String inside) {
    var outer = scopeLike(around);
    var inner = scopeLike(inside);
    assertThatThrownBy(
            () ->
                with(outer)
                    .run(
                        _ -> {
                          inner.enter();
                          throw gone;
                        }))
        .isSameAs(gone);
    assertThat(gone.getSuppressed())
        .singleElement()
        .satisfies(
            report ->
                assertThat(report)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll(outer.describe(), inner.describe()));
    assertLaterExitChangesNothing(outer, inner);
  }

  private static void assertLaterExitChangesNothing(
      AsyncContextManager<?, ?> outer, AsyncContextManager<?, ?> inner) {
    assertThatIllegalStateException()
        .isThrownBy(() -> inner.exit(Outcome.succeeded()))
        .withMessage(
            "%s was left already at the end of %s, in which its exit was forgotten: exit it inside",
            inner.describe(), outer.describe());
    assertThat(ThreadContext.inScope()).isNull();
  }

  @Test
  void severalAreLeftInnermostFirst() {
    CancelScope outer = CancelScope.create();
    CancelScope one = CancelScope.create();
    var two = timeout(LONG);
    assertThatThrownBy(
            () ->
                with(outer)
                    .run(
                        () -> {
                          one.enter();
                          two.enter();
                          assertThat(clock.alarms()).isOne();
                        }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(one.describe() + ", " + two.describe() + ", entered inside")
        .hasMessageContaining("are still open");
  }

  @Test
  void theTimerOfAForgottenOneDoesNotReachWhatFollowsInABlockAround() throws Exception {
    CancelScope around = CancelScope.create();
    var forgotten = timeout(LONG);
    with(around)
        .run(
            () -> {
              assertThatThrownBy(() -> with(CancelScope.create()).run(() -> forgotten.enter()))
                  .isInstanceOf(IllegalStateException.class);
              assertThat(ThreadContext.current().innermost()).isSameAs(around);
              clock.advance(LONG.multipliedBy(2));
              checkpoint();
            });
    assertThat(forgotten.expired()).isFalse();
    assertThat(around.isCancelled()).isFalse();
  }

  /** The body's cancellation ends at the scope that it is of, forgotten or not. */
  @Test
  void aForgottenOneThatCancelledTheBodyIsReported() {
    var forgotten = moveOnAfter(LONG);
    Throwable thrown =
        catchThrowable(
            () ->
                with(CancelScope.create())
                    .run(
                        () -> {
                          forgotten.enter();
                          clock.advance(LONG);
                          checkpoint();
                        }));
    assertThat(thrown).isInstanceOf(IllegalStateException.class);
    assertThat(thrown.getSuppressed()).singleElement().isInstanceOf(InterruptedException.class);
    assertThat(forgotten.caught()).isTrue();
  }

  @Test
  void theCancelOfTheBlockEndsThereAndTheMisuseGoesOn() {
    CancelScope outer = CancelScope.create();
    Throwable thrown =
        catchThrowable(
            () ->
                with(outer)
                    .run(
                        () -> {
                          CancelScope.create().enter();
                          outer.cancel();
                          checkpoint();
                        }));
    assertThat(outer.caught()).isTrue();
    assertThat(thrown).isInstanceOf(IllegalStateException.class);
    assertThat(thrown.getSuppressed()).singleElement().isInstanceOf(InterruptedException.class);
  }

  @Test
  void theTimeoutOfTheBlockCarriesTheMisuse() {
    assertThatThrownBy(
            () ->
                with(timeout(LONG))
                    .run(
                        () -> {
                          CancelScope.create().enter();
                          clock.advance(LONG);
                          checkpoint();
                        }))
        .isInstanceOf(TimeoutExceededException.class)
        .satisfies(
            thrown ->
                assertThat(thrown.getSuppressed())
                    .singleElement()
                    .isInstanceOf(IllegalStateException.class));
  }

  @Test
  void theTasksOfAForgottenGroupDoNotOutliveTheBlock() {
    TaskGroup forgotten = TaskGroup.create();
    var task = new AtomicReference<Task<?>>();
    assertThatThrownBy(
            () ->
                with(CancelScope.create())
                    .run(
                        () -> {
                          forgotten.enter();
                          task.set(forgotten.fork(this::untilCancelled));
                          trail.add("body");
                        }))
        .isInstanceOf(IllegalStateException.class)
        .hasNoSuppressedExceptions();
    assertThat(task.get().isDone()).isTrue();
    assertThat(task.get().isCancelled()).isTrue();
    assertThatIllegalStateException()
        .isThrownBy(() -> forgotten.fork(() -> 1))
        .withMessageContaining("has ended");
  }

  @Test
  void theTasksOfTheOuterGroupAreWaitedForAndNotCancelled() {
    TaskGroup outer = TaskGroup.create();
    var task = new AtomicReference<Task<Integer>>();
    assertThatThrownBy(
            () ->
                with(outer)
                    .run(
                        tasks -> {
                          TaskGroup forgotten = TaskGroup.create().enter();
                          var _ = forgotten.fork(this::untilCancelled);
                          task.set(tasks.fork(() -> 1));
                        }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(task.get().exception()).isNull();
    assertThat(task.get().isCancelled()).isFalse();
    assertThat(task.get().isDone()).isTrue();
  }

  @Test
  void theFailureOfATaskOfAForgottenGroupIsKept() {
    Throwable thrown =
        catchThrowable(
            () ->
                with(CancelScope.create())
                    .run(
                        () -> {
                          TaskGroup forgotten = TaskGroup.create().enter();
                          Task<?> failing =
                              forgotten.fork(
                                  () -> {
                                    throw gone;
                                  });
                          assertThatThrownBy(failing::get).isInstanceOf(Exception.class);
                        }));
    assertThat(thrown).isInstanceOf(IllegalStateException.class);
    assertThat(thrown.getSuppressed())
        .singleElement()
        .isInstanceOfSatisfying(
            ExceptionGroup.class, group -> assertThat(group.exceptions()).containsExactly(gone));
  }

  @Test
  void anInterruptWhileTheTasksAreWaitedForIsKept() {
    Thread body = Thread.currentThread();
    var begun = new CountDownLatch(1); // a task that has not begun is cancelled without running
    assertThatThrownBy(
            () ->
                with(CancelScope.create())
                    .run(
                        () -> {
                          TaskGroup forgotten = TaskGroup.create().enter();
                          forgotten.fork(
                              () -> {
                                begun.countDown();
                                try {
                                  return untilCancelled();
                                } finally {
                                  body.interrupt();
                                }
                              });
                          begun.await();
                        }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void inAStackTheBlockOfTheStackReports() throws Exception {
    CancelScope entry = CancelScope.create();
    CancelScope forgotten = CancelScope.create();
    assertThatThrownBy(
            () ->
                with(AsyncExitStack.create())
                    .run(
                        stack -> {
                          stack.callback(() -> trail.add("first"));
                          stack.enter(entry);
                          forgotten.enter();
                        }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(entry.describe(), forgotten.describe());
    trail.assertSteps("first");
  }

  @Test
  void aManagerThatKeepsAGroupLeavesWhatItsBodyForgot() {
    TaskGroup kept = TaskGroup.create();
    AsyncContextManager<TaskGroup, Exception> manager =
        AsyncWith.<TaskGroup, Exception>asyncContextManager(
            body -> with(kept).run(tasks -> body.yield(tasks)));
    CancelScope forgotten = CancelScope.create();
    assertThatThrownBy(() -> with(manager).run(_ -> forgotten.enter()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(kept.describe(), forgotten.describe());
  }

  /** By hand it is refused as ever, and can be put right. */
  @Test
  void byHandTheOuterOneIsNotLeftFirst() {
    TaskGroup outer = TaskGroup.create().enter();
    CancelScope inner = CancelScope.create();
    inner.enter();
    assertThatIllegalStateException()
        .isThrownBy(() -> outer.exit(Outcome.succeeded()))
        .withMessageContaining("leave the inner one first");
    assertThat(ThreadContext.current().innermost()).isSameAs(inner);
    inner.exit(Outcome.succeeded());
    assertThat(catchThrowable(() -> outer.exit(Outcome.succeeded()))).isNull();
  }

  @ParameterizedTest
  @MethodSource("threads")
  void aTaskThatForgetsHasFailed(Thread.Builder builder) {
    var forgotten = timeout(LONG);
    var grandchild = new AtomicReference<Task<?>>();
    assertThatThrownBy(
            () ->
                with(TaskGroup.create().withThreadFactory(builder.factory()))
                    .run(
                        tasks ->
                            tasks.fork(
                                "child",
                                () -> {
                                  forgotten.enter();
                                  TaskGroup group = TaskGroup.create().enter();
                                  grandchild.set(group.fork(this::untilCancelled));
                                })))
        .isInstanceOfSatisfying(
            ExceptionGroup.class,
            group ->
                assertThat(group.exceptions())
                    .singleElement()
                    .isInstanceOf(IllegalStateException.class)
                    .asString()
                    .contains("task(child) ends while " + forgotten.describe() + ", TaskGroup@"));
    assertThat(grandchild.get().isDone()).isTrue();
  }

  static Stream<Thread.Builder> threads() {
    return Stream.of(Thread.ofVirtual(), Thread.ofPlatform());
  }

  @Test
  void inTheRootOfARunItIsTheFailureOfTheProgram() {
    var forgotten = timeout(LONG);
    assertThatThrownBy(() -> Runner.create(c -> c.withClock(clock)).run(() -> forgotten.enter()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(" ends while " + forgotten.describe());
  }

  /** P7: the yield is refused, and what the generator entered is left when its thread ends. */
  @Test
  void aGeneratorOfAStackThatForgetsBeforeItsYield() {
    var task = new AtomicReference<Task<?>>();
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(
            "careless",
            body -> {
              timeout(LONG).enter();
              TaskGroup group = TaskGroup.create().enter();
              task.set(group.fork(this::untilCancelled));
              body.yield("never");
            });
    Throwable thrown =
        catchThrowable(() -> with(AsyncExitStack.create()).run(stack -> stack.enter(generator)));
    assertThat(thrown)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("yields inside TaskGroup@");
    assertThat(thrown.getSuppressed())
        .singleElement()
        .asString()
        .contains("generator 'careless' ends while timeout(PT1H), TaskGroup@");
    assertThat(task.get().isDone()).isTrue();
  }

  @Test
  void aDetachedExitThatForgets() {
    var forgotten = timeout(LONG);
    AsyncContextManager<String, Exception> manager =
        AsyncWith.<String, Exception>manager(() -> "value", (_, _) -> forgotten.enter());
    assertThatThrownBy(() -> with(manager.exitWithin(LONG).detached()).run(_ -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(" ends while " + forgotten.describe());
  }

  private Void untilCancelled() throws InterruptedException {
    new CountDownLatch(1).await();
    return null;
  }
}
