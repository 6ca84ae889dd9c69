package dev.asyncwith.docs;

import static dev.asyncwith.AsyncWith.await;
import static dev.asyncwith.AsyncWith.nullContext;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.waitAll;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncResult;
import dev.asyncwith.CancelScope;
import dev.asyncwith.ExceptionGroup;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Java sides of docs/differences-from-python.md about tasks and their cancellation. */
@Timeout(60)
class TaskDifferencesTest {
  private static final Duration LONG = Duration.ofSeconds(100);

  @Test
  void aCancelOfABlock() throws Exception {
    List<String> log = Collections.synchronizedList(new ArrayList<>());
    with(TaskGroup.create())
        .run(
            tasks -> {
              // docs: cancel-of-block
              Task<Void> task =
                  tasks.fork(
                      () -> {
                        CancelScope block = CancelScope.create();
                        with(block)
                            .run(
                                () -> {
                                  block.cancel();
                                  assertThatThrownBy(() -> sleep(LONG))
                                      .isInstanceOf(InterruptedException.class);
                                  sleep(Duration.ZERO);
                                  log.add("waited again");
                                });
                        sleep(Duration.ZERO);
                        log.add("went on");
                      });
              waitAll(List.of(task));
              assertThat(log).containsExactly("went on");
              // end
            });
  }

  @Test
  void aCancelledTaskThatReturns() throws Exception {
    with(TaskGroup.create())
        .run(
            tasks -> {
              // docs: cancelled-returns
              CompletableFuture<Task<String>> self = new CompletableFuture<>();
              Task<String> task =
                  tasks.fork(
                      () -> {
                        await(self).cancel();
                        return "a result";
                      });
              self.complete(task);
              assertThat(task.get()).isEqualTo("a result");
              assertThat(task.isCancelled()).isFalse();
              // end
            });
  }

  @Test
  void aCancelledTaskWithoutException() throws Exception {
    with(TaskGroup.create())
        .run(
            tasks -> {
              // docs: no-exception
              CompletableFuture<Boolean> begun = new CompletableFuture<>();
              Task<Void> task =
                  tasks.fork(
                      () -> {
                        begun.complete(true);
                        sleep(LONG);
                      });
              await(begun);
              task.cancel("too late");
              waitAll(List.of(task));
              assertThat(task.exception()).isNull();
              assertThat(task.isCancelled()).isTrue();
              assertThatThrownBy(task::get)
                  .isInstanceOf(CancellationException.class)
                  .cause()
                  .hasMessageEndingWith("too late");
              // end
            });
  }

  @Test
  void aWaitForSomethingCancelled() {
    // docs: awaits-cancelled
    var stage = new CompletableFuture<String>();
    assertThatThrownBy(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks -> {
                          tasks.fork(() -> await(stage));
                          stage.cancel(true);
                        }))
        .isInstanceOf(ExceptionGroup.class)
        .satisfies(
            group ->
                assertThat(((ExceptionGroup) group).exceptions().getFirst())
                    .isInstanceOf(CancellationException.class));
    // end
  }

  @Test
  void aResultThatIsSet() throws Exception {
    List<String> log = Collections.synchronizedList(new ArrayList<>());
    var begun = new CountDownLatch(1);
    // docs: result-set
    AsyncResult<String> result =
        with(nullContext("value"))
            .callAsync(
                value -> {
                  try {
                    begun.countDown();
                    sleep(LONG);
                    return value;
                  } catch (InterruptedException e) {
                    log.add("cancelled");
                    throw e;
                  }
                });
    begun.await();
    assertThat(result.complete("mine")).isTrue();
    await(result.exited());
    assertThat(result.get()).isEqualTo("mine");
    assertThat(log).containsExactly("cancelled");
    // end
  }
}
