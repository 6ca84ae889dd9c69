package dev.asyncwith;

import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The storm at the edge: timeouts around bodies that end about when the deadline passes, and
 * foreign interrupts among them. After each block the interrupt flag is what it should be: never
 * left set by the library, and, by rule C8, a foreign interrupt is lost only where the library sent
 * one too.
 *
 * <p>{@code -Dstorm.timeouts=1000000} sets the count, {@code -Dstorm.seed=…} repeats a run.
 */
class TimeoutStormTest {
  private static final int COUNT = Integer.getInteger("storm.timeouts", 20_000);
  private static final long SEED = Long.getLong("storm.seed", System.nanoTime());

  /** The deadline and the length of a body, in nanoseconds, are about this. */
  private static final long EDGE = 40_000;

  private enum Foreign {
    NONE,
    BEFORE,
    DURING
  }

  private enum End {
    RETURNED,
    TIMED_OUT,
    INTERRUPTED
  }

  private final AsyncContextManager<String, RuntimeException> slowExit =
      manager(() -> "", _ -> spin(EDGE / 4));
  private final Random random = new Random(SEED);
  private int expired;
  private int lostInTheWindow;
  private int met;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Timeout(600)
  void leavesTheFlagAsItShouldBe(boolean virtual) throws Exception {
    var failure = new AtomicReference<@Nullable Throwable>();
    Thread worker =
        (virtual ? Thread.ofVirtual() : Thread.ofPlatform())
            .name("storm")
            .start(
                () -> {
                  try {
                    for (int i = 0; i < COUNT / 2; i++) {
                      round();
                    }
                    met = ThreadContext.current().metSenders();
                  } catch (Throwable t) {
                    failure.set(t);
                  }
                });
    worker.join();
    int total = COUNT / 2;
    System.out.printf(
        "storm at the edge, %s thread, seed %d: %d timeouts, %.1f %% expired, %d met CANCELLING"
            + " (%.3f %%), %d foreign interrupts merged with ours (C8)%n",
        virtual ? "virtual" : "platform",
        SEED,
        total,
        100.0 * expired / total,
        met,
        100.0 * met / total,
        lostInTheWindow);
    assertThat(failure.get()).as("seed " + SEED).isNull();
    assertThat(expired).isBetween(total / 5, total - total / 5);
  }

  private void round() throws Exception {
    Foreign foreign =
        random.nextInt(8) > 1 ? Foreign.NONE : Foreign.values()[1 + random.nextInt(2)];
    int kind = random.nextInt(5);
    long body = EDGE / 2 + random.nextLong(EDGE);
    dev.asyncwith.Timeout timeout = timeout(Duration.ofNanos(EDGE / 2 + random.nextLong(EDGE)));
    Thread me = Thread.currentThread();
    var interrupted = new CountDownLatch(1);
    if (foreign == Foreign.BEFORE) {
      me.interrupt();
      interrupted.countDown();
    } else if (foreign == Foreign.DURING) {
      long after = random.nextLong(2 * EDGE);
      Thread.startVirtualThread(
          () -> {
            spin(after);
            me.interrupt();
            interrupted.countDown();
          });
    }
    boolean[] swallowed = {false};
    End end;
    try {
      with(timeout).run(() -> swallowed[0] = work(kind, body));
      end = End.RETURNED;
    } catch (TimeoutExceededException e) {
      end = End.TIMED_OUT;
    } catch (InterruptedException e) {
      end = End.INTERRUPTED;
    }
    if (timeout.expired()) {
      expired++;
    }
    boolean flag = Thread.interrupted();
    if (foreign == Foreign.DURING) {
      while (interrupted.getCount() > 0) {
        Thread.onSpinWait();
      }
      flag |= Thread.interrupted();
    }
    check(foreign, kind, timeout, end, flag, swallowed[0]);
  }

  /** Works for about a time; true if it swallowed an interrupt. */
  private boolean work(int kind, long nanos) throws InterruptedException {
    switch (kind) {
      case 0 -> spin(nanos);
      case 1 -> {
        boolean _ = new CountDownLatch(1).await(nanos, TimeUnit.NANOSECONDS);
      }
      case 2 -> sleep(Duration.ofNanos(nanos));
      case 3 -> with(slowExit).run(_ -> spin(nanos / 2));
      default -> {
        try {
          boolean _ = new CountDownLatch(1).await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          return true;
        }
      }
    }
    return false;
  }

  private void check(
      Foreign foreign,
      int kind,
      dev.asyncwith.Timeout timeout,
      End end,
      boolean flag,
      boolean swallowed) {
    String what =
        "%s, body %d, %s, flag %s, swallowed %s, %s"
            .formatted(foreign, kind, end, flag, swallowed, timeout);
    if (foreign == Foreign.NONE) {
      assertThat(flag).as("stale interrupt: " + what).isFalse();
      assertThat(end).as(what).isNotEqualTo(End.INTERRUPTED);
      return;
    }
    boolean seen = flag || end == End.INTERRUPTED || swallowed;
    if (foreign == Foreign.BEFORE || !timeout.expired()) {
      assertThat(seen).as("lost interrupt: " + what).isTrue();
    } else if (!seen) {
      lostInTheWindow++;
    }
  }

  private static void spin(long nanos) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) {
      Thread.onSpinWait();
    }
  }
}
