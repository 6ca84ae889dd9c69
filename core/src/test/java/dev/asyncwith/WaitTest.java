package dev.asyncwith;

import static dev.asyncwith.AsyncWith.waitAll;
import static dev.asyncwith.AsyncWith.waitFirst;
import static dev.asyncwith.AsyncWith.waitFirstFailure;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waiting for tasks, which a wait never cancels. */
@Timeout(60)
class WaitTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Background background = new Background("test");
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void endTasks() {
    background.cancelAll("the test is over");
    assertThat(Thread.interrupted()).isFalse();
  }

  private <T> Task<T> start(With0.Body<T, ?> body) {
    return background.start(null, Inherited.DEFAULT, Bodies.<T>callable(body));
  }

  private Task<String> done(String value) throws InterruptedException {
    Task<String> task = start(() -> value);
    task.join();
    return task;
  }

  private Task<String> running() {
    return start(
        () -> {
          end.await();
          return "ended";
        });
  }

  private Task<String> failing(CountDownLatch when) {
    return start(
        () -> {
          when.await();
          throw new IOException("gone");
        });
  }

  /** CPython's BaseTaskTests.test_wait, test_wait_really_done. */
  @Test
  void waitAllWaitsForAll() throws Exception {
    Task<String> one = done("one");
    Task<String> two = running();
    var call = OnThread.start(() -> waitAll(List.of(one, two))).awaitWaiting();
    assertThat(call.isAlive()).isTrue();
    end.countDown();
    Waited<Task<String>> waited = call.result();
    assertThat(waited.done()).containsExactly(one, two);
    assertThat(waited.pending()).isEmpty();
    assertThatThrownBy(() -> waited.done().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void tasksOfSeveralTypes() throws Exception {
    Task<Integer> number = start(() -> 1);
    Waited<Task<?>> waited = waitAll(List.<Task<?>>of(number, done("one")));
    assertThat(waited.done()).hasSize(2);
  }

  /** BaseTaskTests.test_wait_with_timeout: no exception, and nothing is cancelled. */
  @Test
  void aTimeoutLeavesTasksPending() throws Exception {
    var clock = new HandClock();
    Task<String> one = done("one");
    Task<String> two = running();
    var call = OnThread.start(clock, () -> waitAll(List.of(two, one), SECOND)).awaitWaiting();
    clock.advance(SECOND);
    assertThat(call.result().done()).containsExactly(one);
    assertThat(call.result().pending()).containsExactly(two);
    end.countDown();
    assertThat(two.get()).isEqualTo("ended");
  }

  @Test
  void aTimeoutThatIsNotNeededLeavesNoAlarm() throws Exception {
    var clock = new HandClock();
    Task<String> task = running();
    var call = OnThread.start(clock, () -> waitAll(List.of(task), SECOND)).awaitWaiting();
    assertThat(clock.alarms()).isEqualTo(1);
    end.countDown();
    assertThat(call.result().done()).containsExactly(task);
    assertThat(clock.alarms()).isZero();
  }

  @Test
  void zeroLooksWithoutWaiting() throws Exception {
    Task<String> one = done("one");
    Task<String> two = running();
    assertThat(waitAll(List.of(one, two), Duration.ZERO))
        .isEqualTo(new Waited<>(java.util.Set.of(one), java.util.Set.of(two)));
    assertThat(waitFirst(List.of(two), Duration.ZERO).done()).isEmpty();
    assertThat(waitFirstFailure(List.of(one, two), Duration.ZERO).pending()).containsExactly(two);
  }

  @Test
  void aLongTimeIsForEver() throws Exception {
    Task<String> one = done("one");
    assertThat(waitFirst(List.of(one), Duration.ofSeconds(Long.MAX_VALUE)).done())
        .containsExactly(one);
  }

  /** BaseTaskTests.test_wait_first_completed. */
  @Test
  void waitFirstWaitsForOne() throws Exception {
    var now = new CountDownLatch(1);
    Task<String> one = running();
    Task<String> two = failing(now);
    var call = OnThread.start(() -> waitFirst(List.of(one, two))).awaitWaiting();
    now.countDown();
    assertThat(call.result().done()).containsExactly(two);
    assertThat(call.result().pending()).containsExactly(one);
  }

  /** BaseTaskTests.test_wait_first_exception, test_wait_first_exception_in_wait. */
  @Test
  void waitFirstFailureWaitsForAFailure() throws Exception {
    var now = new CountDownLatch(1);
    Task<String> one = done("one");
    Task<String> two = running();
    Task<String> three = failing(now);
    var call = OnThread.start(() -> waitFirstFailure(List.of(one, two, three))).awaitWaiting();
    now.countDown();
    assertThat(call.result().done()).containsExactly(one, three);
    assertThat(call.result().pending()).containsExactly(two);
  }

  @Test
  void waitFirstFailureIgnoresCancelledTasks() throws Exception {
    Task<String> cancelled = running();
    Task<String> other = running();
    assertThat(cancelled.cancel()).isTrue();
    assertThat(catchThrowable(cancelled::get))
        .isInstanceOf(java.util.concurrent.CancellationException.class);
    var call = OnThread.start(() -> waitFirstFailure(List.of(cancelled, other))).awaitWaiting();
    end.countDown();
    assertThat(call.result().done()).containsExactly(cancelled, other);
  }

  /** BaseTaskTests.test_wait_errors. */
  @Test
  void thereHasToBeATask() {
    assertThatThrownBy(() -> waitAll(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there are no tasks to wait for: give one at least");
    assertThatThrownBy(() -> waitFirst(List.of(running()), SECOND.negated()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** BaseTaskTests.test_wait_duplicate_coroutines. */
  @Test
  void aTaskThatIsGivenTwiceCountsOnce() throws Exception {
    Task<String> one = done("one");
    assertThat(waitAll(List.of(one, one)).done()).containsExactly(one);
  }

  /** BaseTaskTests.test_yield_wait_does_not_shield_cancel: of the waiting task, not of these. */
  @Test
  void aCancelledWaitLeavesTheTasksAlone() throws Exception {
    Task<String> task = running();
    var call = OnThread.start(() -> waitAll(List.of(task))).awaitWaiting();
    assertThat(call.interrupt().failure())
        .isInstanceOf(InterruptedException.class)
        .hasMessage("interrupted while waiting for AsCompleted[1 of 1 tasks]");
    end.countDown();
    assertThat(task.get()).isEqualTo("ended");
  }

  @Test
  void aCancelledScopeEndsAWaitForWhatIsDone() throws Exception {
    Task<String> task = done("one");
    CancelScope scope = CancelScope.create();
    scope.cancel();
    with(scope).run(() -> waitAll(List.of(task)));
    assertThat(scope.caught()).isTrue();
  }

  @Test
  void aTaskThatWaitsForItselfIsTold() {
    var self = new AtomicReference<Task<?>>();
    var set = new CountDownLatch(1);
    self.set(
        start(
            () -> {
              set.await();
              return waitAll(List.<Task<?>>of(self.get()));
            }));
    set.countDown();
    assertThatThrownBy(() -> self.get().get())
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("waits for itself");
  }
}
