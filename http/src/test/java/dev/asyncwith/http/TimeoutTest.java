package dev.asyncwith.http;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimeoutTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  /** Long enough for an answer from a busy machine, which is not to be cut off. */
  private static final Duration LONGER = Duration.ofSeconds(4);

  private LoopbackServer server;

  @BeforeEach
  void start() throws IOException {
    server = LoopbackServer.start().on("/good", "good");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void coversTheWaitForTheHeaders() throws Exception {
    server.on("/", (_, link) -> link.awaitClose());
    with(ClientSession.create())
        .run(
            session -> {
              assertThatThrownBy(() -> session.get(server.url("/")).withTimeout(SHORT).open())
                  .isInstanceOf(ClientTimeoutException.class)
                  .hasMessage(
                      "GET %s took longer than its total timeout of 0.3s and was not answered:"
                              .formatted(server.url("/"))
                          + " give it more by withTimeout");
              server.awaitOpenAtMost(0); // the connection is closed while the session lives
              with(session.get(server.url("/good")))
                  .run(response -> assertThat(response.text()).isEqualTo("good"));
            });
  }

  @Test
  void coversTheReadingOfTheBody() throws Exception {
    server.on(
        "/",
        (_, link) -> {
          link.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
          link.awaitClose();
        });
    with(ClientSession.create().withTimeout(LONGER))
        .run(
            session ->
                with(session.get(server.url("/")))
                    .run(
                        response ->
                            assertThatThrownBy(response::text)
                                .isInstanceOf(ClientTimeoutException.class)
                                .hasMessageContaining(
                                    "4s while its body was read, of which 3 bytes came")));
    server.awaitOpenAtMost(0);
  }

  @Test
  void coversTheWaitForAConnection() throws Exception {
    server.on("/", (_, link) -> link.awaitClose());
    with(ClientSession.create().withConnectionsPerHost(1).withoutTimeout())
        .run(
            session -> {
              Thread first =
                  Thread.startVirtualThread(
                      () -> assertThatThrownBy(() -> session.get(server.url("/")).open()));
              server.awaitRequests(1);
              assertThatThrownBy(() -> session.get(server.url("/good")).withTimeout(SHORT).open())
                  .isInstanceOf(ClientTimeoutException.class);
              assertThat(server.accepted()).isOne();
              first.interrupt();
              first.join();
            });
    assertThat(server.requests()).as("the one in the queue was not sent").hasSize(1);
  }

  @Test
  void coversAllRedirectsTogether() throws Exception {
    server.on("/1", (_, link) -> link.respond("302 Found\r\nLocation: /2", ""));
    server.on("/2", (_, link) -> link.awaitClose());
    with(ClientSession.create())
        .run(
            session ->
                assertThatThrownBy(() -> session.get(server.url("/1")).withTimeout(SHORT).open())
                    .isInstanceOf(ClientTimeoutException.class)
                    .hasMessageContaining(server.url("/2")));
  }

  @Test
  void letsAnAnswerTakeItsTimeWithoutOne() throws Exception {
    server.on(
        "/",
        (_, link) -> {
          server.awaitRequests(2);
          link.respond("200 OK", "at last");
        });
    with(ClientSession.create().withTimeout(SHORT))
        .run(
            session -> {
              var answer = new java.util.concurrent.FutureTask<>(() -> textOf(session));
              Thread.startVirtualThread(answer);
              server.awaitRequests(1);
              server.on("/never", (_, link) -> link.awaitClose());
              assertThatThrownBy(() -> session.get(server.url("/never")).open())
                  .isInstanceOf(ClientTimeoutException.class); // after the session's timeout
              assertThat(answer.get()).isEqualTo("at last");
            });
  }

  private String textOf(ClientSession session) throws Exception {
    return with(session.get(server.url("/")).withoutTimeout()).call(response -> response.text());
  }

  @Test
  void concernsNoResponseThatHasCome() throws Exception {
    server.on("/never", (_, link) -> link.awaitClose());
    with(ClientSession.create())
        .run(
            session -> {
              try (var kept = session.get(server.url("/good")).withTimeout(LONGER).open()) {
                assertThat(kept.text()).isEqualTo("good");
                assertThatThrownBy(
                        () -> session.get(server.url("/never")).withTimeout(LONGER).open())
                    .isInstanceOf(ClientTimeoutException.class); // that of kept is over too
                assertThat(kept.text()).isEqualTo("good");
              }
            });
  }

  @Test
  void refusesALimitThatIsNone() {
    assertThatThrownBy(() -> ClientSession.create().withTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the total timeout is not positive: PT0S; withoutTimeout() sets none");
    var far = ClientSession.create().withTimeout(Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(far.describe()).isEqualTo("ClientSession.create()");
  }

  @Test
  void takesALimitBeyondAllClocks() throws Exception {
    with(ClientSession.create().withTimeout(Duration.ofSeconds(Long.MAX_VALUE)))
        .run(
            session ->
                with(session.get(server.url("/good")))
                    .run(response -> assertThat(response.text()).isEqualTo("good")));
  }
}
