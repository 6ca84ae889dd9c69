package dev.asyncwith.recipes;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.AsyncResult;
import dev.asyncwith.Runner;
import dev.asyncwith.testing.Trail;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunningAProgramTest {
  private static final CountDownLatch FOR_EVER = new CountDownLatch(1);

  private final Trail trail = new Trail();
  private final AsyncContextManager<String, RuntimeException> session = trail.manager("session");

  private static void serve(String session) throws InterruptedException {
    FOR_EVER.await();
  }

  private static String fetch(String session) throws InterruptedException {
    FOR_EVER.await();
    return "page";
  }

  // docs: runner
  private final Runner runner =
      Runner.create(c -> c.withName("orders").withGrace(Duration.ofSeconds(5)));

  void start() throws InterruptedException { // on a thread of the container
    runner.run(() -> with(session).run(s -> serve(s)));
  }

  void stop() { // on another one
    runner.close();
  }

  // end

  @Test
  void theContainerStopsTheProgram() throws Exception {
    var thread =
        Thread.ofPlatform()
            .start(
                () ->
                    assertThatThrownBy(this::start)
                        .isInstanceOf(InterruptedException.class)
                        .satisfies(_ -> trail.add("cancelled")));
    while (trail.steps().isEmpty()) {
      Thread.onSpinWait();
    }
    stop();
    thread.join();
    assertThat(trail.steps()).hasSize(3).startsWith("enter session").endsWith("cancelled");
  }

  @Test
  void aBlockGivesAFuture() throws Exception {
    // docs: call-async
    AsyncResult<String> page = with(session).callAsync(s -> fetch(s));
    page.orTimeout(10, TimeUnit.MILLISECONDS).whenComplete((text, failure) -> show(text, failure));
    // end
    page.exited().toCompletableFuture().get();
    assertThatThrownBy(page::get).hasCauseInstanceOf(TimeoutException.class);
    assertThat(trail.steps().size()).isIn(0, 2); // a block that was late to begin never does
  }

  private static void show(String text, Throwable failure) {
    assertThat(text).isNull();
    assertThat(failure).isInstanceOf(TimeoutException.class);
  }
}
