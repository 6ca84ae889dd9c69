package dev.asyncwith;

import static dev.asyncwith.AsyncWith.closing;
import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.nullContext;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The managers behind the small factories. */
@Timeout(60)
class ManagersTest {
  private final Trail trail = new Trail();

  private AsyncContextManager<String, RuntimeException> pair() {
    return manager(
        () -> {
          trail.add("acquire");
          return "value";
        },
        (value, outcome) -> trail.add("release " + value + " " + outcome));
  }

  @Test
  void twoLambdasAcquireAndRelease() throws Exception {
    assertThat(with(pair()).<String, RuntimeException>call(v -> v)).isEqualTo("value");
    trail.assertSteps("acquire", "release value Succeeded[]");
  }

  @Test
  void thePairMayBeUsedAgainButNotTwiceAtATime() throws Exception {
    var pair = pair();
    with(pair).run(_ -> {});
    assertThatThrownBy(() -> with(pair).and(pair).run((_, _) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "manager of lambda in ManagersTest is already entered by this thread: make another one"
                + " for the second block");
    assertThat(trail.steps()).hasSize(4).element(2).isEqualTo("acquire");
  }

  @Test
  void threadsMayEnterAPairAtATimeAndEachExitsItsOwn() throws Exception {
    var values = new AtomicInteger();
    var inside = new CyclicBarrier(2);
    AsyncContextManager<Integer, RuntimeException> shared =
        manager(values::incrementAndGet, value -> trail.add("release " + value));
    With1.Action<Integer, Exception> body =
        value -> {
          inside.await();
          if (value == 2) {
            inside.await();
          }
        };
    with(TaskGroup.create())
        .run(
            tasks -> {
              tasks.fork(() -> with(shared).run(body));
              tasks.fork(() -> with(shared).run(body));
              tasks.fork(
                  () -> {
                    while (trail.steps().isEmpty()) {
                      Thread.onSpinWait();
                    }
                    inside.await();
                  });
            });
    trail.assertSteps("release 1", "release 2");
  }

  @Test
  void anExitByAThreadThatEnteredNothingTakesTheOnlyValueThereIs() throws Exception {
    var shared = pair();
    Runnable enter =
        () -> {
          try {
            shared.enter();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        };
    Thread.ofVirtual().start(enter).join();
    Thread.ofVirtual().start(enter).join();
    assertThatThrownBy(() -> shared.exit(Outcome.succeeded()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("which did not enter it, while 2 other threads have");
    shared.enter();
    shared.exit(Outcome.succeeded());
    trail.assertSteps("acquire", "acquire", "acquire", "release value Succeeded[]");
    var single = pair();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                single.enter();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            })
        .join();
    assertThat(single.exit(Outcome.succeeded())).isFalse();
  }

  @Test
  void aPairThatIsBeingEnteredIsRefusedBeforeItAcquires() throws Exception {
    var shared = new AtomicReference<AsyncContextManager<String, RuntimeException>>();
    shared.set(
        manager(
            () -> {
              trail.add("acquire");
              assertThatThrownBy(() -> shared.get().enter())
                  .hasMessageContaining("already entered");
              assertThatThrownBy(() -> shared.get().exit(Outcome.succeeded()))
                  .hasMessageContaining("without having been entered");
              return "value";
            },
            _ -> trail.add("release")));
    with(shared.get()).run(trail::add);
    trail.assertSteps("acquire", "value", "release");
  }

  @Test
  void aPairsExitWithoutAnEnterIsRefused() {
    assertThatThrownBy(() -> pair().exit(Outcome.succeeded()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("exited without having been entered");
  }

  @Test
  void aPairWhoseAcquireFailsReleasesNothing() {
    var refused = new IOException("refused");
    AsyncContextManager<String, IOException> failing =
        manager(
            () -> {
              throw refused;
            },
            _ -> trail.add("release"));
    assertThatThrownBy(() -> with(failing).run(_ -> {})).isSameAs(refused);
    assertThatThrownBy(() -> with(failing).run(_ -> {}))
        .isSameAs(refused); // and may be tried again
    trail.assertSteps();
  }

  @Test
  void closingClosesHoweverTheBodyEnds() throws Exception {
    AutoCloseable thing = () -> trail.add("closed");
    with(closing(thing)).run(value -> assertThat(value).isSameAs(thing));
    assertThatThrownBy(
            () ->
                with(closing(thing))
                    .run(
                        _ -> {
                          throw new IOException("gone");
                        }))
        .hasMessage("gone");
    trail.assertSteps("closed", "closed");
  }

  @Test
  void closingByAMethodThrowsAsLittleAsTheMethod() throws InterruptedException {
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    AsyncContextManager<ExecutorService, RuntimeException> closing =
        closing(executor, ExecutorService::close);
    with(closing).run(value -> assertThat(value.isTerminated()).isFalse());
    assertThat(executor.isTerminated()).isTrue();
  }

  @Test
  void closingNamesWhatItCloses() {
    assertThat(closing(new java.io.StringReader("")).describe())
        .isEqualTo("closing of StringReader");
    AutoCloseable none = null;
    assertThatThrownBy(() -> closing(none)).hasMessage("the value to close is null");
  }

  @Test
  void nullContextGivesItsValueAgainAndAgain() throws Exception {
    var none = nullContext(null);
    assertThat(with(none).and(none).<Object, RuntimeException>call((a, b) -> a == b ? "same" : ""))
        .isEqualTo("same");
    assertThat(none.describe()).isEqualTo("nullContext");
  }

  @Test
  void aResourceIsOpenedForABlockOrForItsOwner() throws Exception {
    AsyncResource<AutoCloseable, Exception> resource =
        AsyncWith.resource("thing", () -> () -> trail.add("closed"), AutoCloseable::close);
    with(resource).run(_ -> trail.add("body"));
    try (AutoCloseable value = resource.open()) {
      with(resource).run(_ -> trail.add("while open"));
      trail.add("used " + (value != null));
    }
    trail.assertSteps("body", "closed", "while open", "closed", "used true", "closed");
    assertThat(resource).hasToString("thing");
    assertThatThrownBy(() -> with(resource).and(resource).run((_, _) -> {}))
        .hasMessage(
            "thing is already entered by this thread: make another one for the second block, or"
                + " use open() and close what it gives");
  }

  @Test
  void openIsEnterUnlessAResourceSaysOtherwise() throws Exception {
    AsyncResource<AutoCloseable, RuntimeException> resource =
        new AsyncResource<>() {
          @Override
          public AutoCloseable enter() {
            return () -> trail.add("closed by its owner");
          }

          @Override
          public boolean exit(Outcome outcome) {
            throw new AssertionError("open() is not exited");
          }
        };
    try (AutoCloseable value = resource.open()) {
      trail.add("used " + (value != null));
    }
    trail.assertSteps("used true", "closed by its owner");
    assertThat(resource.describe()).isEqualTo("ManagersTest (anonymous)");
  }

  /** A stack keeps each enter's own value, also for the thread that it is handed to. */
  @Test
  void aStackReleasesWhatItEntered() throws Exception {
    var values = new AtomicInteger();
    AsyncContextManager<Integer, RuntimeException> shared =
        manager(values::incrementAndGet, value -> trail.add("release " + value));
    var handedOver = AsyncExitStack.create();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                handedOver.enter(shared);
                handedOver.enter(shared);
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            })
        .join();
    with(shared)
        .run(
            value -> {
              handedOver.close();
              trail.add("still using " + value);
            });
    trail.assertSteps("release 2", "release 1", "still using 3", "release 3");
  }
}
