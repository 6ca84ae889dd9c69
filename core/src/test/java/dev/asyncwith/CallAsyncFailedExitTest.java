package dev.asyncwith;

import static dev.asyncwith.AsyncWith.checkpoint;
import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.suppress;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the body of a callAsync made is closed when the block fails after it. */
@Timeout(60)
class CallAsyncFailedExitTest {
  private final Trail trail = new Trail();
  private final IOException cannot = new IOException("cannot close");

  private final AutoCloseable made =
      () -> {
        checkpoint(); // no scope reaches it
        trail.add("closed, " + Thread.currentThread().isInterrupted());
      };

  private AsyncContextManager<String, IOException> failing(String name) {
    return manager(
        () -> name,
        _ -> {
          trail.add("exit " + name);
          throw cannot;
        });
  }

  private void exitOf(AsyncResult<?> result) throws Exception {
    result.exited().thenRun(() -> trail.add("exited")).toCompletableFuture().get();
  }

  @Test
  void theValueIsClosedAfterTheExitsAndBeforeTheResultIsThere() throws Exception {
    AsyncResult<AutoCloseable> result =
        with(trail.manager("A")).and(failing("B")).callAsync((_, _) -> made);
    assertThatThrownBy(result::get).cause().isSameAs(cannot);
    exitOf(result);
    trail.assertSteps(
        "enter A",
        "exit B",
        "exit A: failed with java.io.IOException: cannot close",
        "closed, false",
        "exited");
  }

  @Test
  void blocksOfAllSizesDo() {
    var guard = suppress();
    var one = with(failing("1"));
    var results =
        new AsyncResult<?>[] {
          with((AsyncGuard<IOException>) new FailingGuard()).callAsync(() -> made),
          one.callAsync(_ -> made),
          one.and(guard).and(trail.manager("2")).callAsync((_, _) -> made),
          one.and(trail.manager("2")).and(trail.manager("3")).callAsync((_, _, _) -> made),
          one.and(trail.manager("2"))
              .and(trail.manager("3"))
              .and(trail.manager("4"))
              .callAsync((_, _, _, _) -> made)
        };
    for (AsyncResult<?> result : results) {
      assertThatThrownBy(result::get).cause().isSameAs(cannot);
    }
    assertThat(trail.steps()).filteredOn("closed, false"::equals).hasSize(results.length);
  }

  private final class FailingGuard implements AsyncGuard<IOException> {
    @Override
    public Void enter() {
      return null;
    }

    @Override
    public boolean exit(Outcome outcome) throws IOException {
      throw cannot;
    }
  }

  @Test
  void aCloseThatFailsTooIsSuppressedInTheFailure() {
    var alsoNot = new IllegalStateException("nor this");
    AsyncResult<AutoCloseable> result =
        with(failing("A"))
            .callAsync(
                _ ->
                    () -> {
                      throw alsoNot;
                    });
    assertThatThrownBy(result::get).cause().isSameAs(cannot).hasSuppressedException(alsoNot);
  }

  @Test
  void aFailureOfTheExitThatAnOuterManagerSuppressesLosesNothing() {
    AsyncResult<AutoCloseable> result =
        with(suppress(IOException.class)).and(failing("A")).callAsync(_ -> made);
    assertThatThrownBy(result::get).cause().isInstanceOf(NoResultException.class);
    trail.assertSteps("exit A", "closed, false");
  }

  @Test
  void aBlockThatWasCancelledInItsExitClosesItUnhindered() throws Exception {
    var inExit = new CountDownLatch(1);
    var mayFail = new CountDownLatch(1);
    AsyncContextManager<String, IOException> slow =
        manager(
            () -> "A",
            _ -> {
              inExit.countDown();
              mayFail.await();
              Thread.currentThread().interrupt();
              throw cannot;
            });
    AsyncResult<AutoCloseable> result = with(slow).callAsync(_ -> made);
    inExit.await();
    result.cancel(true);
    mayFail.countDown();
    exitOf(result);
    trail.assertSteps("closed, false", "exited");
  }

  @Test
  void aValueThatIsReceivedIsNotClosed() throws Exception {
    AsyncResult<AutoCloseable> result = with(trail.manager("A")).callAsync(_ -> made);
    assertThat(result.get()).isSameAs(made);
    exitOf(result);
    trail.assertSteps("enter A", "exit A: succeeded", "exited");
  }

  @Test
  void aBodyThatFailsHasNothingToClose() {
    AsyncResult<AutoCloseable> result =
        with(trail.manager("A"))
            .callAsync(
                _ -> {
                  throw cannot;
                });
    assertThatThrownBy(result::get).cause().isSameAs(cannot);
    assertThat(cannot.getSuppressed()).isEmpty();
  }
}
