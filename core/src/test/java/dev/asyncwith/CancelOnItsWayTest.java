package dev.asyncwith;

import static dev.asyncwith.AsyncWith.gather;
import static dev.asyncwith.AsyncWith.race;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A scope is cancelled, and its cancel has not reached the task whose body starts others: they are
 * cancelled, and so is the body, which does not see cancelled tasks without a reason.
 */
@Timeout(60)
class CancelOnItsWayTest {
  private final CountDownLatch marked = new CountDownLatch(1);
  private final CountDownLatch arrives = new CountDownLatch(1);

  /** What a task's body throws when it begins while the cancel stands still above it. */
  private Throwable thrownBy(With0.Action<Exception> body) throws Exception {
    var scope = CancelScope.of("slow", null, this::standStill);
    var thrown = new CompletableFuture<Throwable>();
    with(scope)
        .run(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks ->
                            tasks.fork(
                                () -> {
                                  var _ = Thread.ofPlatform().start(() -> scope.cancel("test"));
                                  marked.await();
                                  thrown.complete(catchThrowable(body::run));
                                  arrives.countDown();
                                })));
    assertThat(scope.caught()).isTrue();
    return thrown.join();
  }

  private void standStill() {
    marked.countDown();
    try {
      arrives.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aRaceIsCancelled() throws Exception {
    assertThat(thrownBy(() -> race(() -> "one", () -> "two")))
        .isInstanceOf(InterruptedException.class)
        .hasMessageContaining("test");
  }

  @Test
  void aGatherIsCancelled() throws Exception {
    assertThat(thrownBy(() -> gather(() -> "one", () -> "two")))
        .isInstanceOf(InterruptedException.class)
        .hasMessageContaining("test");
  }

  @Test
  void aGroupIsCancelled() throws Exception {
    assertThat(thrownBy(() -> with(TaskGroup.create()).run(tasks -> tasks.fork(() -> "one"))))
        .isInstanceOf(InterruptedException.class)
        .hasMessageContaining("test");
  }

  @Test
  void aRunIsCancelled() throws Exception {
    var cancelled = new CompletableFuture<Boolean>();
    Throwable thrown =
        thrownBy(
            () -> {
              try (Runner runner = Runner.create()) {
                runner.run(() -> "one");
              } finally {
                cancelled.complete(ThreadContext.current().innermost().isCancelled());
              }
            });
    assertThat(thrown).isInstanceOf(InterruptedException.class).hasMessageContaining("test");
    assertThat(cancelled).isCompletedWithValue(true);
  }
}
