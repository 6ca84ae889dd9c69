package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.await;
import static dev.asyncwith.AsyncWith.shield;
import static dev.asyncwith.AsyncWith.shielded;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.waitAll;
import static dev.asyncwith.AsyncWith.waitFor;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.TimeoutExceededException;
import dev.asyncwith.With1;
import dev.asyncwith.testing.Trail;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Waits that are over before what they wait for is: ports of {@code test_waitfor}. Others are the
 * tests of {@code dev.asyncwith.WaitForTest}.
 */
@Timeout(60)
class WaitForAndShieldTest {
  private static final Duration EPSILON = Duration.ofNanos(100_000);
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofSeconds(10);

  /** Python's None: no program lives to see its end. */
  private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  private final VirtualTime time = new VirtualTime();
  private final Trail trail = new Trail();

  /** Runs a test in a group, whose tasks are its futures. */
  private void run(With1.Action<TaskGroup, ? extends Exception> test) throws Exception {
    time.run(() -> with(TaskGroup.create()).run(tasks -> test.run(tasks)));
  }

  private Instant at(Duration sinceStart) {
    return Instant.EPOCH.plus(sinceStart);
  }

  /** Takes its time whoever cancels it. */
  private void slow() throws InterruptedException {
    shielded(() -> sleep(SHORT.multipliedBy(2)));
    trail.add("exited");
  }

  private String untilCancelled() throws InterruptedException {
    try {
      sleep(LONG);
      return "done";
    } finally {
      trail.add("ended");
    }
  }

  private String cleanUpWhenCancelled() throws InterruptedException {
    try {
      sleep(LONG);
      return "done";
    } catch (InterruptedException e) {
      shielded(() -> sleep(EPSILON));
      trail.add("cleaned up");
      throw e;
    }
  }

  private static String done(Duration delay) throws InterruptedException {
    sleep(delay);
    return "done";
  }

  @Test
  void aCancelledWaitLastsAsLongAsItsBody() throws Exception {
    run(
        tasks -> {
          Task<?> waiting = tasks.fork(() -> waitFor(SHORT.multipliedBy(4), this::slow));
          sleep(EPSILON);
          assertThat(waiting.cancel()).isTrue();
          assertThat(waitAll(List.of(waiting)).pending()).isEmpty();
          trail.assertSteps("exited");
        });
  }

  @Test
  void aWaitWhoseTimeIsOverLastsAsLongAsItsBody() throws Exception {
    time.run(
        () -> {
          waitFor(SHORT, this::slow);
          trail.assertSteps("exited");
          assertThat(time.now()).isEqualTo(at(SHORT.multipliedBy(2)));
        });
  }

  @Test
  void aTaskThatRunsIsCancelledAtOnceWithoutTime() throws Exception {
    run(
        tasks -> {
          var started = new CompletableFuture<String>();
          Task<String> task =
              tasks.fork(
                  () -> {
                    started.complete("started");
                    return untilCancelled();
                  });
          assertThat(await(started)).isEqualTo("started");
          assertThatThrownBy(() -> waitFor(Duration.ofSeconds(-1), task))
              .isInstanceOf(IllegalArgumentException.class);
          assertThat(task.isDone()).isFalse();
          assertThatThrownBy(() -> waitFor(Duration.ZERO, task))
              .isInstanceOf(TimeoutExceededException.class);
          assertThat(task.isDone()).isTrue();
          assertThat(task.isCancelled()).isTrue();
          trail.assertSteps("ended");
          assertThat(time.now()).isEqualTo(at(Duration.ZERO));
        });
  }

  @Test
  void aTaskThatTakesTooLongIsCancelled() throws Exception {
    run(
        tasks -> {
          Task<String> task = tasks.fork(this::untilCancelled);
          assertThatThrownBy(() -> waitFor(SHORT, task))
              .isInstanceOf(TimeoutExceededException.class);
          assertThat(task.isDone()).isTrue();
          assertThat(task.isCancelled()).isTrue();
          trail.assertSteps("ended");
          assertThat(time.now()).isEqualTo(at(SHORT));
        });
  }

  @Test
  void aBodyHasAllTheTimeOfTheWorld() throws Exception {
    time.run(() -> assertThat(waitFor(FOREVER, () -> done(LONG))).isEqualTo("done"));
  }

  @Test
  void aFutureThatIsCompletedInTime() throws Exception {
    run(
        tasks -> {
          var future = new CompletableFuture<String>();
          tasks.fork(
              () -> {
                sleep(SHORT);
                future.complete("ok");
              });
          assertThat(waitFor(SHORT.multipliedBy(2), () -> await(future))).isEqualTo("ok");
          assertThat(time.now()).isEqualTo(at(SHORT));
        });
  }

  @Test
  void theCleanUpOfATaskIsWaitedFor() throws Exception {
    run(
        tasks -> {
          Task<String> task = tasks.fork(this::cleanUpWhenCancelled);
          assertThatThrownBy(() -> waitFor(EPSILON, task))
              .isInstanceOf(TimeoutExceededException.class)
              .hasCauseInstanceOf(InterruptedException.class);
          trail.assertSteps("cleaned up");
        });
  }

  @Test
  void theCleanUpOfATaskIsWaitedForAlsoWithoutTime() throws Exception {
    run(
        tasks -> {
          Task<String> task = tasks.fork(this::cleanUpWhenCancelled);
          sleep(EPSILON);
          assertThatThrownBy(() -> waitFor(Duration.ZERO, task))
              .isInstanceOf(TimeoutExceededException.class)
              .hasCauseInstanceOf(InterruptedException.class);
          trail.assertSteps("cleaned up");
        });
  }

  @Test
  void aTaskThatHoldsUpItsCancelIsWaitedForAndItsResultAndTheCancelAreKept() throws Exception {
    run(
        tasks -> {
          Task<Integer> inner =
              tasks.fork(
                  () -> {
                    slow();
                    return 42;
                  });
          Task<?> waiting =
              tasks.fork(
                  () -> {
                    assertThat(waitFor(LONG, inner)).isEqualTo(42);
                    sleep(LONG);
                    trail.add("went on");
                  });
          sleep(EPSILON);
          assertThat(waiting.cancel()).isTrue();
          assertThatThrownBy(waiting::get).isInstanceOf(CancellationException.class);
          assertThat(time.now()).isEqualTo(at(SHORT.multipliedBy(2)));
          assertThat(inner.get()).isEqualTo(42);
          trail.assertSteps("exited");
        });
  }

  @Test
  void aCancelledWaitWithoutALimitLeavesTheTaskAlone() throws Exception {
    run(
        tasks -> {
          Task<String> task = tasks.fork(() -> done(LONG));
          Task<String> waiting = tasks.fork(() -> task.get());
          sleep(EPSILON);
          assertThat(waiting.cancel()).isTrue();
          assertThatThrownBy(waiting::get).isInstanceOf(CancellationException.class);
          assertThat(task.isDone()).isFalse();
          assertThat(task.get()).isEqualTo("done");
        });
  }

  @Test
  void aCancelThatComesWithTheResultIsNotLost() throws Exception {
    run(
        tasks -> {
          var begun = new CompletableFuture<String>();
          Task<String> inner = tasks.fork(() -> "done");
          Task<?> waiting =
              tasks.fork(
                  () -> {
                    begun.complete("begun");
                    assertThat(waitFor(LONG, inner)).isEqualTo("done");
                    sleep(LONG);
                    trail.add("went on");
                  });
          assertThat(await(begun)).isEqualTo("begun");
          assertThat(inner.get()).isEqualTo("done");
          assertThat(waiting.cancel()).isTrue();
          assertThatThrownBy(waiting::get).isInstanceOf(CancellationException.class);
          assertThat(inner.get()).isEqualTo("done");
          trail.assertSteps();
        });
  }

  @Test
  void withoutTimeAShieldedTaskGoesOn() throws Exception {
    run(
        tasks -> {
          Task<String> task = tasks.fork(() -> done(SHORT));
          assertThatThrownBy(() -> waitFor(Duration.ZERO, () -> shield(task)))
              .isInstanceOf(TimeoutExceededException.class);
          assertThat(task.isDone()).isFalse();
          sleep(SHORT.multipliedBy(2));
          assertThat(task.isDone()).isTrue();
          assertThat(task.isCancelled()).isFalse();
        });
  }

  @Test
  void withAllTheTimeOfTheWorldAShieldedTaskEnds() throws Exception {
    run(
        tasks -> {
          Task<String> task = tasks.fork(() -> done(SHORT));
          assertThat(waitFor(FOREVER, () -> shield(task))).isEqualTo("done");
          assertThat(task.isDone()).isTrue();
          assertThat(task.get()).isEqualTo("done");
        });
  }

  @Test
  void aShieldedTaskGoesOnWhenTheTimeIsOver() throws Exception {
    run(
        tasks -> {
          Task<String> task = tasks.fork(() -> done(SHORT));
          assertThatThrownBy(() -> waitFor(EPSILON, () -> shield(task)))
              .isInstanceOf(TimeoutExceededException.class);
          assertThat(task.isDone()).isFalse();
          assertThat(task.get()).isEqualTo("done");
        });
  }
}
