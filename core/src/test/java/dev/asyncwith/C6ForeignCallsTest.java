package dev.asyncwith;

import static dev.asyncwith.AsyncWith.moveOnAfter;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.asyncwith.docs.Docs;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnJre;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * C6 and C7: what a timeout, a scope and a task group make of each foreign call of the table in
 * docs/cancellation.md. No time passes: the test cancels when the call is known to be inside.
 */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
@EnabledOnJre(JRE.JAVA_25)
class C6ForeignCallsTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  /** What becomes of a body that was in the call. */
  private enum Fate {
    /** What it threw is the scope's own. */
    CANCELLED,
    /** It threw something that does not tell of an interrupt. */
    FAILED,
    /** It returned. */
    RETURNED
  }

  private final IOException gone = new IOException("gone");
  private final HandClock clock = new HandClock();
  private final CompletableFuture<Thread> caller = new CompletableFuture<>();

  // Written by the thread of the call.
  private volatile @Nullable Throwable ofCall;
  private @Nullable Outcome toldToInner;
  private @Nullable Outcome toldToOuter;
  private volatile int exits;
  private volatile @Nullable ThreadContext context;

  static Stream<Arguments> calls() {
    return Docs.tableWithProse("cancellation.md", "calls").stream()
        .flatMap(
            row ->
                Stream.of(
                    arguments(row.get(0), true, row.get(1), fate(row.get(1), row.get(3))),
                    arguments(row.get(0), false, row.get(2), fate(row.get(2), row.get(3)))));
  }

  private static Fate fate(String effect, String thrown) {
    if (effect.equals("not woken") || thrown.equals("nothing")) {
      return Fate.RETURNED;
    }
    String counts =
        Docs.table("cancellation.md", "shapes").stream()
            .filter(row -> row.get(0).equals(thrown))
            .map(row -> row.get(1))
            .findAny()
            .orElseThrow();
    return counts.equals("never") ? Fate.FAILED : Fate.CANCELLED;
  }

  private interface Scenario {
    void run(ForeignCall call) throws Exception;
  }

  /** Runs {@code block} on a new thread, and {@code cancel} when the call in it is inside. */
  private void cancelled(
      String name, boolean virtual, String effect, Scenario block, Runnable cancel, Runnable check)
      throws Exception {
    with(AsyncExitStack.create())
        .run(
            resources -> {
              ForeignCall call = ForeignCall.all().get(name).prepare(resources);
              var failure = new CompletableFuture<@Nullable Throwable>();
              Runnable whole =
                  () -> {
                    clock.take();
                    failure.complete(
                        catchThrowable(
                            () -> {
                              block.run(call);
                              check.run();
                              assertThat(Thread.currentThread().isInterrupted()).isFalse();
                            }));
                    HandClock.giveBack();
                  };
              Thread thread = (virtual ? Thread.ofVirtual() : Thread.ofPlatform()).start(whole);
              cancelInside(call, effect, cancel);
              assertThat(failure.get(20, TimeUnit.SECONDS)).isNull();
              thread.join();
            });
    assertThat(exits).as("exits").isEqualTo(2);
    assertThat(clock.alarms()).as("alarms left").isZero();
  }

  private void cancelInside(ForeignCall call, String effect, Runnable cancel) throws Exception {
    Thread inside = caller.get(20, TimeUnit.SECONDS);
    try {
      InterruptProbe.awaitInside(inside, call.frame());
      cancel.run();
      awaitInterruptOf(inside, effect.equals("woken"));
    } finally {
      call.release().run();
    }
  }

  /** What is woken ends by itself; what is not is released when the interrupt was sent. */
  private void awaitInterruptOf(Thread inside, boolean wakes) {
    ThreadContext context = this.context;
    long begun = System.nanoTime();
    // A lock's wait clears the flag, to set it again at its end.
    while (exits == 0
        && (wakes || (!inside.isInterrupted() && context.state() != StateWord.DELIVERED))) {
      assertThat(System.nanoTime() - begun)
          .as("%s %s", inside, Arrays.toString(inside.getStackTrace()))
          .isLessThan(InterruptProbe.BOUND.toNanos());
      Thread.onSpinWait();
    }
  }

  /** The call within two blocks that note what their exits are told. */
  private void body(ForeignCall call) throws Exception {
    context = ThreadContext.current();
    caller.complete(Thread.currentThread());
    AsyncContextManager<String, RuntimeException> outer =
        AsyncWith.<String, RuntimeException>manager(() -> "", (_, told) -> noteOuter(told));
    AsyncContextManager<String, RuntimeException> inner =
        AsyncWith.<String, RuntimeException>manager(() -> "", (_, told) -> noteInner(told));
    with(outer)
        .run(
            _ ->
                with(inner)
                    .run(
                        _ -> {
                          try {
                            call.call().run();
                          } catch (Throwable thrown) {
                            ofCall = thrown;
                            throw thrown;
                          }
                        }));
  }

  private void noteInner(Outcome told) {
    toldToInner = told;
    exits++;
  }

  private void noteOuter(Outcome told) {
    toldToOuter = told;
    exits++;
  }

  private void assertTold(Fate fate) {
    assertThat(toldToInner).isEqualTo(toldToOuter);
    switch (fate) {
      case CANCELLED -> assertThat(toldToInner).isEqualTo(new Outcome.Cancelled(ofCall));
      case FAILED -> assertThat(toldToInner).isEqualTo(new Outcome.Failed(ofCall));
      case RETURNED -> assertThat(toldToInner).isEqualTo(Outcome.succeeded());
    }
  }

  @ParameterizedTest(name = "{0}, virtual {1}, {2}: {3}")
  @MethodSource("calls")
  void aTimeoutConvertsWhatIsItsOwn(String name, boolean virtual, String effect, Fate fate)
      throws Exception {
    dev.asyncwith.Timeout timeout = timeout(LIMIT);
    Throwable[] thrown = new Throwable[1];
    cancelled(
        name,
        virtual,
        effect,
        call -> thrown[0] = catchThrowable(() -> with(timeout).run(() -> body(call))),
        () -> clock.advance(LIMIT),
        () -> {
          assertThat(timeout.expired()).isTrue();
          assertTold(fate);
          switch (fate) {
            case CANCELLED ->
                assertThat(thrown[0])
                    .isInstanceOf(TimeoutExceededException.class)
                    .hasMessageContaining(timeout.describe())
                    .cause()
                    .isSameAs(ofCall);
            case FAILED -> assertThat(thrown[0]).isSameAs(ofCall).isNotNull();
            case RETURNED -> assertThat(thrown[0]).isNull();
          }
        });
  }

  @ParameterizedTest(name = "{0}, virtual {1}, {2}: {3}")
  @MethodSource("calls")
  void aScopeGoesOnAfterItsOwn(String name, boolean virtual, String effect, Fate fate)
      throws Exception {
    CancelScope scope = moveOnAfter(LIMIT);
    Throwable[] thrown = new Throwable[1];
    cancelled(
        name,
        virtual,
        effect,
        call -> thrown[0] = catchThrowable(() -> with(scope).run(() -> body(call))),
        () -> scope.cancel("the user pressed stop"),
        () -> {
          assertThat(scope.isCancelled()).isTrue();
          assertThat(scope.caught()).isEqualTo(fate == Fate.CANCELLED);
          assertTold(fate);
          if (fate == Fate.FAILED) {
            assertThat(thrown[0]).isSameAs(ofCall).isNotNull();
          } else {
            assertThat(thrown[0]).isNull();
          }
        });
  }

  @ParameterizedTest(name = "{0}, virtual {1}, {2}: {3}")
  @MethodSource("calls")
  void aSiblingsFailureEndsATask(String name, boolean virtual, String effect, Fate fate)
      throws Exception {
    var fail = new CompletableFuture<@Nullable Void>();
    Throwable[] thrown = new Throwable[1];
    Task<?>[] task = new Task<?>[1];
    var threads = (virtual ? Thread.ofVirtual() : Thread.ofPlatform()).factory();
    cancelled(
        name,
        virtual,
        effect,
        call ->
            thrown[0] =
                catchThrowable(
                    () ->
                        with(TaskGroup.create().withThreadFactory(threads))
                            .run(
                                tasks -> {
                                  task[0] = tasks.fork(() -> body(call));
                                  tasks.fork(
                                      () -> {
                                        fail.join();
                                        throw gone;
                                      });
                                })),
        () -> fail.complete(null),
        () -> {
          assertTold(fate);
          assertThat(task[0].isCancelled()).isEqualTo(fate == Fate.CANCELLED);
          assertThat(thrown[0])
              .isInstanceOfSatisfying(
                  ExceptionGroup.class,
                  group -> {
                    if (fate == Fate.FAILED) {
                      assertThat(group.exceptions()).containsExactly(gone, ofCall);
                    } else {
                      assertThat(group.exceptions()).containsExactly(gone);
                    }
                  });
        });
  }
}
