package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.await;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.ExceptionGroup;
import dev.asyncwith.Runner;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.With0;
import dev.asyncwith.With1;
import dev.asyncwith.testing.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * Runs the tasks of a test in virtual time, which goes on when all of them wait: what an event loop
 * and real sleeps are to CPython's tests.
 */
final class VirtualTime {
  private final TestClock clock = TestClock.create();
  private final Runner runner = Runner.create(c -> c.withClock(clock));

  Runner runner() {
    return runner;
  }

  /** Runs a body with a group for its tasks. */
  void inGroup(With1.Action<TaskGroup, ? extends Exception> body) throws Exception {
    runner.run(() -> with(TaskGroup.create()).run(body));
  }

  /** Runs a body as a program of its own. */
  void run(With0.Action<? extends Exception> test) throws Exception {
    runner.run(test);
  }

  Instant now() {
    return clock.instant();
  }

  Instant at(Duration fromNow) {
    return now().plus(fromNow);
  }

  /** Lets time pass while the caller computes. */
  void busyFor(Duration time) {
    clock.advance(time);
  }

  /** How much time has passed, in milliseconds. */
  long elapsed() {
    return clock.instant().toEpochMilli();
  }

  int alarms() {
    return Integer.parseInt(clock.toString().replaceAll(".*, (\\d+) alarms.*", "$1"));
  }

  /** Starts a task in a group of its own, so that its failure cancels no other. */
  static <T> Task<T> forkApart(TaskGroup tasks, Callable<T> body) throws InterruptedException {
    var started = new CompletableFuture<Task<T>>();
    tasks.fork(
        () -> {
          try {
            with(TaskGroup.create()).run(own -> started.complete(own.fork(body)));
          } catch (ExceptionGroup e) {
            // the test looks at the failure of the task
          }
        });
    return await(started);
  }

  static Duration millis(long count) {
    return Duration.ofMillis(count);
  }

  /** Returns when every other task waits, a millisecond later. */
  static void untilOthersWait() throws InterruptedException {
    sleep(millis(1));
  }
}
