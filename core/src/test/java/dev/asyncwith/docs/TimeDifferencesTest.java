package dev.asyncwith.docs;

import static dev.asyncwith.AsyncWith.shielded;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.timeoutAt;
import static dev.asyncwith.AsyncWith.waitFirst;
import static dev.asyncwith.AsyncWith.waitFor;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.CancelScope;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.Timeout;
import dev.asyncwith.TimeoutExceededException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The Java sides of docs/differences-from-python.md about timeouts and what they cancel. */
@org.junit.jupiter.api.Timeout(60)
class TimeDifferencesTest {
  private static final Duration LONG = Duration.ofSeconds(100);

  @Test
  void blockStaysCancelled() {
    // docs: stays-cancelled
    List<String> log = new ArrayList<>();
    assertThatThrownBy(
            () ->
                with(timeout(Duration.ofMillis(10)))
                    .run(
                        () -> {
                          try {
                            sleep(LONG);
                          } finally {
                            assertThatThrownBy(() -> sleep(Duration.ofMillis(10)))
                                .isInstanceOf(InterruptedException.class);
                            shielded(() -> sleep(Duration.ofMillis(10)));
                            log.add("cleaned up");
                          }
                        }))
        .isInstanceOf(TimeoutExceededException.class);
    assertThat(log).containsExactly("cleaned up");
    // end
  }

  @Test
  void movedBeforeItsBlock() throws Exception {
    // docs: moved-before
    Timeout timeout = timeout(Duration.ofSeconds(10));
    timeout.reschedule(LONG);
    Instant begun = Instant.now();
    with(timeout).run(() -> assertThat(timeout.when()).isAfter(begun.plusSeconds(10)));
    // end
  }

  @Test
  void negativeTime() {
    // docs: negative-time
    assertThatThrownBy(() -> timeout(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    Timeout past = timeoutAt(Instant.now().minusSeconds(1));
    assertThatThrownBy(() -> with(past).run(() -> sleep(Duration.ZERO)))
        .isInstanceOf(TimeoutExceededException.class);
    // end
  }

  @Test
  void tasksAreCancelledAtOnce() throws Exception {
    // docs: tasks-at-once
    var scope = CancelScope.create();
    var begun = new CountDownLatch(1);
    with(scope)
        .and(TaskGroup.create())
        .run(
            tasks -> {
              Task<Void> child =
                  tasks.fork(
                      () -> {
                        begun.countDown();
                        sleep(LONG);
                      });
              begun.await();
              scope.cancel();
              try {
                sleep(LONG);
              } finally {
                shielded(() -> waitFirst(List.of(child))); // the body goes on
                assertThat(child.isCancelled()).isTrue();
              }
            });
    // end
    assertThat(scope.caught()).isTrue();
  }

  @Test
  void waitForWaits() throws Exception {
    with(TaskGroup.create())
        .run(
            tasks -> {
              var begun = new CountDownLatch(2);
              // docs: wait-for-waits
              Task<Integer> inner =
                  tasks.fork(
                      () -> {
                        begun.countDown();
                        shielded(() -> sleep(Duration.ofMillis(10)));
                        return 42;
                      });
              Task<Integer> waiter =
                  tasks.fork(
                      () -> {
                        begun.countDown();
                        return waitFor(LONG, inner);
                      });
              begun.await();
              waiter.cancel();
              waitFirst(List.of(waiter));
              assertThat(inner.isDone()).isTrue();
              // end
              assertThat(inner.get()).isEqualTo(42);
            });
  }
}
