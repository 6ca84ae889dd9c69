package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asCompleted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks in the order in which they are done. */
@Timeout(60)
class AsCompletedTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Background background = new Background("test");
  private final Trail trail = new Trail();

  @AfterEach
  void endTasks() {
    background.cancelAll("the test is over");
  }

  private Task<String> start(String value, CountDownLatch when) {
    return background.start(
        value,
        Inherited.DEFAULT,
        () -> {
          when.await();
          return value;
        });
  }

  /** CPython's BaseTaskTests.test_as_completed, 3.13's test_as_completed_same_tasks_in_as_out. */
  @Test
  void givesTheSameTasksInTheOrderInWhichTheyAreDone() throws Exception {
    var first = new CountDownLatch(1);
    var second = new CountDownLatch(1);
    Task<String> one = start("one", second);
    Task<String> two = start("two", first);
    AsCompleted<Task<String>> tasks = asCompleted(List.of(one, two));
    assertThat(tasks).hasToString("AsCompleted[2 of 2 tasks]");
    first.countDown();
    assertThat(tasks.next()).isSameAs(two);
    assertThat(tasks.hasNext()).isTrue();
    second.countDown();
    assertThat(tasks.next()).isSameAs(one);
    assertThat(tasks.hasNext()).isFalse();
    assertThatThrownBy(tasks::next)
        .isInstanceOf(NoSuchElementException.class)
        .hasMessage("all tasks have been given: ask hasNext before next");
  }

  /** BaseTaskTests.test_as_completed_duplicate_coroutines. */
  @Test
  void aTaskThatIsGivenTwiceComesOnce() throws Exception {
    Task<String> one = start("one", new CountDownLatch(0));
    asCompleted(List.of(one, one)).forEach(task -> trail.add(task.get()));
    trail.assertSteps("one");
  }

  @Test
  void noTasksEndTheLoopAtOnce() throws Exception {
    asCompleted(List.<Task<String>>of()).forEach(task -> trail.add(task.get()));
    trail.assertSteps();
  }

  /** BaseTaskTests.test_as_completed_with_timeout. */
  @Test
  void aTimeoutEndsTheLoopAndTheTasksGoOn() throws Exception {
    var clock = new HandClock();
    var later = new CountDownLatch(1);
    Task<String> one = start("one", new CountDownLatch(0));
    one.join();
    Task<String> two = start("two", later);
    var call =
        OnThread.start(
                clock,
                () -> {
                  asCompleted(List.of(two, one), SECOND).forEach(task -> trail.add(task.get()));
                  return null;
                })
            .awaitWaiting();
    trail.assertSteps("one");
    clock.advance(SECOND);
    assertThat(call.failure())
        .isInstanceOf(TimeoutExceededException.class)
        .hasMessage("1 of 2 tasks are not done and the timeout of PT1S is exceeded");
    later.countDown();
    assertThat(two.get()).isEqualTo("two");
  }

  @Test
  void theTimeIsForAllTasksTogetherAndWhatIsDoneComesAfterItToo() throws Exception {
    var clock = new HandClock();
    var call =
        OnThread.start(
            clock,
            () -> {
              Task<String> one = start("one", new CountDownLatch(0));
              one.join();
              Task<String> two = start("two", new CountDownLatch(1));
              AsCompleted<Task<String>> tasks = asCompleted(List.of(one, two), SECOND);
              clock.advance(SECOND);
              trail.add(tasks.next().get());
              return tasks.next();
            });
    assertThat(call.failure()).isInstanceOf(TimeoutExceededException.class);
    trail.assertSteps("one");
  }

  /** BaseTaskTests.test_as_completed_with_unused_timeout. */
  @Test
  void aTimeoutThatIsNotNeeded() throws Exception {
    Task<String> one = start("one", new CountDownLatch(0));
    asCompleted(List.of(one), Duration.ofHours(1)).forEach(task -> trail.add(task.get()));
    trail.assertSteps("one");
  }

  /** 3.13's test_as_completed_resume_iterator; here after an interrupt, which loses no task. */
  @Test
  void aLoopThatWasCutShortGoesOn() throws Exception {
    var later = new CountDownLatch(1);
    Task<String> one = start("one", later);
    var call =
        OnThread.start(
                () -> {
                  AsCompleted<Task<String>> tasks = asCompleted(List.of(one));
                  try {
                    return tasks.next();
                  } catch (InterruptedException e) {
                    trail.add("interrupted");
                    later.countDown();
                    return tasks.next();
                  }
                })
            .awaitWaiting();
    assertThat(call.interrupt().result()).isSameAs(one);
    trail.assertSteps("interrupted");
  }

  /** That this compiles is the test: the body's exception keeps its type. */
  private void rethrow(Task<String> task) throws IOException, InterruptedException {
    asCompleted(List.of(task))
        .forEach(
            done -> {
              try {
                trail.add(done.get());
              } catch (ExecutionException e) {
                throw new IOException(e.getCause());
              }
            });
  }

  @Test
  void theBodysExceptionKeepsItsType() {
    Task<String> fails =
        background.<String>start(
            "fails",
            Inherited.DEFAULT,
            () -> {
              throw new IllegalStateException("no");
            },
            Thread.ofVirtual().factory(),
            true);
    assertThatThrownBy(() -> rethrow(fails))
        .isInstanceOf(IOException.class)
        .hasRootCauseMessage("no");
  }
}
