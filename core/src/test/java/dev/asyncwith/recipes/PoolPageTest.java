package dev.asyncwith.recipes;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asyncwith.CapacityLimiter;
import dev.asyncwith.ResourcePool;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.docs.Docs;
import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What docs/pool.md shows is compiled and run. */
@Timeout(60)
class PoolPageTest {
  private final Trail trail = new Trail();
  private final AtomicInteger downloads = new AtomicInteger();

  private void download(String uri) {
    downloads.incrementAndGet();
  }

  // docs: limiter
  void downloadAll(List<String> uris) throws InterruptedException {
    var limiter = CapacityLimiter.of(10);
    with(TaskGroup.create())
        .run(
            tasks -> {
              for (String uri : uris) {
                tasks.fork(() -> with(limiter).run(() -> download(uri)));
              }
            });
  }

  // end

  // docs: pool
  void sendAll(List<String> messages) throws InterruptedException {
    var connections =
        ResourcePool.of(
            CapacityLimiter.of(10),
            () -> trail.manager("connection"),
            c ->
                c.withName("connections")
                    .withHealthCheck(connection -> !connection.isEmpty())
                    .withMaxIdle(Duration.ofMinutes(5))
                    .withBrokenBy(failure -> failure instanceof IOException));
    with(connections)
        .run(
            pool -> {
              for (String message : messages) {
                with(pool.acquire()).run(connection -> trail.add(message + " by " + connection));
              }
            });
  }

  // end

  @Test
  void allCodeIsCompiled() {
    Docs.assertCodeIsCompiled("pool.md", 2);
  }

  @Test
  void theLimiterLetsAllThrough() throws Exception {
    downloadAll(List.of("a", "b", "c"));
    assertThat(downloads).hasValue(3);
  }

  @Test
  void thePoolSendsAllByOneConnection() throws Exception {
    sendAll(List.of("hello", "bye"));
    trail.assertSteps(
        "enter connection",
        "hello by connection",
        "bye by connection",
        "exit connection: succeeded");
  }
}
