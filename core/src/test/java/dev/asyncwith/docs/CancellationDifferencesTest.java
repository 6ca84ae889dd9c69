package dev.asyncwith.docs;

import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.suppress;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.waitAll;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncCondition;
import dev.asyncwith.AsyncLock;
import dev.asyncwith.ExceptionGroup;
import dev.asyncwith.Runner;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.TimeoutExceededException;
import dev.asyncwith.testing.TestClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Java sides of docs/differences-from-python.md about what a cancellation finds. */
@Timeout(60)
class CancellationDifferencesTest {
  private static final Duration LONG = Duration.ofSeconds(100);

  @Test
  void whatIsThereComesFirst() throws Exception {
    AsyncLock lock = AsyncLock.create();
    with(TaskGroup.create())
        .run(
            tasks -> {
              // docs: result-first
              lock.acquire();
              Task<Void> waiter = tasks.fork(() -> lock.acquire());
              awaitWaiter(lock);
              lock.release();
              waiter.cancel();
              waitAll(List.of(waiter));
              assertThat(waiter.isCancelled()).isFalse();
              assertThat(lock.locked()).isTrue();
              // end
              lock.release();
            });
  }

  private static void awaitWaiter(AsyncLock lock) {
    while (lock.waiting() == 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void causedByTheCancellation() {
    // docs: caused-by-cancellation
    assertThatThrownBy(
            () ->
                with(timeout(Duration.ofMillis(10)))
                    .run(
                        () -> {
                          try {
                            sleep(LONG);
                          } catch (InterruptedException e) {
                            throw new IOException("gave up", e);
                          }
                        }))
        .isInstanceOf(TimeoutExceededException.class);
    // end
  }

  @Test
  void aSignalIsPassedOn() throws Exception {
    try (Runner runner = Runner.create(c -> c.withClock(TestClock.create()))) {
      runner.run(() -> with(TaskGroup.create()).run(tasks -> passesOn(tasks)));
    }
  }

  private static void passesOn(TaskGroup tasks) throws InterruptedException {
    AsyncCondition condition = AsyncCondition.create();
    Duration second = Duration.ofSeconds(1);
    // docs: signal-passed-on
    Task<Void> one = tasks.fork(() -> with(condition).run(() -> condition.await()));
    sleep(second);
    Task<Void> other = tasks.fork(() -> with(condition).run(() -> condition.await()));
    sleep(second);
    with(condition)
        .run(
            () -> {
              condition.signal();
              one.cancel();
              sleep(second); // until the cancel has come
            });
    waitAll(List.of(one, other));
    assertThat(one.isCancelled()).isTrue();
    assertThat(other.isCancelled()).isFalse();
    // end
  }

  @Test
  void aWaiterKeepsItsPlace() throws Exception {
    try (Runner runner = Runner.create(c -> c.withClock(TestClock.create()))) {
      runner.run(() -> with(TaskGroup.create()).run(tasks -> keepsItsPlace(tasks)));
    }
  }

  private static void keepsItsPlace(TaskGroup tasks) throws InterruptedException {
    AsyncCondition condition = AsyncCondition.create();
    Duration second = Duration.ofSeconds(1);
    List<String> log = new ArrayList<>();
    // docs: keeps-its-place
    Task<Void> waiter =
        tasks.fork(
            () ->
                with(condition)
                    .run(
                        () -> {
                          try {
                            condition.await();
                          } finally {
                            log.add("waiter");
                          }
                        }));
    sleep(second);
    with(condition)
        .run(
            () -> {
              condition.signal();
              tasks.fork(() -> with(condition).run(() -> log.add("newcomer")));
              sleep(second);
              waiter.cancel();
              sleep(second);
            });
    sleep(second);
    assertThat(log).containsExactly("waiter", "newcomer");
    // end
  }

  @Test
  void waitsForItself() {
    // docs: waits-for-itself
    AsyncLock lock = AsyncLock.create();
    assertThatThrownBy(() -> with(lock).run(() -> with(lock).run(() -> {})))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("would wait for itself");
    // end
  }

  @Test
  void suppressLooksIntoGroups() {
    // docs: suppress-splits
    var both =
        new ExceptionGroup(
            "two", List.of(new IOException("gone"), new IllegalArgumentException("bad")));
    assertThatThrownBy(
            () ->
                with(suppress(IOException.class))
                    .run(
                        () -> {
                          throw both;
                        }))
        .isInstanceOfSatisfying(
            ExceptionGroup.class,
            rest ->
                assertThat(rest.exceptions())
                    .singleElement()
                    .isInstanceOf(IllegalArgumentException.class));
    // end
  }

  @Test
  void aGroupLeavesNoCancellation() {
    // docs: group-leaves-nothing
    assertThatThrownBy(
            () ->
                with(timeout(Duration.ofMillis(10)))
                    .run(
                        () -> {
                          try {
                            with(TaskGroup.create())
                                .run(
                                    tasks ->
                                        tasks.fork(
                                            () -> {
                                              throw new IOException("gone");
                                            }));
                          } catch (ExceptionGroup e) {
                            // handled
                          }
                          sleep(LONG);
                        }))
        .isInstanceOf(TimeoutExceededException.class);
    // end
  }
}
