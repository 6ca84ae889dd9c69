package dev.asyncwith;

import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.moveOnAfter;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.suppress;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P4 with scopes: an exit that fails is not swallowed together with the cancel that caused it. */
@Timeout(60)
class P4CancelledExitTest {
  private static final Duration LONG = Duration.ofDays(1);

  private final IOException full = new IOException("No space left on device");

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
    assertThat(ThreadContext.inScope()).isNull();
  }

  /** A file whose close finds the disk full. */
  private AsyncContextManager<String, IOException> file() {
    return manager(
        () -> "file",
        _ -> {
          throw full;
        });
  }

  @Test
  void moveOnAfterDoesNotSwallowIt() {
    CancelScope scope = moveOnAfter(Duration.ZERO);
    assertThatThrownBy(() -> with(scope).and(file()).run(_ -> sleep(LONG))).isSameAs(full);
    assertThat(full.getSuppressed()).hasOnlyElementsOfType(InterruptedException.class);
    assertThat(scope.isCancelled()).isTrue();
    assertThat(scope.caught()).isFalse();
  }

  @Test
  void aTimeoutDoesNotTakeItsPlace() {
    assertThatThrownBy(() -> with(timeout(Duration.ZERO)).and(file()).run(_ -> sleep(LONG)))
        .isSameAs(full);
  }

  @Test
  void norDoesACancelledScopeFurtherOut() {
    CancelScope outer = CancelScope.create();
    assertThatThrownBy(
            () ->
                with(outer)
                    .and(timeout(LONG))
                    .and(file())
                    .run(
                        _ -> {
                          outer.cancel();
                          sleep(LONG);
                        }))
        .isSameAs(full);
  }

  @Test
  void whoSuppressesTheCancellationThrowsItOn() {
    assertThatThrownBy(
            () ->
                with(moveOnAfter(Duration.ZERO))
                    .and(suppress(InterruptedException.class))
                    .and(file())
                    .run(_ -> sleep(LONG)))
        .isSameAs(full);
  }

  @Test
  void theBodysOwnFailureStaysPrimary() {
    var body = new IllegalStateException("body");
    assertThatThrownBy(
            () ->
                with(moveOnAfter(Duration.ZERO))
                    .and(file())
                    .run(
                        _ -> {
                          throw body;
                        }))
        .isSameAs(body)
        .hasSuppressedException(full);
  }
}
