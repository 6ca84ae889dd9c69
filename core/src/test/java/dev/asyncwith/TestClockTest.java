package dev.asyncwith;

import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.timeoutAt;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.TestClock;
import dev.asyncwith.testing.Trail;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Deadlines and sleeps in virtual time. */
@Timeout(60)
class TestClockTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final TestClock clock = TestClock.create();
  private final TestClock manual = TestClock.manual();
  private final Trail trail = new Trail();

  private static Instant at(Duration sinceStart) {
    return Instant.EPOCH.plus(sinceStart);
  }

  @Test
  void aSleepOfADayEndsAtOnce() throws Exception {
    ClockedThreads.run(
        clock,
        () -> {
          // docs: sleep
          sleep(Duration.ofDays(1));
          assertThat(clock.instant()).isEqualTo("1970-01-02T00:00:00Z");
          // end
        });
  }

  @Test
  void sleepersWakeInOrder() throws Exception {
    var threads = new ClockedThreads(clock);
    threads.fork(
        () -> {
          threads.fork(() -> sleepThenAdd(HOUR, "second"));
          threads.fork(() -> sleepThenAdd(MINUTE, "first"));
          sleepThenAdd(DAY, "third");
        });
    threads.join();
    trail.assertSteps(
        "first at " + at(MINUTE), "second at " + at(HOUR), "third at 1970-01-02T00:00:00Z");
  }

  private void sleepThenAdd(Duration duration, String step) throws InterruptedException {
    sleep(duration);
    trail.add(step + " at " + clock.instant());
  }

  @Test
  void aTimeoutEndsASleepThatIsLonger() throws Exception {
    ClockedThreads.run(
        clock,
        () -> {
          // docs: timeout
          assertThatThrownBy(
                  () -> with(timeout(Duration.ofHours(1))).run(() -> sleep(Duration.ofDays(1))))
              .isInstanceOf(TimeoutExceededException.class);
          assertThat(clock.instant()).isEqualTo("1970-01-01T01:00:00Z");
          // end
        });
  }

  @Test
  void foreignCodeIsBusySoTheClockStandsUntilItIsAdvanced() throws Exception {
    var threads = new ClockedThreads(clock);
    var never = new CountDownLatch(1);
    Thread inForeignCode =
        threads.fork(
            () ->
                assertThatThrownBy(() -> with(timeout(HOUR)).run(() -> never.await()))
                    .isInstanceOf(TimeoutExceededException.class));
    ClockedThreads.awaitState(inForeignCode, Thread.State.WAITING);
    threads.forkParked(() -> sleepThenAdd(MINUTE, "woke"));
    assertThat(clock.instant()).isEqualTo(Instant.EPOCH);
    clock.advance(HOUR.minusNanos(1));
    assertThat(inForeignCode.isAlive()).isTrue();
    clock.advance(Duration.ofNanos(1));
    threads.join();
    assertThat(clock.instant()).isEqualTo(at(HOUR));
    assertThat(trail.steps()).hasSize(1);
  }

  @Test
  void aDeadlineIsReadAndMovedInVirtualTime() throws Exception {
    ClockedThreads.run(
        clock,
        () -> {
          sleep(DAY);
          dev.asyncwith.Timeout timeout = timeout(MINUTE);
          assertThatThrownBy(
                  () ->
                      with(timeout)
                          .run(
                              () -> {
                                assertThat(timeout.when()).isEqualTo(at(DAY.plus(MINUTE)));
                                sleep(MINUTE.dividedBy(2));
                                timeout.reschedule(HOUR);
                                sleep(HOUR.minusNanos(1));
                                timeout.rescheduleAt(at(DAY.multipliedBy(2)));
                                sleep(DAY.multipliedBy(3));
                              }))
              .isInstanceOf(TimeoutExceededException.class);
          assertThat(clock.instant()).isEqualTo(at(DAY.multipliedBy(2)));
        });
  }

  @Test
  void aDeadlineThatIsPastByTheClockFailsTheFirstWait() throws Exception {
    ClockedThreads.run(
        clock,
        () -> {
          sleep(DAY);
          assertThatThrownBy(() -> with(timeoutAt(at(HOUR))).run(() -> sleep(HOUR)))
              .isInstanceOf(TimeoutExceededException.class);
          assertThat(clock.instant()).isEqualTo(at(DAY));
        });
  }

  @Test
  void aManualClockIsMovedByTheTestWhenAllWait() throws Exception {
    var threads = new ClockedThreads(manual);
    threads.fork(
        () -> {
          sleep(HOUR);
          trail.add("an hour");
          sleep(HOUR);
          trail.add("two hours");
        });
    // docs: manual
    manual.awaitIdle();
    manual.advance(Duration.ofMinutes(90));
    manual.awaitIdle();
    trail.assertSteps("an hour");
    manual.advance(Duration.ofMinutes(60));
    // end
    threads.join();
    trail.assertSteps("an hour", "two hours");
    assertThat(manual.instant()).isEqualTo(at(Duration.ofMinutes(150)));
  }

  @Test
  void aDeadlockIsToldAndWhoIsOutsideCanEndIt() throws Exception {
    AsyncLock lock = AsyncLock.create();
    lock.acquire();
    var threads = new ClockedThreads(clock);
    try (var log = new LogRecords()) {
      threads.fork(
          () -> {
            sleep(HOUR);
            with(lock).run(() -> trail.add("has the lock"));
          });
      clock.awaitIdle();
      assertThat(log.all())
          .singleElement()
          .extracting(r -> r.getMessage())
          .asString()
          .contains("deadlock");
    }
    assertThat(clock).hasToString("TestClock[1970-01-01T01:00:00Z, 0 alarms]");
    lock.release();
    threads.join();
    trail.assertSteps("has the lock");
  }

  @Test
  void anAlarmThatIsSetFromOutsideWhileAllWaitIsSeen() throws Exception {
    AsyncLock lock = AsyncLock.create();
    lock.acquire();
    dev.asyncwith.Timeout timeout = timeoutAt(null);
    var threads = new ClockedThreads(clock);
    try (var _ = new LogRecords()) {
      threads.fork(
          () ->
              assertThatThrownBy(() -> with(timeout).and(lock).run(() -> trail.add("acquired")))
                  .isInstanceOf(TimeoutExceededException.class));
      clock.awaitIdle();
    }
    timeout.reschedule(DAY);
    threads.join();
    lock.release();
    assertThat(clock.instant()).isEqualTo(at(DAY));
    trail.assertSteps();
  }

  // ---- by itself

  private AsyncClock.Alarm set(Duration sinceStart, String step) {
    return manual.schedule(sinceStart.toNanos(), () -> trail.add(step));
  }

  @Test
  void alarmsRunInTheOrderOfTheirTimesAndThenOfSetting() {
    set(HOUR, "hour");
    set(MINUTE, "minute");
    set(HOUR, "hour again");
    set(HOUR.plusNanos(1), "later");
    set(HOUR, "cancelled").cancel();
    manual.advance(HOUR);
    trail.assertSteps("minute", "hour", "hour again");
    assertThat(manual)
        .hasToString(
            "TestClock[1970-01-01T01:00:00Z, 1 alarms, next 1970-01-01T01:00:00.000000001Z]");
  }

  @Test
  void anAlarmMaySetAlarmsAlsoSuchAsAreDue() {
    AsyncClock.Alarm _ =
        manual.schedule(
            MINUTE.toNanos(),
            () -> {
              trail.add("at " + manual.instant());
              set(HOUR, "hour");
              set(Duration.ZERO, "past");
              set(DAY, "day");
            });
    manual.advanceTo(at(HOUR));
    trail.assertSteps("at " + at(MINUTE), "past", "hour");
    assertThat(manual.nanoTime()).isEqualTo(HOUR.toNanos());
  }

  @Test
  void anAlarmForNowRunsWhenTheClockMovesNext() {
    set(Duration.ZERO, "now");
    trail.assertSteps();
    manual.advance(Duration.ZERO);
    trail.assertSteps("now");
  }

  @Test
  void timeDoesNotGoBack() {
    manual.advance(HOUR);
    assertThatThrownBy(() -> manual.advance(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the clock cannot be advanced by PT-0.000000001S: time does not go back");
    assertThatThrownBy(() -> manual.advanceTo(at(MINUTE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the clock cannot be moved to 1970-01-01T00:01:00Z, it is at 1970-01-01T01:00:00Z"
                + " already");
    assertThat(manual.instant()).isEqualTo(at(HOUR));
  }

  @Test
  void itLivesLongerThanALongOfNanoseconds() {
    Duration millennium = Duration.ofDays(365_250);
    manual.advance(millennium);
    AsyncClock.Alarm _ = manual.schedule(manual.nanoTime() + 10, () -> trail.add("due"));
    manual.advance(Duration.ofNanos(9));
    trail.assertSteps();
    manual.advance(Duration.ofNanos(1));
    trail.assertSteps("due");
    assertThat(manual.instant()).isEqualTo(at(millennium.plusNanos(10)));
  }

  @Test
  void twoRunnersOnOneClockDoNotOvertakeEachOther() throws Exception {
    var secondIsBusy = new CountDownLatch(1);
    var ofFirst = new CompletableFuture<Thread>();
    OnThread<?> first =
        OnThread.start(
            () -> {
              runner()
                  .run(
                      () -> {
                        secondIsBusy.await();
                        ofFirst.complete(Thread.currentThread());
                        sleepThenAdd(DAY, "first");
                      });
              return null;
            });
    runner()
        .run(
            () -> {
              secondIsBusy.countDown();
              Thread other = ofFirst.get(); // foreign code, so this runner is busy
              while (other.isAlive() && other.getState() != Thread.State.WAITING) {
                Thread.yield();
              }
              assertThat(clock.instant()).isEqualTo(Instant.EPOCH);
              sleepThenAdd(HOUR, "second");
              sleepThenAdd(HOUR, "second");
            });
    first.result();
    trail.assertSteps(
        "second at " + at(HOUR), "second at " + at(HOUR.multipliedBy(2)), "first at " + at(DAY));
  }

  @Test
  void aRunnerThatComesLaterIsNotHeldUpByWhatAnEarlierOneLeftBehind() throws Exception {
    var end = new CountDownLatch(1);
    try (var log = new LogRecords()) {
      Runner.create(c -> c.withClock(clock).withGrace(Duration.ZERO))
          .run(
              () -> {
                var begun = new CountDownLatch(1);
                with(AsyncWith.suppress())
                    .callAsync(
                        () -> {
                          begun.countDown();
                          while (end.getCount() > 0) {
                            Thread.yield(); // ignores its cancellation
                          }
                          return null;
                        });
                begun.await();
              });
      assertThat(log.with("has not ended")).hasSize(1);
    }
    runner().run(() -> sleepThenAdd(DAY, "later"));
    end.countDown();
    trail.assertSteps("later at " + at(DAY));
  }

  private Runner runner() {
    return Runner.create(c -> c.withClock(clock));
  }
}
