package dev.asyncwith;

import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Nested groups, and cancels from outside together with failures: the counterparts of CPython's
 * {@code test_taskgroups.py}, whose names stand before the tests.
 */
@Timeout(60)
class TaskGroupCpythonTest {
  private final IOException gone = new IOException("gone");
  private final IOException alsoGone = new IOException("also gone");
  private final CountDownLatch forever = new CountDownLatch(1);
  private final CancelScope outside = CancelScope.create();

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
    assertThat(ThreadContext.inScope()).isNull();
  }

  private void waitThenThrow(IOException failure) throws Exception {
    try {
      forever.await();
    } finally {
      throwIt(failure);
    }
  }

  private static void throwIt(IOException failure) throws IOException {
    throw failure;
  }

  private static List<Throwable> failures(Throwable group) {
    assertThat(group).isInstanceOf(ExceptionGroup.class);
    return ((ExceptionGroup) group).exceptions();
  }

  // test_taskgroup_25: tasks that each start another end when one fails
  @Test
  void aHydraEnds() {
    var heads = new AtomicInteger();
    var group = TaskGroup.create();
    Throwable thrown =
        catchThrowable(
            () ->
                with(group)
                    .run(
                        tasks -> {
                          tasks.fork(() -> growHeads(tasks, heads));
                          while (heads.get() < 3) {
                            sleep(Duration.ZERO);
                          }
                          throw gone;
                        }));
    assertThat(thrown).isSameAs(gone);
    assertThat(group).hasToString(group.describe() + "[closed, 0 tasks]");
  }

  private void growHeads(TaskGroup tasks, AtomicInteger heads) throws Exception {
    heads.incrementAndGet();
    try {
      tasks.fork(() -> growHeads(tasks, heads));
    } catch (IllegalStateException cancelled) {
      assertThat(cancelled).hasMessageContaining("is being cancelled");
    }
    forever.await();
  }

  // test_taskgroup_11, test_taskgroup_12: a cancel from outside ends both, and nothing is left
  @Test
  void aCancelFromOutsideEndsNestedGroups() throws Exception {
    var begun = new CountDownLatch(2);
    with(outside)
        .run(
            () ->
                with(TaskGroup.create())
                    .run(
                        outer -> {
                          outer.fork(() -> awaitAfter(begun));
                          with(TaskGroup.create())
                              .run(
                                  inner -> {
                                    inner.fork(() -> awaitAfter(begun));
                                    begun.await();
                                    outside.cancel();
                                  });
                        }));
    assertThat(outside.caught()).isTrue();
  }

  private void awaitAfter(CountDownLatch begun) throws InterruptedException {
    begun.countDown();
    forever.await();
  }

  // test_taskgroup_13: two groups one after the other know nothing of each other
  @Test
  void groupsInARowAreIndependent() throws Exception {
    with(TaskGroup.create()).run(tasks -> tasks.fork(() -> 1));
    assertThatThrownBy(() -> with(TaskGroup.create()).run(tasks -> tasks.fork(() -> throwIt(gone))))
        .isInstanceOf(ExceptionGroup.class);
    with(TaskGroup.create()).run(tasks -> tasks.fork(() -> 1));
  }

  // test_taskgroup_14: the inner group's failures are one member of the outer's
  @Test
  void anInnerGroupIsOneMemberOfTheOuter() {
    var begun = new CountDownLatch(1);
    Throwable thrown =
        catchThrowable(
            () ->
                with(TaskGroup.create().withName("outer"))
                    .run(
                        outer -> {
                          outer.fork(
                              () -> {
                                begun.await();
                                throwIt(gone);
                              });
                          outer.fork(
                              () ->
                                  with(TaskGroup.create().withName("inner"))
                                      .run(
                                          inner ->
                                              inner.fork(
                                                  () -> {
                                                    begun.countDown();
                                                    waitThenThrow(alsoGone);
                                                  })));
                        }));
    assertThat(failures(thrown)).hasSize(2).contains(gone);
    Throwable inner = failures(thrown).get(1);
    assertThat(failures(inner)).containsExactly(alsoGone);
  }

  // test_taskgroup_07: in the body; test_taskgroup_17: there are no tasks
  @Test
  void aCancelFromOutsideWhileTheBodyWaits() throws Exception {
    with(outside)
        .run(
            () ->
                with(TaskGroup.create())
                    .run(
                        _ -> {
                          outside.cancel();
                          forever.await();
                        }));
    assertThat(outside.caught()).isTrue();
  }

  // test_taskgroup_22, test_cancellation: during the exit's wait
  @Test
  void aCancelFromOutsideWhileTheExitWaits() throws Exception {
    with(outside)
        .run(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks ->
                            tasks.fork(
                                () -> {
                                  outside.cancel();
                                  forever.await();
                                })));
    assertThat(outside.caught()).isTrue();
  }

  // test_taskgroup_08, _15, _16; 3.13: test_cancelling_level_preserved, test_error_and_cancel
  @Test
  void failuresWinOverACancelFromOutsideWhichIsKept() {
    for (boolean inBody : new boolean[] {true, false}) {
      CancelScope scope = CancelScope.create();
      Throwable[] ofGroup = new Throwable[2];
      Throwable ofScope =
          catchThrowable(
              () ->
                  with(scope)
                      .run(
                          () -> {
                            ofGroup[0] = catchThrowable(() -> failAndCancel(scope, inBody));
                            ofGroup[1] = catchThrowable(AsyncWith::checkpoint);
                          }));
      assertThat(failures(ofGroup[0])).containsExactly(gone);
      assertThat(ofGroup[1]).as("the cancel is kept").isInstanceOf(InterruptedException.class);
      assertThat(ofScope).isNull();
      assertThat(scope.isCancelled()).isTrue();
    }
  }

  private void failAndCancel(CancelScope scope, boolean inBody) throws Exception {
    var begun = new CountDownLatch(1);
    with(TaskGroup.create())
        .run(
            tasks -> {
              tasks.fork(
                  () -> {
                    begun.countDown();
                    waitThenThrow(gone);
                  });
              begun.await();
              scope.cancel();
              if (inBody) {
                forever.await();
              }
            });
  }

  // 3.13: test_nested_groups_both_cancelled
  @Test
  void ofNestedGroupsThatBothFailEachTellsItsOwn() {
    Throwable[] ofInner = new Throwable[1];
    Throwable ofOuter =
        catchThrowable(
            () ->
                with(TaskGroup.create())
                    .run(
                        outer -> {
                          outer.fork(() -> throwIt(gone));
                          ofInner[0] =
                              catchThrowable(
                                  () ->
                                      with(TaskGroup.create())
                                          .run(inner -> inner.fork(() -> throwIt(alsoGone))));
                          throw ofInner[0] instanceof Exception e ? e : new AssertionError();
                        }));
    assertThat(failures(ofOuter)).contains(gone);
    if (ofInner[0] instanceof ExceptionGroup group) { // else the cancel was there before its fork
      assertThat(group.exceptions()).containsExactly(alsoGone);
      assertThat(failures(ofOuter)).containsExactlyInAnyOrder(gone, group);
    }
  }

  // 3.15: test_taskgroup_cancel_children, test_taskgroup_cancel_body,
  // test_taskgroup_cancel_idempotent
  @Test
  void cancelEndsBodyAndTasksAndMayBeCalledAgain() throws Exception {
    var group = TaskGroup.create();
    with(group)
        .run(
            tasks -> {
              tasks.fork(() -> forever.await());
              tasks.cancel();
              tasks.cancel();
              forever.await();
            });
    group.cancel();
  }

  // 3.15: test_taskgroup_cancel_before_enter
  @Test
  void aCancelBeforeTheEnterTakesEffectAtTheFirstWait() throws Exception {
    var group = TaskGroup.create();
    group.cancel();
    with(group)
        .run(
            tasks -> {
              assertThatThrownBy(() -> tasks.fork(() -> 1))
                  .isInstanceOf(IllegalStateException.class);
              forever.await();
            });
  }

  // 3.15: test_taskgroup_cancel_before_exception, _after_exception
  @Test
  void failuresAreToldThoughTheGroupWasCancelled() {
    Throwable thrown =
        catchThrowable(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks -> {
                          var begun = new CountDownLatch(1);
                          tasks.fork(
                              () -> {
                                begun.countDown();
                                waitThenThrow(gone);
                              });
                          begun.await();
                          tasks.cancel();
                        }));
    assertThat(failures(thrown)).containsExactly(gone);
  }

  // gh-155433: a cancel from outside that comes after the group's own is not lost
  @Test
  void aCancelFromOutsideAfterTheGroupsOwnIsNotLost() throws Exception {
    with(outside)
        .run(
            () -> {
              with(TaskGroup.create())
                  .run(
                      tasks -> {
                        tasks.cancel();
                        outside.cancel();
                      });
            });
    assertThat(outside.caught()).isTrue();
  }

  // gh-102201 in a task: two exits that fail without a failure of the body are both kept
  @Test
  void twoFailingExitsOfATaskAreBothKept() {
    Throwable thrown =
        catchThrowable(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks ->
                            tasks.fork(
                                () ->
                                    with(AsyncExitStack.create())
                                        .run(
                                            stack -> {
                                              stack.callback(() -> throwIt(gone));
                                              stack.callback(() -> throwIt(alsoGone));
                                            }))));
    assertThat(failures(thrown)).containsExactly(alsoGone);
    assertThat(alsoGone).hasSuppressedException(gone);
  }

  // test_taskgroup_context_manager_exit_raises: afterwards the thread is not cancelled
  @Test
  void aTimeoutAroundAGroupConverts() {
    HandClock clock = new HandClock();
    clock.take();
    assertThatThrownBy(
            () ->
                with(timeout(Duration.ofSeconds(1)))
                    .and(TaskGroup.create())
                    .run(
                        tasks ->
                            tasks.fork(
                                () -> {
                                  clock.advance(Duration.ofSeconds(1));
                                  forever.await();
                                })))
        .isInstanceOf(TimeoutExceededException.class);
    HandClock.giveBack();
  }

  @Test
  void aGroupIsNotExitedOnAnotherThread() throws Exception {
    var group = TaskGroup.create();
    group.enter();
    Throwable[] thrown = new Throwable[1];
    Thread.ofVirtual()
        .start(() -> thrown[0] = catchThrowable(() -> group.exit(Outcome.succeeded())))
        .join();
    assertThat(thrown[0])
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("leave it on the thread that entered it");
    assertThat(group.fork(() -> 1).get()).isEqualTo(1);
    assertThat(group.exit(Outcome.succeeded())).isFalse();
  }
}
