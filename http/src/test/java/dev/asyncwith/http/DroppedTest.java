package dev.asyncwith.http;

import static dev.asyncwith.AsyncWith.checkpoint;
import static dev.asyncwith.AsyncWith.resource;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asyncwith.AsyncResource;
import dev.asyncwith.Scopes;
import dev.asyncwith.Tracking;
import dev.asyncwith.testing.ExpectLeaks;
import dev.asyncwith.testing.LeakCheck;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A session or response that is dropped unclosed is told of once, whoever does it, and closed. */
@LeakCheck
@Timeout(60)
class DroppedTest {
  private final Tracking.Mode before = Tracking.mode();
  private final Logger logger = Logger.getLogger("dev.asyncwith"); // and of what is below it
  private final Handler handler = new Told();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private LoopbackServer server;

  private final class Told extends Handler {
    @Override
    public void publish(LogRecord logged) {
      told.add(logged.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private interface Drop {
    void run() throws Exception;
  }

  @BeforeEach
  void start() throws IOException {
    server = LoopbackServer.start().on("/", "hello").on("/endless", (_, link) -> endless(link));
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
  }

  private static void endless(LoopbackServer.Link link) throws IOException {
    link.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
    link.awaitClose();
  }

  @AfterEach
  void stop() throws IOException {
    Tracking.enable(before);
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
    server.close();
  }

  private void dropAResponse(ClientSession session) throws Exception {
    var _ = session.get(server.url("/endless")).open();
  }

  private void dropASession() throws Exception {
    ClientSession session = ClientSession.create().open();
    with(session.get(server.url("/"))).run(ClientResponse::text);
  }

  /** A resource that loses what it opens by hand in its enter. */
  private static AsyncResource<AutoCloseable, Exception> loses(Drop drop) {
    return resource(
        "loser",
        () -> {
          drop.run();
          return () -> {};
        },
        AutoCloseable::close);
  }

  /** The client tells before it closes, so that all it has to tell has been told after this. */
  private void awaitToldAndClosed() throws InterruptedException {
    while (told.isEmpty()) {
      System.gc();
      checkpoint(); // where the time of a test that is told nothing ends it
    }
    server.awaitOpenAtMost(0);
  }

  private static void assertUnknownToTracking(String part) {
    assertThat(Scopes.open()).noneMatch(scope -> scope.name().contains(part));
  }

  @ParameterizedTest
  @EnumSource(Tracking.Mode.class)
  void aResponseThatAnotherResourceLosesIsToldOnce(Tracking.Mode mode) throws Exception {
    Tracking.enable(mode);
    with(ClientSession.create())
        .run(
            session ->
                with(loses(() -> dropAResponse(session)))
                    .run(
                        _ -> {
                          assertUnknownToTracking("the response of ");
                          awaitToldAndClosed();
                        }));
    assertThat(told)
        .containsExactly(
            "the response of GET %s was opened and never closed: did you forget to close it?"
                .formatted(server.url("/endless")));
  }

  @ParameterizedTest
  @EnumSource(Tracking.Mode.class)
  void aSessionThatAnotherResourceLosesIsToldOnce(Tracking.Mode mode) throws Exception {
    Tracking.enable(mode);
    with(loses(this::dropASession))
        .run(
            _ -> {
              assertUnknownToTracking("ClientSession-");
              awaitToldAndClosed();
            });
    assertThat(told).hasSize(1);
    assertThat(told.getFirst())
        .matches("ClientSession-\\d+ was opened and never closed: did you forget to close it\\?");
  }

  @ParameterizedTest
  @EnumSource(names = {"COUNTS", "STACKS"})
  @ExpectLeaks("it is about a response that is dropped")
  void whatTrackingKnowsIsToldByItAlone(Tracking.Mode mode) throws Exception {
    Tracking.enable(mode);
    dropAndAwait();
    assertThat(told).hasSize(1);
    assertThat(told.getFirst())
        .startsWith("the response of GET " + server.url("/endless") + ", opened by ")
        .contains("was dropped without having been closed");
  }

  @Test
  void whileTrackingIsOffTheClientTells() throws Exception {
    Tracking.enable(Tracking.Mode.OFF);
    dropAndAwait();
    assertThat(told).hasSize(1);
    assertThat(told.getFirst()).contains("was opened and never closed");
  }

  private void dropAndAwait() throws Exception {
    with(ClientSession.create())
        .run(
            session -> {
              dropAResponse(session);
              awaitToldAndClosed();
            });
  }
}
