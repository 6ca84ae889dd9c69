package dev.asyncwith.http;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.With1;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ResponseTest {
  private static final String JAPANESE = "\u6771\u4eac\u30bf\u30ef\u30fc";

  private LoopbackServer server;

  @BeforeEach
  void start() throws IOException {
    server = LoopbackServer.start();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private <R> R get(String path, With1.Body<ClientResponse, R, Exception> body) throws Exception {
    return with(ClientSession.create())
        .call(session -> with(session.get(server.url(path))).<R, Exception>call(body));
  }

  private String text(String path) throws Exception {
    return get(path, ClientResponse::text);
  }

  private void answer(String path, String head, byte[] body) {
    server.on(path, (_, link) -> link.respond(head, body));
  }

  @Test
  void givesStatusHeadersAndText() throws Exception {
    answer(
        "/",
        "200 Very Well\r\nContent-Type: Text/HTML; charset=utf-8\r\nX-Two: a\r\nx-two: b",
        "hello".getBytes(StandardCharsets.UTF_8));
    get(
        "/",
        response -> {
          assertThat(response.status()).isEqualTo(200);
          assertThat(response.reason()).isEqualTo("Very Well");
          assertThat(response.ok()).isTrue();
          assertThat(response.method()).isEqualTo("GET");
          assertThat(response.uri()).isEqualTo(URI.create(server.url("/")));
          assertThat(response.contentType()).isEqualTo("text/html");
          assertThat(response.header("x-TWO")).isEqualTo("a");
          assertThat(response.headers().all("X-Two")).containsExactly("a", "b");
          assertThat(response.header("absent")).isNull();
          assertThat(response.raiseForStatus()).isSameAs(response);
          assertThat(response).hasToString("GET " + server.url("/") + " 200 Very Well");
          return assertThat(response.text()).isEqualTo("hello");
        });
  }

  @Test
  void keepsTheBodySoThatItCanBeReadInEachForm() throws Exception {
    byte[] json = "{\"a\": [1, 2.5, true, null]}".getBytes(StandardCharsets.UTF_8);
    answer("/", "200 OK\r\nContent-Type: application/json", json);
    get(
        "/",
        response -> {
          assertThat(response.text()).isEqualTo("{\"a\": [1, 2.5, true, null]}");
          assertThat(response.json()).isEqualTo(Map.of("a", Arrays.asList(1L, 2.5, true, null)));
          response.bytes()[0] = 'x';
          assertThat(response.bytes()).isEqualTo(json);
          return response.json(text -> text.length());
        });
  }

  @ParameterizedTest
  @CsvSource({
    "Shift_JIS, Shift_JIS",
    "EUC-JP, EUC-JP",
    "ISO-2022-JP, iso-2022-jp",
    "UTF-16BE, utf-16be",
    "UTF-8, UTF-8"
  })
  void decodesByTheCharsetOfTheContentType(String charset, String named) throws Exception {
    answer(
        "/",
        "200 OK\r\nContent-Type: text/plain; charset=\"" + named + "\"",
        JAPANESE.getBytes(charset));
    assertThat(text("/")).isEqualTo(JAPANESE);
    assertThat((Object) get("/", ClientResponse::charset)).isEqualTo(Charset.forName(charset));
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain",
    "text/plain; charset=martian",
    "text/plain; charset=",
    "application/json",
  })
  void decodesByUtf8WhereNoKnownCharsetIsNamed(String type) throws Exception {
    answer("/", "200 OK\r\nContent-Type: " + type, JAPANESE.getBytes(StandardCharsets.UTF_8));
    assertThat(text("/")).isEqualTo(JAPANESE);
  }

  @Test
  void refusesBytesThatAreNotOfTheCharset() throws Exception {
    answer("/", "200 OK\r\nContent-Type: text/plain", "caf\u00e9!".getBytes("ISO-8859-1"));
    get(
        "/",
        response -> {
          assertThatThrownBy(response::text)
              .isInstanceOf(ClientPayloadException.class)
              .hasMessage(
                  "the body of GET %s is not UTF-8 at byte 3; its content type says \"text/plain\":"
                          .formatted(server.url("/"))
                      + " name the right charset by text(charset), or take the bytes()");
          return assertThat(response.text(StandardCharsets.ISO_8859_1)).isEqualTo("caf\u00e9!");
        });
  }

  @Test
  void readsABodyInChunks() throws Exception {
    server.on(
        "/",
        (_, link) ->
            link.write(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n"));
    assertThat(text("/")).isEqualTo("abcde");
  }

  @Test
  void readsABodyThatEndsWithTheConnection() throws Exception {
    server.on(
        "/",
        (_, link) -> {
          link.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end");
          link.close();
        });
    assertThat(text("/")).isEqualTo("to the end");
  }

  @Test
  void decompressesGzip() throws Exception {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write("unpacked".getBytes(StandardCharsets.UTF_8));
    }
    answer("/", "200 OK\r\nContent-Encoding: gzip", packed.toByteArray());
    assertThat(text("/")).isEqualTo("unpacked");
    assertThat(server.lastRequest().headers().get("accept-encoding")).isEqualTo("gzip");
  }

  @Test
  void readsAHugeBodyOnlyWhenItIsAskedFor() throws Exception {
    byte[] part = new byte[1 << 20];
    Arrays.fill(part, (byte) 7);
    var written = new CountDownLatch(1);
    server.on(
        "/",
        (_, link) -> {
          link.write("HTTP/1.1 200 OK\r\nContent-Length: " + 64L * part.length + "\r\n\r\n");
          for (int i = 0; i < 64; i++) {
            link.write(part);
          }
          written.countDown();
        });
    get(
        "/",
        response -> {
          assertThat(written.getCount()).as("64 MiB wait in the network").isOne();
          byte[] body = response.bytes();
          assertThat(body).hasSize(64 * part.length);
          assertThat(body[body.length - 1]).isEqualTo((byte) 7);
          return response;
        });
  }

  @Test
  void givesTheHeadersBeforeTheBodyHasCome() throws Exception {
    var seen = new CountDownLatch(1);
    server.on(
        "/",
        (_, link) -> {
          link.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
          seen.await();
          link.write("late");
        });
    String text =
        get(
            "/",
            response -> {
              seen.countDown();
              return response.text();
            });
    assertThat(text).isEqualTo("late");
  }

  @Test
  void givesAnEmptyBodyAsEmpty() throws Exception {
    server.on("/", (_, link) -> link.write("HTTP/1.1 204 No Content\r\n\r\n"));
    assertThat(get("/", ClientResponse::bytes)).isEmpty();
    assertThat(text("/")).isEmpty();
    assertThat(get("/", ClientResponse::contentType)).isEqualTo("application/octet-stream");
  }

  @Test
  void raisesForAStatusAndLeavesTheBodyToBeRead() throws Exception {
    get(
        "/missing",
        response -> {
          assertThat(response.ok()).isFalse();
          assertThatThrownBy(response::raiseForStatus)
              .isInstanceOfSatisfying(
                  ClientResponseException.class,
                  e -> {
                    assertThat(e)
                        .hasMessage(
                            "GET " + server.url("/missing") + " was answered by 404 Not Found");
                    assertThat(e.status()).isEqualTo(404);
                    assertThat(e.method()).isEqualTo("GET");
                    assertThat(e.uri()).isEqualTo(URI.create(server.url("/missing")));
                    assertThat(e.headers().get("content-type")).isEqualTo("text/plain");
                  });
          return assertThat(response.text()).isEqualTo("no /missing");
        });
  }

  @Test
  void takesJsonOnlyUnderAContentTypeOfJson() throws Exception {
    byte[] json = "[12345678901234567890]".getBytes(StandardCharsets.UTF_8);
    answer("/text", "200 OK\r\nContent-Type: text/plain", json);
    answer("/problem", "200 OK\r\nContent-Type: application/problem+json", json);
    answer("/none", "200 OK", json);
    var expected = List.of(new BigInteger("12345678901234567890"));
    assertThat(this.<Object>get("/problem", r -> r.json())).isEqualTo(expected);
    assertThat(this.<Object>get("/text", r -> r.json("text/plain"))).isEqualTo(expected);
    assertThat(this.<Object>get("/none", r -> r.json("*/*"))).isEqualTo(expected);
    assertThatThrownBy(() -> get("/text", r -> r.json()))
        .isInstanceOf(ContentTypeException.class)
        .hasMessage(
            "the body of GET %s (status 200) is of text/plain and not of application/json:"
                    .formatted(server.url("/text"))
                + " read its text(), or expect it by json(\"text/plain\")");
    assertThatThrownBy(() -> get("/none", r -> r.<Integer, IOException>json(String::length)))
        .isInstanceOf(ContentTypeException.class);
  }

  @Test
  void namesTheUrlOfABodyThatIsNoJson() {
    answer("/", "200 OK\r\nContent-Type: application/json", "{\"a\":".getBytes());
    assertThatThrownBy(() -> get("/", r -> r.json()))
        .isInstanceOf(ClientPayloadException.class)
        .hasMessage(
            "the body of GET %s is no JSON: a value is missing (line 1, column 6)"
                .formatted(server.url("/")));
  }

  @Test
  void letsTheDecodersOwnExceptionThrough() {
    answer("/", "200 OK\r\nContent-Type: application/json", "{}".getBytes());
    var broken = new java.text.ParseException("not mine", 0);
    assertThatThrownBy(
            () ->
                get(
                    "/",
                    response ->
                        response.json(
                            _ -> {
                              throw broken;
                            })))
        .isSameAs(broken);
  }

  @Test
  void refusesToReadAfterTheClose() throws Exception {
    server.on("/", "hello");
    ClientResponse unread = get("/", response -> response);
    assertThatThrownBy(unread::text)
        .isInstanceOf(ClientConnectionException.class)
        .hasMessage(
            "the response of GET %s was closed before its body was read: read it inside its block"
                .formatted(server.url("/")));
    ClientResponse read =
        get(
            "/",
            response -> {
              response.text();
              return response;
            });
    assertThat(read.text()).isEqualTo("hello");
    read.close();
    assertThat(read.text()).isEqualTo("hello");
  }

  @ParameterizedTest
  @CsvSource({"401, WWW-Authenticate", "407, Proxy-Authenticate"})
  void givesARefusalAsItIs(int status, String header) throws Exception {
    String body = "no".repeat(100_000);
    answer("/", status + " No\r\n" + header + ": Basic realm=\"x\"", body.getBytes());
    assertThat(text("/")).isEqualTo(body);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void unpacksNothingOfAnEmptyBody() throws Exception {
    server.on(
        "/",
        (_, link) ->
            link.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n"));
    with(ClientSession.create())
        .run(
            session ->
                with(session.head(server.url("/")))
                    .run(response -> assertThat(response.bytes()).isEmpty()));
  }

  @Test
  void takesNothingForAnAnswerThatCameUnasked() throws Exception {
    server.on("/", "good");
    server.on(
        "/surplus",
        (_, link) ->
            link.write(
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"
                    + "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad"));
    with(ClientSession.create())
        .run(
            session -> {
              for (int i = 0; i < 10; i++) {
                with(session.get(server.url("/surplus")))
                    .run(response -> assertThat(response.text()).isEqualTo("a"));
                with(session.get(server.url("/")))
                    .run(response -> assertThat(response.text()).isEqualTo("good"));
              }
            });
  }

  @Test
  void readsPastAnInterimAnswer() throws Exception {
    server.on(
        "/",
        (_, link) -> {
          link.write("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
          link.respond("200 OK", "final");
        });
    assertThat(text("/")).isEqualTo("final");
  }
}
