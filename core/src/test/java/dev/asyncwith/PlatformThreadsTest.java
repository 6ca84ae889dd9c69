package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Platform threads that are used again. */
@Timeout(60)
class PlatformThreadsTest {
  private static final InheritableThreadLocal<String> INHERITED = new InheritableThreadLocal<>();

  private final PlatformThreads threads = new PlatformThreads(TimeUnit.HOURS.toNanos(1));

  private static void awaitIdle(PlatformThreads threads, int count) {
    while (threads.idleThreads() != count) {
      Thread.yield();
    }
  }

  private Thread run(Runnable work) {
    Thread thread = threads.newThread(work);
    thread.start();
    return thread;
  }

  @Test
  void aThreadWhoseWorkIsDoneIsUsedAgain() {
    var runner = new AtomicReference<Thread>();
    Thread first = run(() -> runner.set(Thread.currentThread()));
    awaitIdle(threads, 1);
    assertThat(runner.getAndSet(null)).isSameAs(first);
    Thread second = run(() -> runner.set(Thread.currentThread()));
    assertThat(second).isSameAs(first);
    awaitIdle(threads, 1);
    assertThat(runner.get()).isSameAs(first);
    assertThat(first.isDaemon()).isTrue();
    assertThat(first.getName()).isEqualTo("asyncwith idle platform thread");
  }

  @Test
  void asManyThreadsAsThereAreCallsAtATime() {
    var go = new CountDownLatch(1);
    Runnable waits =
        () -> {
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        };
    Thread first = run(waits);
    Thread second = run(waits);
    assertThat(second).isNotSameAs(first);
    go.countDown();
    awaitIdle(threads, 2);
    assertThat(first.isAlive() && second.isAlive()).isTrue();
  }

  @Test
  void theNextWorkFindsNoInterrupt() {
    var found = new AtomicReference<Boolean>();
    Thread first = run(() -> Thread.currentThread().interrupt());
    awaitIdle(threads, 1);
    first.interrupt();
    run(() -> found.set(Thread.currentThread().isInterrupted()));
    while (found.get() == null) {
      Thread.yield();
    }
    assertThat(found.get()).isFalse();
  }

  @Test
  void anIdleThreadEnds() throws Exception {
    var shortLived = new PlatformThreads(1);
    Thread thread = shortLived.newThread(() -> {});
    thread.start();
    thread.join();
    assertThat(shortLived.idleThreads()).isZero();
  }

  @Test
  void noWorkIsLostBetweenTheEndOfAThreadAndTheNext() throws Exception {
    var shortLived = new PlatformThreads(1);
    var done = new AtomicInteger();
    for (int round = 1; round <= 500; round++) {
      int before = round;
      shortLived.newThread(done::incrementAndGet).start();
      while (done.get() < before) {
        Thread.yield();
      }
    }
    awaitIdle(shortLived, 0);
    assertThat(done).hasValue(500);
  }

  @Test
  void nothingIsInherited() {
    INHERITED.set("of the test");
    try {
      var found = new AtomicReference<>("none");
      run(() -> found.set(INHERITED.get()));
      awaitIdle(threads, 1);
      assertThat(found.get()).isNull();
    } finally {
      INHERITED.remove();
    }
  }
}
