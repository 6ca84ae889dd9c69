package dev.asyncwith;

import static dev.asyncwith.AsyncWith.ofStages;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Resources of libraries that answer by stages. */
@Timeout(60)
class StagesTest {
  private final Trail trail = new Trail();

  private CompletionStage<Void> release(String value, Outcome outcome) {
    trail.add("release " + value + " " + outcome.getClass().getSimpleName());
    return CompletableFuture.completedFuture(null);
  }

  private AsyncContextManager<String, RuntimeException> of(CompletionStage<String> acquired) {
    return ofStages(() -> acquired, this::release);
  }

  @Test
  void waitsForBothStages() throws Exception {
    var acquired = new CompletableFuture<String>();
    var inRelease = new CountDownLatch(1);
    var released = new CompletableFuture<Void>();
    AsyncContextManager<String, RuntimeException> manager =
        ofStages(
            () -> acquired,
            (_, _) -> {
              inRelease.countDown();
              return released;
            });
    Thread.ofVirtual()
        .start(
            () -> {
              acquired.complete("value");
              try {
                inRelease.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              trail.add("released");
              released.complete(null);
            });
    with(manager).run(value -> trail.add("body " + value));
    trail.assertSteps("body value", "released");
  }

  @Test
  void tellsTheReleaseHowTheBodyEnded() {
    assertThatThrownBy(
            () ->
                with(of(CompletableFuture.completedFuture("value")))
                    .run(
                        _ -> {
                          throw new IOException("gone");
                        }))
        .hasMessage("gone");
    trail.assertSteps("release value Failed");
  }

  @Test
  void anUncheckedFailureComesAsItIs() {
    var failure = new IllegalArgumentException("no");
    assertThatThrownBy(() -> with(of(CompletableFuture.failedFuture(failure))).run(_ -> {}))
        .isSameAs(failure);
    var error = new AssertionError("no");
    assertThatThrownBy(() -> with(of(CompletableFuture.failedFuture(error))).run(_ -> {}))
        .isSameAs(error);
    trail.assertSteps();
  }

  @Test
  void aCheckedFailureComesWrapped() {
    var failure = new IOException("refused");
    assertThatThrownBy(() -> with(of(CompletableFuture.failedFuture(failure))).run(_ -> {}))
        .isInstanceOf(CompletionException.class)
        .hasCause(failure);
  }

  @Test
  void aCancelledStageIsAFailureOfItsOwn() {
    var cancelled = new CompletableFuture<String>();
    cancelled.cancel(true);
    assertThatThrownBy(() -> with(of(cancelled)).run(_ -> {}))
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void aValueThatArrivesAfterAnInterruptIsReleased() {
    var late = new CompletableFuture<String>();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> with(of(late)).run(_ -> trail.add("body")))
        .isInstanceOf(InterruptedException.class);
    trail.assertSteps();
    assertThat(late.complete("late")).isTrue();
    trail.assertSteps("release late Cancelled");
  }

  @Test
  void aMissingStageIsNamed() {
    assertThatThrownBy(() -> with(of(null)).run(_ -> {}))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("the stage to wait for is null: what should have made it?");
    assertThat(of(null).describe()).isEqualTo("stages of lambda in StagesTest");
  }

  @Test
  void isNamedInMessages() {
    assertThat(of(null)).hasToString("stages of lambda in StagesTest");
  }

  @Test
  void aLateReleaseThatFailsIsLogged() {
    var broken = new IllegalStateException("broken");
    List<BiFunction<String, Outcome, CompletionStage<Void>>> releases =
        List.of(
            (_, _) -> CompletableFuture.failedFuture(broken),
            (_, _) -> {
              throw broken;
            });
    for (var release : releases) {
      var late = new CompletableFuture<String>();
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> with(ofStages(() -> late, release)).run(_ -> {}))
          .isInstanceOf(InterruptedException.class);
      try (var records = new LogRecords()) {
        late.complete("late");
        assertThat(records.all())
            .singleElement()
            .satisfies(logged -> assertThat(logged.getThrown()).isSameAs(broken));
      }
    }
  }

  @Test
  void aStackReleasesWhatTheStageGave() throws Exception {
    var manager = of(CompletableFuture.completedFuture("value"));
    with(AsyncExitStack.create())
        .run(
            stack -> {
              trail.add(stack.enter(manager));
              trail.add(stack.enter(manager));
            });
    trail.assertSteps("value", "value", "release value Succeeded", "release value Succeeded");
  }
}
