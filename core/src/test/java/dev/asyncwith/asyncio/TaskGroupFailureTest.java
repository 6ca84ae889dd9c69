package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.checkpoint;
import static dev.asyncwith.AsyncWith.shielded;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.ExceptionGroup;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks and bodies that fail: ports of {@code test_taskgroups}. */
@Timeout(60)
class TaskGroupFailureTest {
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofSeconds(10);

  /** What is no Exception, but no Error either. */
  private static final class Neither extends Throwable {
    private static final long serialVersionUID = 1L;
  }

  private final VirtualTime time = new VirtualTime();
  private final Trail trail = new Trail();
  private final List<Task<?>> forked = new ArrayList<>();
  private final ArithmeticException divided = new ArithmeticException("1/0");

  @SuppressWarnings("unchecked") // a task may throw what its type does not say
  private static <E extends Throwable> void raise(Throwable failure) throws E {
    throw (E) failure;
  }

  private static List<Throwable> failures(Throwable group) {
    assertThat(group).isInstanceOf(ExceptionGroup.class);
    return ((ExceptionGroup) group).exceptions();
  }

  private void failAfter(Duration delay, Throwable failure) throws InterruptedException {
    sleep(delay);
    TaskGroupFailureTest.<RuntimeException>raise(failure);
  }

  private void untilCancelled(String name) throws InterruptedException {
    try {
      sleep(LONG);
      trail.add(name + " slept");
    } catch (InterruptedException e) {
      trail.add(name + " cancelled");
      throw e;
    }
  }

  /** What comes of a body that fails with {@code ofBody} when a task fails with {@code ofTask}. */
  private Throwable ofBoth(Throwable ofTask, Throwable ofBody) throws Exception {
    List<Throwable> thrown = new ArrayList<>();
    time.run(
        () ->
            thrown.add(
                catchThrowable(
                    () ->
                        with(TaskGroup.create())
                            .run(
                                tasks -> {
                                  tasks.fork(() -> failAfter(SHORT, ofTask));
                                  try {
                                    sleep(LONG);
                                  } finally {
                                    raise(ofBody);
                                  }
                                }))));
    return thrown.getFirst();
  }

  @Test
  void aFailureCancelsItsSiblingAndNothingAfterTheBlockRuns() throws Exception {
    time.run(
        () -> {
          assertThatThrownBy(
                  () -> {
                    with(TaskGroup.create())
                        .run(
                            tasks -> {
                              tasks.fork(() -> failAfter(SHORT, divided));
                              forked.add(tasks.fork(() -> untilCancelled("sibling")));
                            });
                    trail.add("after the block");
                  })
              .isInstanceOfSatisfying(
                  ExceptionGroup.class,
                  group -> assertThat(group.exceptions()).containsExactly(divided));
          trail.assertSteps("sibling cancelled");
          assertThat(forked.getFirst().isCancelled()).isTrue();
        });
  }

  @Test
  void aFailureCancelsSiblingAndBody() throws Exception {
    time.run(
        () -> {
          assertThatThrownBy(
                  () -> {
                    with(TaskGroup.create())
                        .run(
                            tasks -> {
                              for (int i = 0; i < 3; i++) {
                                tasks.fork(() -> failAfter(SHORT, new ArithmeticException("1/0")));
                              }
                              tasks.fork(() -> untilCancelled("task"));
                              untilCancelled("body");
                            });
                    trail.add("after the block");
                  })
              .isInstanceOfSatisfying(
                  ExceptionGroup.class,
                  group ->
                      assertThat(group.exceptions())
                          .hasSizeBetween(1, 3)
                          .hasOnlyElementsOfType(ArithmeticException.class));
          assertThat(trail.steps()).containsExactlyInAnyOrder("task cancelled", "body cancelled");
        });
  }

  @Test
  void aBodyThatFailsCancelsTheTasks() throws Exception {
    time.run(
        () -> {
          assertThatThrownBy(
                  () ->
                      with(TaskGroup.create())
                          .run(
                              tasks -> {
                                forked.add(tasks.fork(() -> untilCancelled("one")));
                                forked.add(tasks.fork(() -> untilCancelled("two")));
                                failAfter(SHORT, divided);
                              }))
              .isSameAs(divided);
          assertThat(forked).hasSize(2).allMatch(Task::isCancelled);
          assertThat(trail.steps()).containsExactlyInAnyOrder("one cancelled", "two cancelled");
        });
  }

  @Test
  void aBodyThatFailsAtOnceCancelsTasksThatHardlyBegan() throws Exception {
    time.run(
        () -> {
          assertThatThrownBy(
                  () ->
                      with(TaskGroup.create())
                          .run(
                              tasks -> {
                                forked.add(tasks.fork(() -> untilCancelled("one")));
                                forked.add(tasks.fork(() -> untilCancelled("two")));
                                throw divided;
                              }))
              .isSameAs(divided);
          assertThat(forked).hasSize(2).allMatch(Task::isCancelled);
        });
  }

  @Test
  void aFailureInTheOuterGroupCancelsTheInnerOne() throws Exception {
    time.run(
        () -> {
          var early = new IllegalArgumentException("early");
          Throwable thrown =
              catchThrowable(
                  () ->
                      with(TaskGroup.create())
                          .run(
                              outer -> {
                                outer.fork(() -> failAfter(SHORT, early));
                                with(TaskGroup.create())
                                    .run(inner -> inner.fork(() -> failAfter(LONG, divided)));
                              }));
          assertThat(failures(thrown)).containsExactly(early);
        });
  }

  @Test
  void aFailureInTheInnerGroupCancelsTheOuterOne() throws Exception {
    time.run(
        () -> {
          Throwable thrown =
              catchThrowable(
                  () ->
                      with(TaskGroup.create())
                          .run(
                              outer -> {
                                forked.add(outer.fork(() -> untilCancelled("task")));
                                with(TaskGroup.create())
                                    .run(inner -> inner.fork(() -> failAfter(SHORT, divided)));
                              }));
          assertThat(failures(thrown)).containsExactly(divided);
          assertThat(forked.getFirst().isCancelled()).isTrue();
        });
  }

  @Test
  void aBodyThatFailsWhileATaskCancelsItIsInTheGroup() throws Exception {
    var ofBody = new IOException("body");
    assertThat(failures(ofBoth(divided, ofBody))).containsExactlyInAnyOrder(divided, ofBody);
  }

  @Test
  void anErrorOfTheBodyComesBare() throws Exception {
    var error = new LinkageError("body");
    assertThat(ofBoth(divided, error)).isSameAs(error).hasSuppressedException(divided);
  }

  @Test
  void aThrowableOfTheBodyThatIsNoErrorIsInTheGroup() throws Exception {
    var neither = new Neither();
    assertThat(failures(ofBoth(divided, neither))).containsExactlyInAnyOrder(divided, neither);
  }

  @Test
  void aThrowableOfATaskThatIsNoErrorIsInTheGroup() throws Exception {
    var neither = new Neither();
    var ofBody = new ClassCastException("body");
    assertThat(failures(ofBoth(neither, ofBody))).containsExactlyInAnyOrder(neither, ofBody);
  }

  @Test
  void tasksThatForkWithoutEndAreEndedByAFailure() throws Exception {
    var hydras = new AtomicInteger();
    time.run(
        () -> {
          Throwable thrown =
              catchThrowable(
                  () ->
                      with(TaskGroup.create())
                          .run(
                              tasks -> {
                                tasks.fork(() -> hydra(tasks, hydras));
                                tasks.fork(() -> hercules(hydras));
                              }));
          assertThat(failures(thrown)).containsExactly(divided);
        });
    assertThat(hydras).hasValueGreaterThanOrEqualTo(10);
  }

  private static void hydra(TaskGroup tasks, AtomicInteger hydras) throws InterruptedException {
    hydras.incrementAndGet();
    sleep(Duration.ofMillis(10));
    tasks.fork(() -> hydra(tasks, hydras));
    tasks.fork(() -> hydra(tasks, hydras));
  }

  private void hercules(AtomicInteger hydras) throws InterruptedException {
    while (hydras.get() < 10) {
      sleep(Duration.ofMillis(15));
    }
    throw divided;
  }

  @Test
  void aTaskThatIsCancelledByAFailureForksNoMore() throws Exception {
    time.run(
        () -> {
          Throwable thrown =
              catchThrowable(
                  () ->
                      with(TaskGroup.create())
                          .run(
                              tasks -> {
                                tasks.fork(() -> failAfter(SHORT, divided));
                                tasks.fork(() -> forkWhenCancelled(tasks));
                              }));
          assertThat(failures(thrown)).containsExactly(divided);
          trail.assertSteps("refused");
        });
  }

  private void forkWhenCancelled(TaskGroup tasks) {
    assertThatThrownBy(() -> sleep(LONG)).isInstanceOf(InterruptedException.class);
    assertThatThrownBy(() -> tasks.fork(() -> trail.add("ran")))
        .isInstanceOf(IllegalStateException.class);
    trail.add("refused");
  }

  @Test
  void aFailingExitInTheBodyIsInTheGroupAndTheThreadIsNotCancelledAfterwards() throws Exception {
    time.run(
        () -> {
          var ofTask = new IOException("task");
          var ofExit = new IOException("exit");
          Throwable thrown =
              catchThrowable(
                  () ->
                      with(TaskGroup.create())
                          .run(
                              tasks ->
                                  with(database(ofExit))
                                      .run(
                                          _ -> {
                                            tasks.fork(() -> failAfter(Duration.ZERO, ofTask));
                                            sleep(LONG);
                                          })));
          assertThat(failures(thrown)).containsExactlyInAnyOrder(ofTask, ofExit);
          checkpoint();
        });
  }

  private static AsyncContextManager<String, IOException> database(IOException ofExit) {
    return asyncContextManager(
        body -> {
          try {
            body.yield("database");
          } finally {
            TaskGroupFailureTest.<IOException>raise(ofExit);
          }
        });
  }

  @Test
  void afterAFailureTheThreadIsNotCancelled() throws Exception {
    time.run(
        () -> {
          assertThatThrownBy(
                  () ->
                      with(TaskGroup.create())
                          .run(tasks -> tasks.fork(() -> failAfter(Duration.ZERO, divided))))
              .isInstanceOf(ExceptionGroup.class);
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
          checkpoint();
        });
  }

  @Test
  void theFailureOfTheInnerGroupDoesNotUndoTheCancelByTheOuterOne() throws Exception {
    time.run(
        () -> {
          var ofOuter = new IllegalArgumentException("outer");
          Throwable thrown =
              catchThrowable(
                  () ->
                      with(TaskGroup.create())
                          .run(
                              outer -> {
                                Throwable ofInner =
                                    catchThrowable(() -> failBoth(outer, ofOuter, divided));
                                assertThat(failures(ofInner)).containsExactly(divided);
                                assertThatThrownBy(() -> sleep(LONG))
                                    .isInstanceOf(InterruptedException.class);
                              }));
          assertThat(failures(thrown)).containsExactly(ofOuter);
          checkpoint();
        });
  }

  /** Both fail at the same time, and neither hears of the other before. */
  private static void failBoth(TaskGroup outer, Throwable ofOuter, Throwable ofInner)
      throws InterruptedException {
    with(TaskGroup.create())
        .run(
            inner -> {
              inner.fork(() -> failAfterShielded(ofInner));
              outer.fork(() -> failAfterShielded(ofOuter));
            });
  }

  private static void failAfterShielded(Throwable failure) throws InterruptedException {
    shielded(() -> sleep(SHORT));
    TaskGroupFailureTest.<RuntimeException>raise(failure);
  }
}
