package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P6: an exit on a thread of its own, which is left behind when it is stuck. */
@Timeout(60)
class DetachedExitTest {
  private static final Duration LIMIT = Duration.ofSeconds(1);

  private final Trail trail = new Trail();
  private final HandClock clock = new HandClock();
  private final LogRecords logs = new LogRecords();
  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch hanging = new CountDownLatch(1);

  /** A report may come after the block: it must not be taken for that of the next test. */
  private final String name = "link " + System.identityHashCode(this);

  @AfterEach
  void closeLogs() {
    logs.close();
  }

  private BoundedManager<String, RuntimeException> link(AsyncExit<RuntimeException> exit) {
    AsyncContextManager<String, RuntimeException> link =
        new AsyncContextManager<>() {
          @Override
          public String enter() {
            return "value";
          }

          @Override
          public boolean exit(Outcome outcome) throws InterruptedException {
            return exit.exit(outcome);
          }

          @Override
          public String describe() {
            return name;
          }
        };
    return link.exitWithin(LIMIT).detached();
  }

  private boolean ignoreInterrupts(Outcome outcome) {
    hanging.countDown();
    while (release.getCount() > 0) {
      try {
        release.await();
      } catch (InterruptedException e) {
        trail.add("ignored");
      }
    }
    return true;
  }

  private boolean hang(Outcome outcome) throws InterruptedException {
    hanging.countDown();
    release.await();
    return false;
  }

  private void passLimit() throws InterruptedException {
    clock.awaitAlarmAt(LIMIT);
    clock.awaitAlarmAt(LIMIT.multipliedBy(2));
    clock.advance(LIMIT);
  }

  /**
   * A scope can only be left by the thread that entered it, so all of the stack is closed there.
   */
  @Test
  void aStackThatHoldsAScopeIsClosedOnTheThreadOfItsBlock() throws Exception {
    AsyncExitStack stack = AsyncExitStack.create();
    var running =
        clock.start(
            null,
            () ->
                with(stack.exitWithin(LIMIT).detached())
                    .call(
                        entries -> {
                          var _ = entries.enter(AsyncWith.timeout(LIMIT));
                          Thread block = Thread.currentThread();
                          entries.callback(
                              () ->
                                  trail.add(
                                      "closed by the block: " + (Thread.currentThread() == block)));
                          return "value";
                        }));
    assertThat(running.get()).isEqualTo("value");
    trail.assertSteps("closed by the block: true");
  }

  @Test
  void theExitRunsOnAThreadOfItsOwnAndIsWaitedFor() throws Exception {
    var running =
        clock.start(
            null,
            () ->
                with(link(
                        outcome -> {
                          trail.add(outcome + " on " + Thread.currentThread().getName());
                          trail.add("clock: " + (ThreadContext.inherited().clock() == clock));
                          return false;
                        }))
                    .call(value -> value));
    assertThat(running.get()).isEqualTo("value");
    trail.assertSteps("Succeeded[] on exit of " + name, "clock: true");
    assertThat(clock.alarms()).isZero();
    assertThat(Background.OF_NO_RUNNER.exits()).isEmpty();
    assertThat(logs.with(name)).isEmpty();
  }

  @Test
  void itSuppressesAndFailsAsAnyOther() {
    var failure = new IOException("body");
    unchecked(
        () ->
            assertThat(
                    with(link(outcome -> outcome.failure() == failure))
                        .tryCall(
                            _ -> {
                              throw failure;
                            }))
                .isEmpty());
    var exitFailure = new IllegalStateException("exit");
    assertThatThrownBy(
            () ->
                with(link(
                        _ -> {
                          throw exitFailure;
                        }))
                    .run(_ -> {}))
        .isSameAs(exitFailure);
  }

  private interface Checked {
    void run() throws Exception;
  }

  /** Runs what throws checked exceptions where none are declared. */
  private static void unchecked(Checked checked) {
    try {
      checked.run();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void atTheLimitItIsInterrupted() throws Exception {
    var running = clock.start(null, () -> with(link(this::hang)).call(value -> value));
    hanging.await();
    passLimit();
    assertThat(running.thrown())
        .isInstanceOf(TimeoutExceededException.class)
        .hasMessageContaining("was interrupted")
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(logs.await(name + " has taken").getThrown().getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals("hang"));
    assertThat(running.interrupted()).isFalse();
    assertThat(Background.OF_NO_RUNNER.exits()).isEmpty();
  }

  @Test
  void atTwiceTheLimitItIsLeftBehind() throws Exception {
    var running =
        clock.start(
            null,
            () ->
                with(AsyncExitStack.create())
                    .call(
                        stack -> {
                          stack.callback(() -> trail.add("the next one"));
                          stack.enter(link(this::ignoreInterrupts));
                          return "done";
                        }));
    hanging.await();
    passLimit();
    assertThat(logs.await(name + " has taken").getMessage()).contains(name);
    clock.advance(LIMIT);
    assertThat(running.thrown())
        .isInstanceOf(TimeoutExceededException.class)
        .hasNoCause()
        .hasMessageStartingWith(
            "the exit of "
                + name
                + " is stuck: it has taken PT2S, was interrupted after PT1S, and is"
                + " abandoned: it goes on by itself on VirtualThread[#");
    assertThat(trail.steps()).contains("the next one");
    var report = logs.await(name + " is stuck");
    assertThat(report.getLevel()).isEqualTo(Level.WARNING);
    assertThat(report.getThrown().getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals("ignoreInterrupts"));
    assertThat(logs.with(name + " is stuck")).hasSize(1);

    DetachedExit left = Background.OF_NO_RUNNER.exits().getFirst();
    assertThat(left.isAbandoned()).isTrue();
    assertThat(left).hasToString("exit of " + name + " (abandoned)");
    clock.advance(LIMIT);
    release.countDown();
    var end = logs.await(name + ", which was abandoned");
    assertThat(end.getLevel()).isEqualTo(Level.INFO);
    assertThat(end.getMessage()).endsWith("has ended after PT3S");
    assertThat(left.thread().join(Duration.ofSeconds(30))).isTrue();
    assertThat(Background.OF_NO_RUNNER.exits()).isEmpty();
  }

  @Test
  void theBodysFailureStaysPrimaryWhenItIsLeftBehind() throws Exception {
    var failure = new IOException("body");
    var running =
        clock.start(
            null,
            () ->
                with(link(this::ignoreInterrupts))
                    .call(
                        _ -> {
                          throw failure;
                        }));
    hanging.await();
    passLimit();
    clock.advance(LIMIT);
    assertThat(running.thrown()).isSameAs(failure);
    assertThat(failure.getSuppressed())
        .singleElement()
        .isInstanceOf(TimeoutExceededException.class);
    release.countDown();
    assertThat(logs.await(name + ", which was abandoned").getLevel()).isEqualTo(Level.INFO);
  }

  @Test
  void aLateFailureIsLogged() throws Exception {
    var late = new IllegalStateException("late");
    var running =
        clock.start(
            null,
            () ->
                with(link(
                        outcome -> {
                          ignoreInterrupts(outcome);
                          throw late;
                        }))
                    .call(value -> value));
    hanging.await();
    passLimit();
    clock.advance(LIMIT);
    assertThat(running.thrown()).isInstanceOf(TimeoutExceededException.class);
    release.countDown();
    var end = logs.await(name + ", which was abandoned, has failed");
    assertThat(end.getLevel()).isEqualTo(Level.WARNING);
    assertThat(end.getThrown()).isSameAs(late);
  }

  @Test
  void anInterruptOfTheCallerDoesNotReachItAndIsKept() throws Exception {
    var running =
        clock.start(
            null,
            () ->
                with(link(
                        outcome -> {
                          hang(outcome);
                          trail.add("interrupted: " + Thread.currentThread().isInterrupted());
                          return false;
                        }))
                    .call(value -> value));
    clock.awaitAlarmAt(LIMIT.multipliedBy(2));
    running.thread.interrupt();
    release.countDown();
    assertThat(running.get()).isEqualTo("value");
    trail.assertSteps("interrupted: false");
    assertThat(running.interrupted()).isTrue();
  }

  @Test
  void aCancelledScopeAroundDoesNotReachIt() throws Exception {
    var running =
        clock.start(
            null,
            () ->
                with(timeout(LIMIT))
                    .and(
                        link(
                            outcome -> {
                              AsyncWith.checkpoint();
                              trail.add(outcome.getClass().getSimpleName());
                              return hang(outcome);
                            }))
                    .call(
                        _ -> {
                          AsyncWith.sleep(Duration.ofDays(1));
                          return "never";
                        }));
    clock.awaitAlarmAt(LIMIT);
    clock.advance(LIMIT);
    clock.awaitAlarmAt(LIMIT.multipliedBy(3));
    release.countDown();
    assertThat(running.thrown())
        .isInstanceOf(TimeoutExceededException.class)
        .hasMessageStartingWith("timeout(PT1S)");
    trail.assertSteps("Cancelled");
  }

  @Test
  void aPairMayBeUsedByManyThreads() throws Exception {
    AsyncContextManager<Thread, RuntimeException> pair =
        manager(
            Thread::currentThread,
            entered -> {
              hang(Outcome.succeeded());
              trail.add(entered.getName());
            });
    var shared = pair.exitWithin(LIMIT).detached();
    var one = clock.start(null, () -> with(shared).call(Thread::getName));
    var other = clock.start(null, () -> with(shared).call(Thread::getName));
    release.countDown();
    one.get();
    other.get();
    assertThat(trail.steps()).hasSize(2);
  }

  @Test
  void aGeneratorRunsOnAThreadOfItsOwnFromTheStart() throws Exception {
    AsyncContextManager<Thread, RuntimeException> generator =
        asyncContextManager(
            name,
            body -> {
              body.yield(Thread.currentThread());
              ignoreInterrupts(Outcome.succeeded());
            });
    var running =
        clock.start(
            null,
            () ->
                with(generator.exitWithin(LIMIT).detached())
                    .call(
                        thread -> {
                          trail.add("own: " + (thread != Thread.currentThread()));
                          return thread;
                        }));
    hanging.await();
    passLimit();
    assertThat(logs.await(name + "' has taken").getThrown().getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals("ignoreInterrupts"));
    clock.advance(LIMIT);
    assertThat(running.thrown()).hasMessageContaining("generator '" + name + "' is stuck");
    assertThat(logs.await(name + "' is stuck").getThrown().getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals("ignoreInterrupts"));
    release.countDown();
    assertThat(logs.await(name + "', which was abandoned").getLevel()).isEqualTo(Level.INFO);
    assertThat(trail.steps()).startsWith("own: true");
  }

  @Test
  void whatIsLeftByItsThreadCannotBeDetached() {
    for (BoundedManager<?, ?> bounded :
        new BoundedManager<?, ?>[] {
          timeout(LIMIT).exitWithin(LIMIT),
          CancelScope.create().exitWithin(LIMIT),
          TaskGroup.create().exitWithin(LIMIT)
        }) {
      assertThatThrownBy(bounded::detached)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll(bounded.describe(), "by the thread that entered it");
    }
  }
}
