package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.asyncGuard;
import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.moveOnAfter;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P6: at its limit an exit is interrupted and reported, at twice of it reported as stuck. */
@Timeout(60)
class P6BoundedExitTest {
  private static final Duration LIMIT = Duration.ofSeconds(1);

  private final Trail trail = new Trail();
  private final HandClock clock = new HandClock();
  private final LogRecords logs = new LogRecords();
  private final CountDownLatch forever = new CountDownLatch(1);
  private final CountDownLatch hanging = new CountDownLatch(1);

  /** A report may come after the block: it must not be taken for that of the next test. */
  private final String name = "link " + System.identityHashCode(this);

  @AfterEach
  void closeLogs() {
    logs.close();
  }

  private interface Exit {
    boolean run(Outcome outcome) throws IOException, InterruptedException;
  }

  /** A manager whose exit is a lambda. */
  private final class Link implements AsyncContextManager<String, IOException> {
    private final Exit exiting;

    Link(Exit exiting) {
      this.exiting = exiting;
    }

    @Override
    public String enter() {
      return "value";
    }

    @Override
    public boolean exit(Outcome outcome) throws IOException, InterruptedException {
      return exiting.run(outcome);
    }

    @Override
    public String describe() {
      return name;
    }
  }

  private BoundedManager<String, IOException> link(Exit exiting) {
    return new Link(exiting).exitWithin(LIMIT);
  }

  /** An exit that waits for ever. */
  private boolean hang(Outcome outcome) throws InterruptedException {
    hanging.countDown();
    forever.await();
    return false;
  }

  private void passLimit() throws InterruptedException {
    clock.awaitAlarmAt(LIMIT);
    clock.advance(LIMIT);
  }

  @Test
  void anExitInTimeIsNotReported() throws Exception {
    var running =
        clock.start(
            null,
            () ->
                with(link(
                        _ -> {
                          clock.advance(LIMIT.dividedBy(2));
                          return false;
                        }))
                    .call(value -> value));
    assertThat(running.get()).isEqualTo("value");
    assertThat(clock.alarms()).isZero();
    assertThat(logs.with(name)).isEmpty();
  }

  @Test
  void anExitThatEndsByTheInterruptFailsWithATimeout() throws Exception {
    var running = clock.start(null, () -> with(link(this::hang)).call(value -> value));
    hanging.await();
    passLimit();
    assertThat(running.thrown())
        .isInstanceOf(TimeoutExceededException.class)
        .hasMessage("the exit of %s was interrupted, since it had taken its PT1S", name)
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(running.interrupted()).isFalse();
    LogRecord report = logs.await(name);
    assertThat(report.getLevel()).isEqualTo(Level.WARNING);
    assertThat(report.getMessage())
        .isEqualTo("the exit of %s has taken PT1S and may take PT1S: it is interrupted now", name);
    assertThat(report.getThrown().getStackTrace())
        .as("the stack of the exit")
        .anyMatch(frame -> frame.getMethodName().equals("hang"));
    assertThat(report.getThrown()).hasMessageContaining(running.thread.toString().split("/")[0]);
  }

  @Test
  void aCallOfTheLibraryIsWokenToo() throws Exception {
    var lock = AsyncLock.create();
    lock.acquire();
    var running =
        clock.start(
            null,
            () ->
                with(link(
                        _ -> {
                          try {
                            lock.acquire();
                          } catch (InterruptedException e) {
                            trail.add("first: " + (e.getMessage().contains(name) ? "link" : e));
                          }
                          lock.acquire(); // fails again: the budget stays used up
                          return false;
                        }))
                    .call(value -> value));
    passLimit();
    assertThat(running.thrown()).isInstanceOf(TimeoutExceededException.class);
    trail.assertSteps("first: link");
    assertThat(running.interrupted()).isFalse();
    lock.release();
  }

  @Test
  void theBodysFailureStaysPrimary() throws Exception {
    var failure = new IOException("body");
    var running =
        clock.start(
            null,
            () ->
                with(link(this::hang))
                    .call(
                        _ -> {
                          throw failure;
                        }));
    hanging.await();
    passLimit();
    assertThat(running.thrown()).isSameAs(failure);
    assertThat(failure.getSuppressed())
        .singleElement()
        .isInstanceOf(TimeoutExceededException.class);
    assertThat(running.interrupted()).isFalse();
  }

  @Test
  void anExitThatIgnoresTheInterruptIsReportedAsStuckAndWaitedFor() throws Exception {
    var release = new CountDownLatch(1);
    var ignored = new CountDownLatch(1);
    var running =
        clock.start(
            null,
            () ->
                with(link(
                        _ -> {
                          while (release.getCount() > 0) {
                            try {
                              release.await();
                            } catch (InterruptedException e) {
                              trail.add("ignored");
                              ignored.countDown();
                            }
                          }
                          return true; // its own end counts
                        }))
                    .tryCall(
                        _ -> {
                          throw new IOException("suppressed by the exit");
                        }));
    passLimit();
    clock.awaitAlarmAt(LIMIT.multipliedBy(2));
    clock.advance(LIMIT);
    LogRecord report = logs.await(name + " is stuck");
    assertThat(report.getLevel()).isEqualTo(Level.WARNING);
    assertThat(report.getMessage())
        .isEqualTo(
            "the exit of %s is stuck: it has taken PT2S, was interrupted after PT1S, and is"
                + " still waited for",
            name);
    assertThat(report.getThrown().getStackTrace())
        .anyMatch(frame -> frame.getClassName().startsWith(P6BoundedExitTest.class.getName()));
    ignored.await();
    release.countDown();
    assertThat(running.get()).isEmpty();
    trail.assertSteps("ignored");
    assertThat(running.interrupted()).isFalse();
  }

  @Test
  void anExitThatSwallowsTheInterruptHasSucceeded() throws Exception {
    var running =
        clock.start(
            null,
            () ->
                with(link(
                        _ -> {
                          try {
                            forever.await();
                          } catch (InterruptedException e) {
                            trail.add("closes by force");
                          }
                          return false;
                        }))
                    .call(value -> value));
    passLimit();
    assertThat(running.get()).isEqualTo("value");
    trail.assertSteps("closes by force");
    assertThat(running.interrupted()).isFalse();
  }

  @Test
  void anInterruptThatNobodySawDoesNotOutliveTheExit() throws Exception {
    var running =
        clock.start(
            null,
            () ->
                with(link(
                        _ -> {
                          while (!Thread.currentThread().isInterrupted()) {
                            Thread.onSpinWait();
                          }
                          return false;
                        }))
                    .call(value -> value));
    passLimit();
    assertThat(running.get()).isEqualTo("value");
    assertThat(running.interrupted()).isFalse();
  }

  @Test
  void anExitThatFailsByTheInterruptInItsOwnWaysIsATimeoutToo() throws Exception {
    var running =
        clock.start(
            null,
            () ->
                with(link(
                        outcome -> {
                          try {
                            return hang(outcome);
                          } catch (InterruptedException e) {
                            throw new IOException("reset", e);
                          }
                        }))
                    .call(value -> value));
    hanging.await();
    passLimit();
    assertThat(running.thrown())
        .isInstanceOf(TimeoutExceededException.class)
        .cause()
        .hasMessage("reset");
  }

  @Test
  void anotherFailureStands() throws Exception {
    var running =
        clock.start(
            null,
            () ->
                with(link(
                        outcome -> {
                          try {
                            return hang(outcome);
                          } catch (InterruptedException e) {
                            throw new IOException("the peer is gone");
                          }
                        }))
                    .call(value -> value));
    hanging.await();
    passLimit();
    assertThat(running.thrown()).isInstanceOf(IOException.class).hasMessage("the peer is gone");
  }

  @Test
  void anExitThatThrowsTheBodysCancellationOnIsNoTimeout() throws Exception {
    var cancelled = new InterruptedException("body");
    var running =
        clock.start(
            null,
            () ->
                with(link(
                        outcome -> {
                          try {
                            return hang(outcome);
                          } catch (InterruptedException e) {
                            throw (InterruptedException) outcome.failure();
                          }
                        }))
                    .call(
                        _ -> {
                          throw cancelled;
                        }));
    hanging.await();
    passLimit();
    assertThat(running.thrown()).isSameAs(cancelled);
    assertThat(running.interrupted()).isFalse();
  }

  @Test
  void theTimeoutAroundDoesNotCutTheExitShort() throws Exception {
    var running =
        clock.start(
            null,
            () ->
                with(timeout(LIMIT))
                    .and(link(this::hang))
                    .call(
                        _ -> {
                          forever.await();
                          return "never";
                        }));
    passLimit(); // the body's
    hanging.await();
    clock.awaitAlarmAt(LIMIT.multipliedBy(2));
    assertThat(logs.with(name)).isEmpty();
    clock.advance(LIMIT);
    Throwable thrown = running.thrown();
    assertThat(thrown)
        .isInstanceOf(TimeoutExceededException.class)
        .hasMessageContaining("the exit of " + name);
    assertThat(thrown.getSuppressed())
        .as("the cancellation of the body")
        .singleElement()
        .isInstanceOf(InterruptedException.class);
    assertThat(running.interrupted()).isFalse();
  }

  @Test
  void aScopeDoesNotSwallowAnExitThatRanOutOfTime() throws Exception {
    CancelScope scope = moveOnAfter(LIMIT);
    var running =
        clock.start(
            null,
            () ->
                with(scope)
                    .and(link(this::hang))
                    .call(
                        _ -> {
                          forever.await();
                          return "never";
                        }));
    passLimit();
    hanging.await();
    clock.awaitAlarmAt(LIMIT.multipliedBy(2));
    clock.advance(LIMIT);
    assertThat(running.thrown()).hasMessageContaining("the exit of " + name);
    assertThat(scope.caught()).isFalse();
    assertThat(running.interrupted()).isFalse();
  }

  @Test
  void aForeignInterruptIsHeldBackAndKept() throws Exception {
    var running =
        clock.start(
            null,
            () ->
                with(link(this::hang))
                    .call(
                        value -> {
                          Thread.currentThread().interrupt();
                          return value;
                        }));
    hanging.await();
    passLimit();
    assertThat(running.thrown()).isInstanceOf(TimeoutExceededException.class);
    assertThat(running.interrupted()).isTrue();
  }

  @Test
  void anInterruptFromElsewhereIsNoTimeout() throws Exception {
    var running = clock.start(null, () -> with(link(this::hang)).call(value -> value));
    clock.awaitAlarmAt(LIMIT);
    running.thread.interrupt();
    assertThat(running.thrown()).isInstanceOf(InterruptedException.class);
    assertThat(clock.alarms()).isZero();
  }

  @Test
  void oneStuckEntryOfTenTakesTheTimeOfNoOther() throws Exception {
    var running =
        clock.start(
            null,
            () ->
                with(AsyncExitStack.create())
                    .call(
                        stack -> {
                          for (int i = 0; i < 10; i++) {
                            String name = "entry " + i;
                            boolean stuck = i == 5;
                            stack.enter(
                                link(
                                    outcome -> {
                                      trail.add(name);
                                      return stuck && hang(outcome);
                                    }));
                          }
                          return "done";
                        }));
    hanging.await();
    passLimit();
    assertThat(running.thrown()).isInstanceOf(TimeoutExceededException.class);
    trail.assertSteps(
        "entry 9", "entry 8", "entry 7", "entry 6", "entry 5", "entry 4", "entry 3", "entry 2",
        "entry 1", "entry 0");
    assertThat(clock.alarms()).isZero();
  }

  @Test
  void theLimitReachesTheExitsInsideAnExit() throws Exception {
    AsyncContextManager<String, IOException> inner = new Link(this::hang);
    var running =
        clock.start(
            null,
            () ->
                with(link(
                        _ -> {
                          with(inner).run(_ -> trail.add("inner body"));
                          return false;
                        }))
                    .call(value -> value));
    hanging.await();
    passLimit();
    assertThat(running.thrown())
        .isInstanceOf(TimeoutExceededException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    trail.assertSteps("inner body");
    assertThat(running.interrupted()).isFalse();
  }

  @Test
  void whatIsExitedAfterTheLimitIsInterruptedAtOnce() throws Exception {
    var running =
        clock.start(
            null,
            () ->
                with(link(
                        outcome -> {
                          var stack = AsyncExitStack.create();
                          stack.enter(
                              manager(() -> "second", _ -> AsyncWith.sleep(Duration.ofSeconds(9))));
                          stack.enter(new Link(this::hang));
                          try {
                            return stack.exit(outcome);
                          } catch (InterruptedException e) {
                            trail.add(
                                e.getMessage().split(" ")[0] + " " + e.getMessage().split(" ")[2]);
                            trail.add("suppressed: " + e.getSuppressed().length);
                            throw e;
                          } catch (Exception e) {
                            throw new IOException(e);
                          }
                        }))
                    .call(value -> value));
    hanging.await();
    passLimit();
    assertThat(running.thrown()).isInstanceOf(TimeoutExceededException.class);
    trail.assertSteps("cancelled sleeping", "suppressed: 1");
    assertThat(running.interrupted()).isFalse();
  }

  @Test
  void anExitMayLeaveAScopeThatItsEnterEntered() throws Exception {
    var own = timeout(Duration.ofHours(1));
    AsyncContextManager<String, IOException> holdsScope =
        new AsyncContextManager<>() {
          @Override
          public String enter() {
            own.enter();
            return "value";
          }

          @Override
          public boolean exit(Outcome outcome) {
            return own.exit(outcome);
          }
        };
    var running = clock.start(null, () -> with(holdsScope.exitWithin(LIMIT)).call(value -> value));
    assertThat(running.get()).isEqualTo("value");
    assertThat(clock.alarms()).isZero();
  }

  @Test
  void ofTwoLimitsTheShorterOneHolds() throws Exception {
    var twice = link(this::hang).exitWithin(Duration.ofHours(1));
    var running = clock.start(null, () -> with(twice).call(value -> value));
    hanging.await();
    passLimit();
    assertThat(running.thrown()).hasMessageContaining("its PT1S");
  }

  @Test
  void aGuardStaysAGuard() throws Exception {
    var lock = AsyncLock.create();
    with(lock.exitWithin(LIMIT)).run(() -> trail.add("locked: " + lock.locked()));
    with(lock.exitWithin(LIMIT).exitWithin(LIMIT).detached()).run(() -> trail.add("again"));
    trail.assertSteps("locked: true", "again");
    assertThat(lock.locked()).isFalse();
  }

  @Test
  void aBoundedPairMayBeEnteredSeveralTimesByAStack() throws Exception {
    AsyncContextManager<Integer, RuntimeException> pair =
        manager(() -> trail.steps().size(), value -> trail.add("exit " + value));
    var bounded = pair.exitWithin(LIMIT);
    assertThat(bounded.describe()).isEqualTo(pair.describe());
    with(AsyncExitStack.create())
        .run(
            stack -> {
              trail.add("enter " + stack.enter(bounded));
              trail.add("enter " + stack.enter(bounded));
            });
    trail.assertSteps("enter 0", "enter 1", "exit 1", "exit 0");
  }

  @Test
  void aManagerThatCannotNameItselfIsInterruptedToo() throws Exception {
    AsyncExit<RuntimeException> exit = outcome -> hang(outcome);
    AsyncContextManager<String, RuntimeException> nameless =
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
            throw new IllegalStateException("closed");
          }
        };
    var running = clock.start(null, () -> with(nameless.exitWithin(LIMIT)).call(value -> value));
    hanging.await();
    passLimit();
    assertThat(running.thrown())
        .isInstanceOf(TimeoutExceededException.class)
        .hasMessageContaining("describe() throws");
  }

  @Test
  void aBoundedManagerOfAnyKindIsNamedAndBoundAgain() throws Exception {
    AsyncContextManager<String, RuntimeException> pair = manager(() -> "pair", _ -> {});
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager("one", body -> body.yield("generator"));
    AsyncGuard<RuntimeException> guard = asyncGuard("two", body -> body.yield());
    for (AsyncContextManager<?, ?> each :
        new AsyncContextManager<?, ?>[] {
          new Link(_ -> false), pair, generator, guard, AsyncLock.create()
        }) {
      var bounded = each.exitWithin(LIMIT).exitWithin(LIMIT);
      assertThat(bounded).hasToString(each.describe());
      assertThat(bounded.detached().describe()).isEqualTo(each.describe());
    }
    with(guard.exitWithin(LIMIT).exitWithin(LIMIT).detached()).run(() -> trail.add("detached"));
    trail.assertSteps("detached");
  }

  @Test
  void aLimitIsMoreThanNothing() {
    var link = new Link(_ -> false);
    assertThatThrownBy(() -> link.exitWithin(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the time for the exit is PT0S: give it more than nothing");
    assertThatThrownBy(() -> link(_ -> false).exitWithin(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLimitBeyondAllClocksIsNone() throws Exception {
    var running =
        clock.start(
            null,
            () ->
                with(new Link(_ -> false).exitWithin(Duration.ofSeconds(Long.MAX_VALUE)))
                    .call(value -> value));
    assertThat(running.get()).isEqualTo("value");
  }
}
