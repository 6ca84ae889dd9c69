package dev.asyncwith;

import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.TestClock;
import dev.asyncwith.testing.Trail;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads of a user's factory that end without having run their task: it fails, nobody hangs. */
@Timeout(60)
class UnrunTaskTest {
  private final Trail trail = new Trail();
  private volatile Runnable given;

  /** A factory whose threads do nothing. */
  private ThreadFactory idle(boolean virtual) {
    return new ThreadFactory() {
      @Override
      public Thread newThread(Runnable work) {
        given = work;
        return virtual
            ? Thread.ofVirtual().unstarted(() -> {})
            : Thread.ofPlatform().daemon().unstarted(() -> {});
      }

      @Override
      public String toString() {
        return "idle threads";
      }
    };
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theTaskOfAGroupFails(boolean virtual) {
    TaskGroup group = TaskGroup.create().withName("orders").withThreadFactory(idle(virtual));
    assertThatThrownBy(() -> with(group).run(tasks -> tasks.fork("first", () -> {})))
        .isInstanceOfSatisfying(
            ExceptionGroup.class,
            thrown ->
                assertThat(thrown.exceptions())
                    .singleElement()
                    .isInstanceOf(IllegalStateException.class)
                    .asString()
                    .contains("first of TaskGroup(orders) was not run: ")
                    .endsWith(
                        " from the thread factory idle threads ended without, and a thread has to"
                            + " run what newThread was given"));
  }

  @Test
  void aGetInTheBodyEnds() {
    TaskGroup group = TaskGroup.create().withThreadFactory(idle(true));
    assertThatThrownBy(
            () ->
                with(group)
                    .run(
                        tasks -> {
                          Task<Integer> task = tasks.fork(() -> 1);
                          assertThatThrownBy(() -> AsyncWith.shielded(task::get))
                              .isInstanceOf(ExecutionException.class)
                              .hasCauseInstanceOf(IllegalStateException.class);
                          trail.add("body goes on");
                        }))
        .isInstanceOf(ExceptionGroup.class);
    trail.assertSteps("body goes on");
  }

  @Test
  void aStartEnds() {
    TaskGroup group = TaskGroup.create().withThreadFactory(idle(true));
    assertThatThrownBy(() -> with(group).run(tasks -> tasks.start(status -> status.started(1))))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatComesTooLateRunsNothing() {
    TaskGroup group = TaskGroup.create().withThreadFactory(idle(true));
    assertThatThrownBy(() -> with(group).run(tasks -> tasks.fork(() -> trail.add("never"))))
        .isInstanceOf(ExceptionGroup.class);
    given.run();
    trail.assertSteps();
  }

  @Test
  void aThreadThatRunsItTwiceRunsItOnce() throws Exception {
    ThreadFactory twice =
        work ->
            Thread.ofVirtual()
                .unstarted(
                    () -> {
                      work.run();
                      work.run();
                    });
    with(TaskGroup.create().withThreadFactory(twice))
        .run(tasks -> tasks.fork(() -> trail.add("once")));
    trail.assertSteps("once");
  }

  @Test
  void theProgramOfARunnerFails() {
    Runner runner = Runner.create(c -> c.withName("orders").withThreadFactory(idle(true)));
    assertThatThrownBy(() -> runner.run(() -> 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("orders main of Runner 'orders'")
        .hasMessageContaining(" was not run: ");
  }

  @Test
  void aBlockOfCallAsyncFails() throws Exception {
    var factory =
        new ThreadFactory() {
          private int made;

          @Override
          public Thread newThread(Runnable work) {
            made++;
            return made == 1
                ? Thread.ofVirtual().unstarted(work) // the program
                : idle(true).newThread(work);
          }
        };
    Runner.create(c -> c.withThreadFactory(factory))
        .run(
            () -> {
              AsyncResult<String> result = with(trail.manager("A")).callAsync(a -> a);
              assertThatThrownBy(result::get)
                  .hasCauseInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("callAsync of");
            });
    trail.assertSteps();
  }

  @Test
  void underATestClockNobodyIsCountedForEver() throws Exception {
    Runner.create(c -> c.withClock(TestClock.create()))
        .run(
            () -> {
              TaskGroup group = TaskGroup.create().withThreadFactory(idle(true));
              assertThatThrownBy(() -> with(group).run(tasks -> tasks.fork(() -> {})))
                  .isInstanceOf(ExceptionGroup.class);
              sleep(Duration.ofDays(1));
            });
  }
}
