package dev.asyncwith.http;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncExitStack;
import dev.asyncwith.Leak;
import dev.asyncwith.Scopes;
import dev.asyncwith.Tracking;
import dev.asyncwith.testing.ExpectLeaks;
import dev.asyncwith.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What tracking and a recording know of sessions and responses. */
@LeakCheck
@Timeout(60)
class TrackedResponseTest {
  @TempDir Path folder;
  private LoopbackServer server;

  @BeforeEach
  void start() throws IOException {
    server = LoopbackServer.start().on("/", "hello");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private static List<String> seen() {
    return Scopes.open().stream().map(scope -> scope.kind() + " " + scope.name()).sorted().toList();
  }

  @Test
  void sessionAndResponseByHandAreOpenUntilTheyAreClosed() throws Exception {
    ClientSession session = ClientSession.create().open();
    ClientResponse response = session.get(server.url("/")).open();
    assertThat(seen())
        .containsExactly(
            "BY_HAND " + session.toString().replaceAll(" .*", ""),
            "BY_HAND the response of GET " + server.url("/"));
    response.close();
    session.close();
    assertThat(seen()).isEmpty();
  }

  @Test
  void inABlockOrAStackTheyAreOpenOnce() throws Exception {
    with(ClientSession.create())
        .run(
            session -> {
              with(session.get(server.url("/")))
                  .run(
                      _ ->
                          assertThat(seen())
                              .containsExactly(
                                  "MANAGER ClientSession.create()",
                                  "MANAGER GET " + server.url("/")));
              with(AsyncExitStack.create())
                  .run(
                      stack -> {
                        stack.enter(session.get(server.url("/")));
                        assertThat(seen()).hasSize(3).contains("MANAGER GET " + server.url("/"));
                      });
            });
    assertThat(seen()).isEmpty();
  }

  @Test
  @ExpectLeaks("it is about a response that is dropped")
  void aDroppedResponseIsToldOnceAndClosed() throws Exception {
    List<Leak> told = Collections.synchronizedList(new ArrayList<>());
    Runnable remove = Tracking.onLeak(told::add);
    try {
      with(ClientSession.create())
          .run(
              session -> {
                drop(session);
                while (told.isEmpty()) {
                  System.gc();
                  Thread.onSpinWait();
                }
              });
      server.awaitOpenAtMost(0);
    } finally {
      remove.run();
    }
    assertThat(told).extracting(Leak::trigger).containsExactly(Leak.Trigger.GARBAGE);
    assertThat(told.getFirst().message())
        .contains(
            "the response of GET " + server.url("/"), "was dropped without having been closed");
  }

  private void drop(ClientSession session) throws Exception {
    var _ = session.get(server.url("/")).open();
  }

  @Test
  void aRequestIsRecordedWithoutItsSecrets() throws Exception {
    List<RecordedEvent> events;
    try (var recording = new Recording()) {
      recording.enable("dev.asyncwith.HttpRequest");
      recording.start();
      with(ClientSession.create())
          .run(
              session -> {
                String url = server.url("/").replace("://", "://me:pass@") + "?key=secret#part";
                with(session.get(url)).run(ClientResponse::text);
                assertThatThrownBy(() -> session.get("http://127.0.0.1:1/").open())
                    .isInstanceOf(ClientConnectorException.class);
              });
      recording.stop();
      Path dump = folder.resolve("http.jfr");
      recording.dump(dump);
      events = new ArrayList<>(RecordingFile.readAllEvents(dump));
    }
    events.removeIf(e -> !e.getEventType().getName().equals("dev.asyncwith.HttpRequest"));
    assertThat(events.toString()).doesNotContain("secret", "pass");
    events.sort(Comparator.comparing(RecordedEvent::getStartTime));
    assertThat(events)
        .extracting(
            e -> e.getString("method") + " " + e.getString("url") + " " + e.getInt("status"))
        .containsExactly("GET " + server.url("/") + " 200", "GET http://127.0.0.1:1/ 0");
    assertThat(events.getLast().getString("failure"))
        .isEqualTo(ClientConnectorException.class.getName());
    assertThat(events.getFirst().getInt("redirects")).isZero();
  }
}
