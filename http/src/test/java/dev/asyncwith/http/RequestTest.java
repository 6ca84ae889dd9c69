package dev.asyncwith.http;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RequestTest {
  private LoopbackServer server;
  private ClientSession session;

  @BeforeEach
  void start() throws Exception {
    server = LoopbackServer.start().on("/", "hello");
    session = ClientSession.create().withHeader("X-Session", "s").open();
  }

  @AfterEach
  void stop() throws IOException {
    session.close();
    server.close();
  }

  private LoopbackServer.Received send(ClientRequest request) throws Exception {
    with(request).run(response -> response.bytes());
    return server.lastRequest();
  }

  @Test
  void sendsTheMethodOfItsName() throws Exception {
    String url = server.url("/");
    URI uri = URI.create(url);
    for (ClientRequest request :
        List.of(
            session.get(url), session.get(uri),
            session.post(url), session.post(uri),
            session.put(url), session.put(uri),
            session.delete(url), session.delete(uri),
            session.request("PATCH", url), session.request("PATCH", uri))) {
      send(request);
    }
    assertThat(server.requests().stream().map(LoopbackServer.Received::method))
        .containsExactly(
            "GET", "GET", "POST", "POST", "PUT", "PUT", "DELETE", "DELETE", "PATCH", "PATCH");
    assertThat(session.get(url)).hasToString("GET " + url);
  }

  @Test
  void takesTheHeadOfAResponseToHead() throws Exception {
    server.on("/", (_, link) -> link.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"));
    with(session.head(server.url("/")))
        .run(
            response -> {
              assertThat(response.header("content-length")).isEqualTo("9");
              assertThat(response.bytes()).isEmpty();
            });
    with(session.head(URI.create(server.url("/")))).run(r -> assertThat(r.status()).isEqualTo(200));
    assertThat(server.accepted()).isOne();
  }

  @Test
  void sendsTheSessionsHeadersAndItsOwn() throws Exception {
    Headers sent =
        send(session.get(server.url("/")).withHeader("x-one", "1").withHeader("X-ONE", "2"))
            .headers();
    assertThat(sent.all("X-One")).containsExactly("2");
    assertThat(sent.get("X-Session")).isEqualTo("s");
    assertThat(sent.get("Host")).isEqualTo("localhost:" + server.port());
    assertThat(sent.get("Accept")).isEqualTo("*/*");
    assertThat(sent.get("User-Agent")).isEqualTo("asyncwith-http");
    Headers replaced =
        send(session
                .get(server.url("/"))
                .withHeader("x-session", "own")
                .withHeader("user-agent", "me"))
            .headers();
    assertThat(replaced.all("X-Session")).containsExactly("own");
    assertThat(replaced.all("User-Agent")).containsExactly("me");
  }

  @Test
  void changesNoRequestThatWasMadeBefore() throws Exception {
    ClientRequest plain = session.post(server.url("/"));
    var _ = plain.withHeader("X-Other", "x").withBody("other");
    LoopbackServer.Received sent = send(plain);
    assertThat(sent.headers().contains("X-Other")).isFalse();
    assertThat(sent.body()).isEmpty();
    assertThat(sent.headers().get("Content-Length")).isEqualTo("0");
  }

  @Test
  void sendsTextBytesAndJson() throws Exception {
    ClientRequest post = session.post(server.url("/"));
    LoopbackServer.Received text = send(post.withBody("\u00e9"));
    assertThat(text.headers().get("content-type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(text.text()).isEqualTo("\u00e9");

    LoopbackServer.Received latin = send(post.withBody("\u00e9", "text/x; charset=iso-8859-1"));
    assertThat(latin.headers().get("content-type")).isEqualTo("text/x; charset=iso-8859-1");
    assertThat(latin.body()).containsExactly(0xe9);

    byte[] bytes = {1, 2, 3};
    ClientRequest binary = post.withBody(bytes);
    bytes[0] = 9;
    LoopbackServer.Received raw = send(binary);
    assertThat(raw.headers().get("content-type")).isEqualTo("application/octet-stream");
    assertThat(raw.body()).containsExactly(1, 2, 3);
    assertThat(send(binary).body()).as("sent again").containsExactly(1, 2, 3);

    LoopbackServer.Received json = send(post.withJson(Map.of("a", List.of(1, "\u65e5"))));
    assertThat(json.headers().get("content-type")).isEqualTo("application/json");
    assertThat(json.text()).isEqualTo("{\"a\":[1,\"\\u65e5\"]}");

    Headers own = send(post.withJson(null).withHeader("Content-Type", "text/own")).headers();
    assertThat(own.all("content-type")).containsExactly("text/own");
  }

  @Test
  void sendsALongBody() throws Exception {
    server.on("/", (request, link) -> link.respond("200 OK", request.body()));
    byte[] body = new byte[8 << 20];
    java.util.Arrays.fill(body, (byte) 'x');
    byte[] echo =
        with(session.put(server.url("/")).withBody(body)).call(response -> response.bytes());
    assertThat(echo).isEqualTo(body);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "X Y", "X:", "X\r\nY", "\u00e9"})
  void refusesAHeaderNameThatWouldBreakTheHead(String name) {
    assertThatThrownBy(() -> session.get(server.url("/")).withHeader(name, "v"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the header name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nX-Injected: 1", "a\nb", "a\0", "\u65e5"})
  void refusesAHeaderValueThatWouldBreakTheHead(String value) {
    assertThatThrownBy(() -> session.get(server.url("/")).withHeader("X-Name", value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the value of the header X-Name has the character U+");
    assertThatThrownBy(() -> session.post(server.url("/")).withBody("", value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Content-Type");
    assertThatThrownBy(() -> ClientSession.create().withHeader("X-Name", value))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesHeadersThatContradictTheBodyAndMethodsThatAreNone() {
    assertThatThrownBy(() -> session.get("http://h").withHeader("content-LENGTH", "3"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the header content-LENGTH is written from the body: give withBody what to send");
    assertThatThrownBy(() -> session.request("GET / HTTP/1.1\r\nX", "http://h"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the method \"GET / HTTP/1.1??X\" may have letters");
  }

  @Test
  void refusesValuesThatHaveNoFormInJson() {
    ClientRequest post = session.post("http://h");
    assertThatThrownBy(() -> post.withJson(new Object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a java.lang.Object has no form in JSON");
    assertThatThrownBy(() -> post.withJson(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/a b                | /a%20b",
        "/\u6771?q=\u4eac    | /%E6%9D%B1?q=%E4%BA%AC",
        "/a%20b%2Fc?x=%3D    | /a%20b%2Fc?x=%3D",
        "/50%                | /50%25",
        "/a#fragment         | /a",
        "''                  | /",
        "?q=1                | /?q=1",
        "/a;b,c=d/(e)?f=[g]  | /a;b,c=d/(e)?f=[g]",
      })
  void sendsTheUrlEncodedOnce(String path, String sent) throws Exception {
    assertThat(send(session.get(server.url(path))).path()).isEqualTo(sent);
  }

  @Test
  void turnsCredentialsOfTheUrlIntoAHeaderAndHidesThem() throws Exception {
    String url = server.url("/").replace("localhost", "jo%40e:se%3Acret@LOCALHOST");
    ClientRequest request = session.get(url);
    assertThat(send(request).headers().get("Authorization"))
        .isEqualTo("Basic am9AZTpzZTpjcmV0"); // jo@e:se:cret
    assertThat(request.toString()).doesNotContain("cret");
    with(request).run(r -> assertThat(r.uri()).isEqualTo(URI.create(server.url("/"))));
    assertThatThrownBy(() -> request.withHeader("authorization", "Bearer x").open())
        .isInstanceOf(InvalidUrlException.class)
        .hasMessageContaining("has credentials, and the request an Authorization header")
        .hasMessageNotContaining("cret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                   | it is not absolute",
        "/path                | it is not absolute",
        "example.com/x        | it is not absolute",
        "//example.com/       | it is not absolute",
        "http:/x              | it has no host",
        "localhost:8080/x     | it has no host",
        "http://              | it has no valid host",
        "http://a_b/          | it has no valid host",
        "http://[::1          | Expected closing bracket",
        "http://h:x/          | it has no valid host",
        "http://h:0/          | its port 0",
        "http://h:65536/      | its port 65536",
        "ftp://h/x            | its scheme ftp is not supported: use http or https",
        "mailto:joe           | its scheme mailto is not supported",
        "http://\u65e5 \u672c/| its host is no international domain name",
      })
  void refusesWhatIsNoUrlWhenItIsSent(String url, String why) {
    ClientRequest request = session.get(url);
    assertThatThrownBy(request::open)
        .isInstanceOf(InvalidUrlException.class)
        .hasMessageStartingWith("the URL \"" + url + "\" cannot be requested: ")
        .hasMessageContaining(why);
  }

  @Test
  void keepsCookiesForTheNextRequest() throws Exception {
    server.on("/login", (_, link) -> link.respond("200 OK\r\nSet-Cookie: id=42; Path=/", ""));
    send(session.get(server.url("/login")));
    assertThat(send(session.get(server.url("/"))).headers().get("Cookie")).isEqualTo("id=42");
  }
}
