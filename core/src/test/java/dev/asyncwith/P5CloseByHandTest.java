package dev.asyncwith;

import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P5: what is closed by hand is closed also where a scope is cancelled. */
@Timeout(60)
class P5CloseByHandTest {
  private final Trail trail = new Trail();

  @AfterEach
  void clear() {
    Thread.interrupted();
  }

  /** Its release is a call of the library, which throws where a scope in effect is cancelled. */
  private AsyncContextManager<String, RuntimeException> checks(String name) {
    return manager(
        () -> name,
        _ -> {
          AsyncWith.checkpoint();
          trail.add("closed " + name);
        });
  }

  private static void cancelAndSee(CancelScope scope) {
    scope.cancel();
    assertThatThrownBy(AsyncWith::checkpoint).isInstanceOf(InterruptedException.class);
  }

  @Test
  void aStackInACancelledScopeClosesItsEntries() throws Exception {
    var scope = CancelScope.create();
    with(scope)
        .run(
            () -> {
              var stack = AsyncExitStack.create();
              stack.enter(checks("A"));
              stack.enter(checks("B"));
              cancelAndSee(scope);
              stack.close();
              trail.add("in effect again");
              AsyncWith.checkpoint();
            });
    assertThat(scope.caught()).isTrue();
    trail.assertSteps("closed B", "closed A", "in effect again");
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void aStackClosesItsEntriesUnderAPendingInterrupt() throws Exception {
    var stack = AsyncExitStack.create();
    stack.enter(checks("A"));
    stack.enter(checks("B"));
    Thread.currentThread().interrupt();
    stack.close();
    trail.assertSteps("closed B", "closed A");
    assertThat(Thread.interrupted()).isTrue();
  }

  /** As the resources of the other modules are written. */
  private final class Socket implements AutoCloseable {
    @Override
    public void close() throws IOException {
      AsyncExit.<IOException>shielded(this, this::sendGoodbye);
    }

    private void sendGoodbye() throws IOException {
      try {
        AsyncWith.checkpoint();
      } catch (InterruptedException e) {
        throw new IOException("still open", e);
      }
      trail.add("closed");
    }

    @Override
    public String toString() {
      return "socket";
    }
  }

  @Test
  void aShieldedCloseIsNotReachedByTheScopesAroundIt() throws Exception {
    var scope = CancelScope.create();
    with(scope)
        .run(
            () -> {
              try (var _ = new Socket()) {
                scope.cancel();
                AsyncWith.checkpoint();
              }
            });
    assertThat(scope.caught()).isTrue();
    trail.assertSteps("closed");
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void aShieldedCloseHoldsAPendingInterruptBack() throws Exception {
    Thread.currentThread().interrupt();
    new Socket().close();
    trail.assertSteps("closed");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aShieldedCloseThrowsWhatTheCloseThrows() {
    var failure = new IOException("disk full");
    assertThatThrownBy(
            () ->
                AsyncExit.<IOException>shielded(
                    "file",
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure)
        .hasNoSuppressedExceptions();
  }
}
