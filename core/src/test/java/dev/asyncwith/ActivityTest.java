package dev.asyncwith;

import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.moveOnAfter;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asyncwith.testing.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The clock is told when all threads wait, and never before. */
@Timeout(60)
class ActivityTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final TestClock clock = TestClock.create();

  /** Counts how often it is told that all wait. */
  private static final class CountingClock implements AsyncClock {
    final AtomicInteger idles = new AtomicInteger();

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH;
    }

    @Override
    public Alarm schedule(long nanoTime, Runnable action) {
      return () -> {};
    }

    @Override
    public void idle(BooleanSupplier allWait) {
      assertThat(allWait.getAsBoolean()).isTrue();
      idles.incrementAndGet();
    }
  }

  private final CountingClock counting = new CountingClock();
  private final Activity activity = new Activity(counting);

  private static BooleanSupplier notWoken() {
    return new AtomicBoolean()::get;
  }

  @Test
  void theLastThreadThatWaitsTellsTheClock() {
    activity.started();
    activity.started();
    BooleanSupplier first = notWoken();
    activity.waiting(first);
    assertThat(counting.idles).hasValue(0);
    activity.waiting(notWoken());
    assertThat(counting.idles).hasValue(1);
    activity.resumed(first);
    assertThat(counting.idles).hasValue(1);
    activity.waiting(first);
    assertThat(counting.idles).hasValue(2);
  }

  @Test
  void aThreadThatEndsTellsTheClockIfTheOthersWait() {
    activity.started();
    activity.started();
    activity.waiting(notWoken());
    activity.ended();
    assertThat(counting.idles).hasValue(1);
  }

  @Test
  void whenNobodyIsLeftThereIsNobodyToWake() {
    activity.started();
    activity.ended();
    assertThat(counting.idles).hasValue(0);
  }

  @Test
  void aThreadThatWasWokenIsBusyBeforeItRuns() {
    activity.started();
    activity.started();
    var woken = new AtomicBoolean();
    activity.waiting(woken::get);
    woken.set(true);
    activity.waiting(notWoken());
    assertThat(counting.idles).hasValue(0);
  }

  @Test
  void theSystemsClockDoesNotCare() {
    assertThat(Inherited.DEFAULT.activity()).isNull();
    assertThat(Inherited.ofRunner(AsyncClock.system(), null).activity()).isNull();
    Runnable action = () -> {};
    assertThat(Inherited.DEFAULT.counted(action)).isSameAs(action);
  }

  // ---- with threads

  /** Each of the three ways to wake a thread, while another waits for an hour. */
  private void wakesWithoutAMoveOfTheClock(
      With1.Action<CancelScope, Exception> wait, With1.Action<Waking, Exception> wake)
      throws Exception {
    var threads = new ClockedThreads(clock);
    threads.fork(
        () -> {
          CancelScope scope = CancelScope.create();
          Thread waiting =
              threads.fork(
                  () -> {
                    try {
                      with(scope).run(() -> wait.run(scope));
                    } catch (InterruptedException e) {
                      // one of the ways
                    }
                    assertThat(clock.instant()).isEqualTo(Instant.EPOCH);
                  });
          ClockedThreads.awaitState(waiting, Thread.State.WAITING);
          wake.run(new Waking(waiting, scope));
          sleep(HOUR);
        });
    threads.join();
    assertThat(clock.instant()).isEqualTo(Instant.EPOCH.plus(HOUR));
  }

  private record Waking(Thread thread, CancelScope scope) {}

  @RepeatedTest(50)
  void aCancelledThreadIsBusy() throws Exception {
    wakesWithoutAMoveOfTheClock(
        _ -> sleep(Duration.ofDays(1)), waking -> waking.scope().cancel("the test"));
  }

  @RepeatedTest(50)
  void anInterruptedThreadIsBusy() throws Exception {
    wakesWithoutAMoveOfTheClock(
        _ -> sleep(Duration.ofDays(1)), waking -> waking.thread().interrupt());
  }

  @RepeatedTest(50)
  void aThreadThatWasGivenALockIsBusy() throws Exception {
    AsyncLock lock = AsyncLock.create();
    lock.acquire();
    wakesWithoutAMoveOfTheClock(_ -> with(lock).run(() -> {}), _ -> lock.release());
  }

  @Test
  void anAlarmThatWakesNobodyDoesNotStopTheClock() throws Exception {
    ClockedThreads.run(
        clock,
        () -> {
          CancelScope scope = moveOnAfter(HOUR); // passes in the exit, which it does not reach
          AsyncContextManager<String, InterruptedException> slow =
              manager(() -> "", _ -> sleep(HOUR.multipliedBy(3)));
          with(scope).and(slow).run(_ -> {});
          assertThat(scope.isCancelled()).isTrue();
        });
    assertThat(clock.instant()).isEqualTo(Instant.EPOCH.plus(HOUR.multipliedBy(3)));
  }

  @RepeatedTest(50)
  void theCancelOfDependentsByADeadlineIsWaitedFor() throws Exception {
    var threads = new ClockedThreads(clock);
    CancelScope outer = moveOnAfter(HOUR);
    CancelScope task = CancelScope.under(outer, "task", "task");
    threads.fork(
        () ->
            with(outer)
                .run(
                    () -> {
                      outer.add(task);
                      threads.fork(
                          () -> {
                            with(task).run(() -> sleep(HOUR.multipliedBy(9)));
                            assertThat(clock.instant()).isEqualTo(Instant.EPOCH.plus(HOUR));
                          });
                      with(CancelScope.create().shielded()).run(() -> sleep(HOUR.multipliedBy(2)));
                    }));
    threads.join();
    assertThat(task.caught()).isTrue();
    assertThat(clock.instant()).isEqualTo(Instant.EPOCH.plus(HOUR.multipliedBy(2)));
  }

  private static AsyncContextManager<String, InterruptedException> slowGenerator() {
    return AsyncWith.asyncContextManager(
        body -> {
          sleep(HOUR);
          body.yield("");
          sleep(HOUR.multipliedBy(2));
        });
  }

  /** Its thread and its user's take turns, and count as one. */
  @Test
  void aDetachedGeneratorSleepsByTheClockOfItsUser() throws Exception {
    ClockedThreads.run(
        clock,
        () -> {
          var stack = AsyncExitStack.create();
          with(stack)
              .run(
                  _ -> {
                    var _ = stack.enter(slowGenerator());
                    sleep(HOUR.multipliedBy(4));
                  });
          assertThat(clock.instant()).isEqualTo(Instant.EPOCH.plus(HOUR.multipliedBy(7)));
        });
  }

  @Test
  void aDetachedGeneratorThatIsExitedFromOutsideCountsForItself() throws Exception {
    var generator = slowGenerator();
    var threads = new ClockedThreads(clock);
    AsyncLock lock = AsyncLock.create();
    lock.acquire();
    try (var _ = new LogRecords()) {
      threads.fork(
          () -> {
            var _ = generator.enter();
            with(lock).run(() -> {});
          });
      clock.awaitIdle();
    }
    assertThat(generator.exit(Outcome.succeeded())).isFalse();
    assertThat(clock.instant()).isEqualTo(Instant.EPOCH.plus(HOUR.multipliedBy(3)));
    lock.release();
    threads.join();
    assertThat(clock.instant()).isEqualTo(Instant.EPOCH.plus(HOUR.multipliedBy(3)));
  }

  /**
   * Many threads hand a lock on and sleep with it, so that virtual time is the sum of the sleeps.
   * Each has a deadline far off, to which a clock that goes on too early jumps.
   */
  @RepeatedTest(20)
  void theTimeOfALockThatIsHandedOnIsTheSumOfItsSleeps() throws Exception {
    int count = 32;
    int rounds = 50;
    AsyncLock lock = AsyncLock.create();
    var threads = new ClockedThreads(clock);
    threads.fork(
        () -> {
          for (int i = 0; i < count; i++) {
            threads.fork(
                () -> {
                  for (int round = 0; round < rounds; round++) {
                    with(timeout(Duration.ofDays(1)))
                        .and(lock)
                        .run(() -> sleep(Duration.ofMillis(1)));
                  }
                });
          }
        });
    threads.join();
    assertThat(clock.instant()).isEqualTo(Instant.ofEpochMilli(count * rounds));
  }

  /** Independent sleepers on many threads: the time is that of the longest. */
  @RepeatedTest(10)
  void theTimeOfSleepersIsThatOfTheLongest() throws Exception {
    long seed = System.nanoTime();
    var random = new Random(seed);
    var threads = new ClockedThreads(clock);
    int[] sleeps = random.ints(200, 1, 100).toArray();
    threads.fork(
        () -> {
          for (int sleep : sleeps) {
            threads.fork(
                () -> {
                  for (int i = 1; i <= 10; i++) {
                    sleep(Duration.ofSeconds(sleep));
                    assertThat(clock.instant())
                        .as("seed " + seed)
                        .isEqualTo(Instant.ofEpochSecond(i * sleep));
                  }
                });
          }
        });
    threads.join();
    int longest = java.util.Arrays.stream(sleeps).max().orElseThrow();
    assertThat(clock.instant()).isEqualTo(Instant.ofEpochSecond(10L * longest));
  }

  /** A thread outside wakes and moves the clock by hand all the while; nobody is lost. */
  @RepeatedTest(20)
  void aClockThatIsAlsoMovedByHandLosesNobody() throws Exception {
    var threads = new ClockedThreads(clock);
    var done = new AtomicInteger();
    threads.fork(
        () -> {
          for (int i = 0; i < 16; i++) {
            threads.fork(
                () -> {
                  for (int round = 0; round < 50; round++) {
                    Instant before = clock.instant();
                    sleep(HOUR);
                    assertThat(clock.instant()).isAfterOrEqualTo(before.plus(HOUR));
                  }
                  done.incrementAndGet();
                });
          }
        });
    while (done.get() < 16) {
      clock.advance(Duration.ofMinutes(7));
    }
    threads.join();
  }
}
