package dev.asyncwith;

import static dev.asyncwith.AsyncWith.checkpoint;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** C1: scopes nest strictly; what breaks that fails before anything runs, and names both. */
@Timeout(60)
class CancelScopeMisuseTest {
  private final CancelScope outer = CancelScope.create();
  private final CancelScope inner = CancelScope.create();

  @AfterEach
  void theThreadHasNoScopeLeft() {
    assertThat(ThreadContext.inScope()).isNull();
    assertThat(Thread.interrupted()).isFalse();
  }

  private static void enter(CancelScope scope) {
    Object nothing = scope.enter();
    assertThat(nothing).isNull();
  }

  private static void leave(CancelScope scope) {
    assertThat(scope.exit(Outcome.succeeded())).isFalse();
  }

  @Test
  void leavingTheOuterOneFirst() {
    enter(outer);
    enter(inner);
    assertThatIllegalStateException()
        .isThrownBy(() -> leave(outer))
        .withMessage(
            "%s is left before %s, which was entered after it: leave the inner one first",
            outer.describe(), inner.describe());
    assertThat(outer).hasToString(outer.describe() + "[active]");
    assertThat(ThreadContext.current().innermost()).isSameAs(inner);
    leave(inner);
    leave(outer);
  }

  @Test
  void leavingOnAnotherThread() throws InterruptedException {
    enter(outer);
    var thrown = new AtomicReference<@Nullable Throwable>();
    Thread other =
        Thread.ofPlatform()
            .name("other")
            .start(
                () -> {
                  try {
                    leave(outer);
                  } catch (Throwable t) {
                    thrown.set(t);
                  }
                });
    other.join();
    assertThat(thrown.get())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(outer.describe() + " is left by ")
        .hasMessageContaining("other")
        .hasMessageContaining(Thread.currentThread().getName())
        .hasMessageContaining("leave it on the thread that entered it");
    assertThat(ThreadContext.current().innermost()).isSameAs(outer);
    leave(outer);
  }

  /** The scope of the thread that misused it works on: it is not left, and still cancels. */
  @Test
  void theScopeStillCancelsAfterAMisuse() throws Exception {
    with(outer)
        .run(
            () -> {
              with(inner)
                  .run(() -> assertThatIllegalStateException().isThrownBy(() -> leave(outer)));
              outer.cancel();
              checkpoint();
            });
    assertThat(outer.caught()).isTrue();
  }

  @Test
  void enteringTwice() {
    enter(outer);
    assertThatIllegalStateException()
        .isThrownBy(() -> enter(outer))
        .withMessage(
            outer.describe() + " was already entered: a scope serves one block, make a new one");
    leave(outer);
    assertThatIllegalStateException().isThrownBy(() -> enter(outer));
  }

  @Test
  void leavingTwice() {
    enter(outer);
    leave(outer);
    assertThatIllegalStateException()
        .isThrownBy(() -> leave(outer))
        .withMessage(outer.describe() + " was left already: it serves one block");
  }

  @Test
  void leavingWithoutEntering() {
    assertThatIllegalStateException()
        .isThrownBy(() -> leave(outer))
        .withMessage(outer.describe() + " is left without having been entered");
  }

  @Test
  void configuringAScopeThatIsInUse() {
    enter(outer);
    assertThatIllegalStateException()
        .isThrownBy(outer::shielded)
        .withMessageContaining("configure a scope before its block");
    leave(outer);
    inner.cancel();
    assertThatIllegalStateException().isThrownBy(inner::cooperative);
  }

  @Test
  void aSleepOutsideOfScopesSaysWhatWasInterrupted() {
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> AsyncWith.sleep(Duration.ofDays(1)))
        .withMessage("interrupted while sleeping PT24H");
  }
}
