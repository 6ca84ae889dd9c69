package dev.asyncwith.docs;

import static dev.asyncwith.AsyncWith.asCompleted;
import static dev.asyncwith.AsyncWith.await;
import static dev.asyncwith.AsyncWith.gather;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.toThread;
import static dev.asyncwith.AsyncWith.waitFirst;
import static dev.asyncwith.AsyncWith.waitFor;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsCompleted;
import dev.asyncwith.CancelScope;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.TimeoutExceededException;
import dev.asyncwith.Waited;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Java sides of docs/differences-from-python.md about work that runs at the same time. */
@Timeout(60)
class ConcurrencyDifferencesTest {
  private static final Duration LONG = Duration.ofSeconds(100);

  private static String fails() throws IOException {
    throw new IOException("gone");
  }

  @Test
  void gatherSiblings() {
    // docs: gather-siblings
    List<String> log = Collections.synchronizedList(new ArrayList<>());
    var started = new CountDownLatch(1);
    assertThatThrownBy(
            () ->
                gather(
                    () -> {
                      started.await();
                      return fails();
                    },
                    () -> {
                      started.countDown();
                      try {
                        sleep(LONG);
                        return "went on";
                      } finally {
                        log.add("ended");
                      }
                    }))
        .isInstanceOf(IOException.class);
    assertThat(log).containsExactly("ended");
    // end
  }

  @Test
  void waitNames() throws Exception {
    with(TaskGroup.create())
        .run(
            tasks -> {
              // docs: wait-names
              Task<Void> task = tasks.fork(() -> sleep(LONG));
              Waited<Task<Void>> waited = waitFirst(List.of(task), Duration.ZERO);
              assertThat(waited.done()).isEmpty();
              assertThat(waited.pending()).containsExactly(task);
              // end
              assertThat(task.cancel()).isTrue();
            });
  }

  @Test
  void inOrderOfCompletion() throws Exception {
    with(TaskGroup.create())
        .run(
            tasks -> {
              // docs: as-completed
              Task<String> slow = tasks.fork(() -> untilCancelled());
              Task<String> fast = tasks.fork(() -> "fast");
              assertThat(fast.get()).isEqualTo("fast");
              AsCompleted<Task<String>> ready =
                  asCompleted(List.of(slow, fast), Duration.ofMillis(100));
              assertThat(ready.next()).isSameAs(fast);
              assertThatThrownBy(ready::next).isInstanceOf(TimeoutExceededException.class);
              assertThat(slow.isDone()).isFalse();
              // end
              assertThat(slow.cancel()).isTrue();
            });
  }

  private static String untilCancelled() throws InterruptedException {
    sleep(LONG);
    return "slow";
  }

  @Test
  void aWaitForATask() throws Exception {
    with(TaskGroup.create())
        .run(
            tasks -> {
              // docs: await-task
              Task<Void> inner = tasks.fork(() -> sleep(LONG));
              Task<Void> waiter = tasks.fork(() -> inner.get());
              waiter.cancel();
              waitFirst(List.of(waiter));
              assertThat(inner.isDone()).isFalse();
              // end
              assertThat(inner.cancel()).isTrue();
            });
  }

  @Test
  void aCancelledWaitForAStage() {
    // docs: await-stage
    var stage = new CompletableFuture<String>();
    assertThatThrownBy(() -> waitFor(Duration.ofMillis(10), () -> await(stage)))
        .isInstanceOf(TimeoutExceededException.class);
    assertThat(stage.complete("a connection")).isTrue();
    // end
  }

  @Test
  void aCancelledThread() throws Exception {
    // docs: to-thread
    List<String> log = Collections.synchronizedList(new ArrayList<>());
    CancelScope scope = CancelScope.create();
    with(scope)
        .run(
            () ->
                toThread(
                    () -> {
                      scope.cancel();
                      try {
                        new CountDownLatch(1).await();
                      } finally {
                        log.add("ended");
                      }
                    }));
    assertThat(log).containsExactly("ended");
    // end
    assertThat(scope.caught()).isTrue();
  }
}
