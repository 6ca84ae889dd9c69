package dev.asyncwith.cli;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import dev.asyncwith.AsyncGuard;
import dev.asyncwith.AsyncLock;
import dev.asyncwith.Outcome;
import dev.asyncwith.Runner;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.Tracking;
import dev.asyncwith.files.AsyncFiles;
import dev.asyncwith.http.ClientResponse;
import dev.asyncwith.http.ClientSession;
import dev.asyncwith.testing.BlockedTasks;
import dev.asyncwith.testing.ExpectLeaks;
import dev.asyncwith.testing.LeakCheck;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import jdk.jfr.Configuration;
import jdk.jfr.EventType;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All events of all modules, by the settings file of the library, read back from a stream. */
@LeakCheck(descriptors = false) // the stream keeps files of the recorder
@Timeout(120)
class FlightRecorderTest {
  @TempDir Path folder;
  private final Map<String, RecordedEvent> seen = new ConcurrentHashMap<>();

  private static Map<String, String> settings() throws Exception {
    try (var stream = Tracking.class.getResourceAsStream("/META-INF/jfr/asyncwith.jfc")) {
      return new HashMap<>(
          Configuration.create(new InputStreamReader(stream, StandardCharsets.UTF_8))
              .getSettings());
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private void record(Map<String, String> settings, Work work) throws Exception {
    try (var stream = new RecordingStream()) {
      stream.setSettings(settings);
      stream.onEvent(event -> seen.putIfAbsent(event.getEventType().getName(), event));
      stream.startAsync();
      work.run();
      stream.stop(); // when all events have been read
    }
  }

  /** Ends when the interrupt at the end of its time comes. */
  private record Slow(CountDownLatch never) implements AsyncGuard<InterruptedException> {
    @Override
    public Void enter() {
      return null;
    }

    @Override
    public boolean exit(Outcome outcome) throws InterruptedException {
      never.await();
      return false;
    }
  }

  private void oneOfEach() throws Exception {
    var lock = AsyncLock.of("recorded");
    lock.acquire();
    with(TaskGroup.create())
        .run(
            tasks -> {
              tasks.fork("waits", () -> with(lock).run(() -> {}));
              BlockedTasks.await(lock, 1);
              lock.release();
            });
    with(AsyncFiles.open(folder.resolve("recorded.txt"), "w")).run(file -> file.write("x"));
    fetch();
    catchThrowable(
        () -> with(new Slow(new CountDownLatch(1)).exitWithin(Duration.ofMillis(1))).run(() -> {}));
    Runner.create().run(() -> Tracking.opened(new Object(), "left open"));
  }

  private static void fetch() throws IOException, InterruptedException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://localhost:" + server.getAddress().getPort() + "/";
      with(ClientSession.create()).run(session -> with(session.get(url)).run(ClientResponse::text));
    } finally {
      server.stop(0);
    }
  }

  @Test
  @ExpectLeaks("one of the events is that of a leak")
  void eachEventIsReadBackWithNamesAndUnits() throws Exception {
    Map<String, String> settings = settings();
    settings.replaceAll((name, value) -> name.endsWith("#threshold") ? "0 ns" : value);
    record(settings, this::oneOfEach);

    assertThat(seen.keySet())
        .containsExactlyInAnyOrder(
            "dev.asyncwith.Scope",
            "dev.asyncwith.Task",
            "dev.asyncwith.LockWait",
            "dev.asyncwith.ExitOverrun",
            "dev.asyncwith.Leak",
            "dev.asyncwith.HttpRequest",
            "dev.asyncwith.FileOperation");
    for (RecordedEvent event : seen.values()) {
      EventType type = event.getEventType();
      assertThat(type.getLabel()).isNotBlank().isNotEqualTo(type.getName());
      assertThat(type.getDescription()).isNotBlank();
      assertThat(type.getCategoryNames().getFirst()).isEqualTo("AsyncWith");
      List<ValueDescriptor> own = type.getFields();
      assertThat(own).allMatch(field -> field.getLabel() != null && !field.getLabel().isBlank());
    }
    assertThat(contentTypeOf("dev.asyncwith.ExitOverrun", "budget")).isEqualTo("jdk.jfr.Timespan");
    assertThat(contentTypeOf("dev.asyncwith.Leak", "age")).isEqualTo("jdk.jfr.Timespan");
    assertThat(contentTypeOf("dev.asyncwith.FileOperation", "bytes"))
        .isEqualTo("jdk.jfr.DataAmount");
    assertThat(seen.get("dev.asyncwith.HttpRequest").getInt("status")).isEqualTo(204);
    assertThat(seen.get("dev.asyncwith.LockWait").getString("lock"))
        .startsWith("AsyncLock(recorded)");
    assertThat(seen.get("dev.asyncwith.Leak").getString("name")).isEqualTo("left open");
  }

  private String contentTypeOf(String event, String field) {
    return seen.get(event).getEventType().getField(field).getContentType();
  }

  @Test
  void whatIsFasterThanTheThresholdsOfTheFileIsLeftOut() throws Exception {
    Map<String, String> settings = settings();
    settings.replaceAll((name, value) -> name.endsWith("#threshold") ? "1 h" : value);
    record(settings, () -> with(AsyncFiles.open(folder.resolve("fast.txt"), "w")).run(_ -> {}));
    assertThat(seen).isEmpty();
    assertThat(settings())
        .containsEntry("dev.asyncwith.Scope#threshold", "20 ms")
        .containsEntry("dev.asyncwith.LockWait#threshold", "10 ms")
        .containsEntry("dev.asyncwith.FileOperation#threshold", "20 ms");
  }
}
