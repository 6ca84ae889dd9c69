package dev.asyncwith.http;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class ErrorsTest {
  private static final String HEAD = "HTTP/1.1 200 OK\r\n";

  private LoopbackServer server;

  @BeforeEach
  void start() throws IOException {
    server = LoopbackServer.start().on("/good", "good");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private Throwable failureOf(String url) {
    return catchThrowable(
        () ->
            with(ClientSession.create())
                .run(session -> with(session.get(url)).run(response -> response.bytes())));
  }

  @Test
  void namesTheHostThatIsUnknown() {
    assertThat(failureOf("http://no-such-host.invalid/x"))
        .isInstanceOf(ClientConnectorException.class)
        .hasMessage(
            "GET http://no-such-host.invalid/x was not sent: the host no-such-host.invalid is"
                + " unknown; check its name, and the name server")
        .hasCauseInstanceOf(java.net.UnknownHostException.class);
  }

  @Test
  void namesHostAndPortThatRefuse() throws IOException {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertThat(failureOf("http://localhost:" + port + "/"))
        .isInstanceOf(ClientConnectorException.class)
        .hasMessageStartingWith(
            "GET http://localhost:%d/ was not sent: localhost:%d refused the connection"
                .formatted(port, port))
        .hasMessageEndingWith("check host and port, and that the server runs");
  }

  static Stream<Arguments> answersThatAreNone() {
    return Stream.of(
        arguments("nothing", ""),
        arguments("half a status line", "HTTP/1.1 20"),
        arguments("half the headers", HEAD + "Content-Length: 5\r\nX-Ha"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answersThatAreNone")
  void asksTwiceWhereTheServerDisconnects(String name, String answer) {
    server.on(
        "/",
        (_, link) -> {
          link.write(answer);
          link.close();
        });
    assertThat(failureOf(server.url("/")))
        .isInstanceOf(ServerDisconnectedException.class)
        .hasMessageStartingWith(
            "GET %s was not answered: localhost:%d closed the connection"
                .formatted(server.url("/"), server.port()));
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void isAnsweredTheSecondTime() throws Exception {
    server.on(
        "/",
        (_, link) -> {
          if (server.requests().size() == 1) {
            link.reset();
          } else {
            link.respond("200 OK", "second");
          }
        });
    String text =
        with(ClientSession.create())
            .call(session -> with(session.get(server.url("/"))).call(r -> r.text()));
    assertThat(text).isEqualTo("second");
  }

  @Test
  void asksOnceWhereASecondTimeCouldDoHarm() {
    server.on("/", (_, link) -> link.close());
    assertThatThrownBy(
            () ->
                with(ClientSession.create())
                    .run(session -> with(session.post(server.url("/"))).run(r -> r.bytes())))
        .isInstanceOf(ServerDisconnectedException.class);
    assertThat(server.requests()).hasSize(1);
  }

  static Stream<Arguments> bodiesThatBreak() {
    return Stream.of(
        arguments("short of its length", HEAD + "Content-Length: 5\r\n\r\nabc"),
        arguments("half a chunk", HEAD + "Transfer-Encoding: chunked\r\n\r\n5\r\nabc"),
        arguments("no last chunk", HEAD + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodiesThatBreak")
  void saysHowFarTheBodyCame(String name, String answer) {
    server.on(
        "/",
        (_, link) -> {
          link.write(answer);
          link.close();
        });
    assertThat(failureOf(server.url("/")))
        .isInstanceOf(ClientPayloadException.class)
        .hasMessageStartingWith("the body of GET %s broke off after".formatted(server.url("/")));
    assertThat(server.requests()).as("no second try after an answer").hasSize(1);
  }

  static Stream<Arguments> answersOfNoHttp() {
    return Stream.of(
        arguments("another protocol", "220 mail.example ESMTP ready\r\n"),
        arguments("TLS", "\u0015\u0003\u0001\u0000\u0002\u0002\u0050"),
        arguments("a status that is no number", "HTTP/1.1 abc OK\r\n\r\n"),
        arguments("a head without end", HEAD + "X: " + "x".repeat(100_000)),
        arguments("two lengths", HEAD + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answersOfNoHttp")
  void saysThatTheAnswerIsNoHttp(String name, String answer) {
    server.on("/", (_, link) -> link.write(answer));
    assertThat(failureOf(server.url("/")))
        .isExactlyInstanceOf(ClientException.class)
        .hasMessageStartingWith(
            "GET %s was answered by localhost:%d with what is no HTTP/1.1"
                .formatted(server.url("/"), server.port()));
  }

  @Test
  void refusesChunksAndGzipThatAreNone() {
    server
        .on("/chunk", (_, link) -> link.write(HEAD + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"))
        .on("/gzip", (_, link) -> link.respond("200 OK\r\nContent-Encoding: gzip", "no gzip"));
    for (String path : new String[] {"/chunk", "/gzip"}) {
      assertThat(failureOf(server.url(path)))
          .as(path)
          .isInstanceOf(ClientException.class)
          .hasMessageContaining(server.url(path));
    }
  }

  @Test
  void sendsNothingOfAClosedSession() throws Exception {
    ClientSession session = with(ClientSession.create()).call(s -> s);
    assertThat(session.isClosed()).isTrue();
    assertThatThrownBy(() -> session.get(server.url("/good")).open())
        .isInstanceOf(ClientConnectionException.class)
        .hasMessageMatching(
            "ClientSession-\\d+ is closed, so GET http://localhost:\\d+/good was not sent:"
                + " send it inside the session's block");
    assertThat(server.accepted()).isZero();
  }

  @Test
  void leavesNoFileDescriptorOpenAfterAnyFailure() throws Exception {
    server
        .on("/gone", (_, link) -> link.close())
        .on("/garbage", (_, link) -> link.write("garbage\r\n\r\n"))
        .on("/reset", (_, link) -> link.reset())
        .on(
            "/short",
            (_, link) -> {
              link.write(HEAD + "Content-Length: 5\r\n\r\nabc");
              link.close();
            });
    with(ClientSession.create())
        .run(
            session -> {
              with(session.get(server.url("/good"))).run(r -> r.bytes());
              session.close();
            });
    assertThat(failureOf(server.url("/gone"))).isNotNull(); // all classes are loaded now
    server.awaitOpenAtMost(0);
    int before = descriptors();
    for (String path : new String[] {"/gone", "/garbage", "/reset", "/short", "/gone"}) {
      assertThat(failureOf(server.url(path))).as(path).isInstanceOf(ClientException.class);
      server.awaitOpenAtMost(0);
      while (descriptors() > before) { // the kernel's end of a close of the test's server
        Thread.yield();
      }
    }
  }

  private static int descriptors() {
    return Objects.requireNonNull(new File("/proc/self/fd").list()).length;
  }
}
