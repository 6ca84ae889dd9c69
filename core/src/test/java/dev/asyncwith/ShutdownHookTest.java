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
    var opened = new CountDownLatch(1);
    var closed = new CountDownLatch(1);
    AsyncContextManager<String, RuntimeException> connection =
        AsyncWith.manager(() -> "connection", _ -> closed.countDown());
    Runner runner = Runner.create();
    Thread program =
        inThread(
            () ->
                runner.run(
                    () ->
                        AsyncWith.with(connection)
                            .run(
                                _ -> {
                                  opened.countDown();
                                  new CountDownLatch(1).await();
                                })));
    opened.await();

    assertThat(new ShutdownHook(runner, Duration.ofSeconds(50)).endProgram()).isTrue();
    assertThat(closed.getCount()).isZero();
    program.join();
  }

  private static Thread inThread(With0.Action<RuntimeException> action) {
    return Thread.startVirtualThread(
        () -> {
          try {
            action.run();
          } catch (InterruptedException e) {
            // as it should
          }
        });
  }

  @Test
  void whatTheProgramLeavesRunningIsWaitedForToo() throws Exception {
    var opened = new CountDownLatch(1);
    var mayClose = new CountDownLatch(1);
    AsyncContextManager<String, RuntimeException> connection =
        AsyncWith.manager(() -> "connection", _ -> mayClose.await());
    Runner runner = Runner.create();
    Thread program =
        inThread(
            () ->
                runner.run(
                    () -> {
                      var _ =
                          AsyncWith.with(connection)
                              .callAsync(
                                  _ -> {
                                    opened.countDown();
                                    new CountDownLatch(1).await();
                                    return null;
                                  });
                      opened.await(); // else it is cancelled before it begins, and never does
                    }));
    opened.await();
    var hook = new ShutdownHook(runner, Duration.ofMillis(200));

    assertThat(hook.endProgram()).isFalse();
    assertThat(hook.report())
        .doesNotContain("main thread")
        .contains("Task 'callAsync of ", "' is in", "CountDownLatch.await");
    mayClose.countDown();
    program.join();
  }

  @Test
  void aProgramThatDoesNotEndIsReportedWithWhatItWaitsIn() throws Exception {
    var end = new CountDownLatch(1);
    var begun = new CountDownLatch(1);
    Runner runner = Runner.create();
    Thread program =
        inThread(
            () ->
                runner.run(
                    () -> {
                      begun.countDown();
                      parkUntil(end);
                    }));
    begun.await();
    var hook = new ShutdownHook(runner, Duration.ofMillis(200));

    assertThat(hook.endProgram()).isFalse();
    assertThat(hook.report())
        .startsWith("AsyncWith: the program did not end within 0.2 s of being asked to")
        .contains("ShutdownHookTest.parkUntil");
    end.countDown();
    program.join();
  }

  @Test
  void aThreadElsewhereIsNotHeldByTheEndOfTheJvm() {
    JvmExit.begin(); // for good, which only makes the groups of other tests look at stacks
    assertThat(JvmExit.holds(Thread.currentThread())).isFalse();
  }

  private static void parkUntil(CountDownLatch end) {
    while (end.getCount() > 0) {
      LockSupport.parkNanos(1_000_000);
      var _ = Thread.interrupted(); // which would keep it from parking
    }
  }
}
