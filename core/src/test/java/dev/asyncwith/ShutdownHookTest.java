package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the hook does to the program's thread; EndingTest has it at work in a JVM that ends. */
@Timeout(60)
class ShutdownHookTest {

  @Test
  void aProgramThatLeavesItsBlocksIsWaitedFor() throws Exception {
    var closed = new CountDownLatch(1);
    AsyncContextManager<String, RuntimeException> connection =
        AsyncWith.manager(() -> "connection", _ -> closed.countDown());
    Thread program =
        Thread.startVirtualThread(
            () -> {
              try {
                AsyncWith.with(connection).run(_ -> new CountDownLatch(1).await());
              } catch (InterruptedException e) {
                // as it should
              }
            });

    assertThat(new ShutdownHook(program, Duration.ofSeconds(50)).endProgram()).isTrue();
    assertThat(program.isAlive()).isFalse();
    assertThat(closed.getCount()).isZero();
  }

  @Test
  void aProgramThatDoesNotEndIsReportedWithWhatItWaitsIn() throws Exception {
    var end = new CountDownLatch(1);
    Thread program = Thread.startVirtualThread(() -> parkUntil(end));
    var hook = new ShutdownHook(program, Duration.ofMillis(200));

    assertThat(hook.endProgram()).isFalse();
    assertThat(hook.report())
        .startsWith("AsyncWith: the program did not end within 0.2 s of being asked to")
        .contains("ShutdownHookTest.parkUntil");
    end.countDown();
    LockSupport.unpark(program);
    program.join();
  }

  @Test
  void aThreadElsewhereIsNotHeldByTheEndOfTheJvm() {
    JvmExit.begin(); // for good, which only makes the groups of other tests look at stacks
    assertThat(JvmExit.holds(Thread.currentThread())).isFalse();
  }

  private static void parkUntil(CountDownLatch end) {
    while (end.getCount() > 0) {
      LockSupport.park();
      var _ = Thread.interrupted(); // which would keep it from parking
    }
  }
}
