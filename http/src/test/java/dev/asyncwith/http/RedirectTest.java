package dev.asyncwith.http;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class RedirectTest {
  private LoopbackServer server;
  private LoopbackServer elsewhere;
  private ClientSession session;

  @BeforeEach
  void start() throws Exception {
    server = LoopbackServer.start().on("/end", "the end").on("/a/end", "the end of a");
    elsewhere = LoopbackServer.start().on("/end", "elsewhere");
    session = ClientSession.create().open();
  }

  @AfterEach
  void stop() throws IOException {
    session.close();
    server.close();
    elsewhere.close();
  }

  private void redirect(String path, int status, String location) {
    server.on(
        path,
        (_, link) -> link.respond(status + " Moved\r\nLocation: " + location, "gone " + location));
  }

  @ParameterizedTest
  @CsvSource({
    "301, GET, GET",
    "301, POST, GET",
    "301, PUT, PUT",
    "302, POST, GET",
    "302, DELETE, DELETE",
    "303, POST, GET",
    "303, PUT, GET",
    "307, POST, POST",
    "308, PUT, PUT",
  })
  void followsByTheMethodThatTheStatusAsksFor(int status, String method, String next)
      throws Exception {
    redirect("/start", status, "/end");
    with(session.request(method, server.url("/start")).withBody("content"))
        .run(
            response -> {
              assertThat(response.text()).isEqualTo("the end");
              assertThat(response.uri()).isEqualTo(URI.create(server.url("/end")));
              assertThat(response.method()).isEqualTo(next);
            });
    LoopbackServer.Received last = server.lastRequest();
    assertThat(last.method()).isEqualTo(next);
    assertThat(last.text()).isEqualTo(method.equals(next) ? "content" : "");
    assertThat(last.headers().contains("Content-Type")).isEqualTo(method.equals(next));
  }

  @ParameterizedTest
  @CsvSource({
    "/a/start, end, /a/end",
    "/a/start, ../end, /end",
    "/a/start, ../../../end, /end",
    "/a/start, /end#part, /end",
    "/a/start, ?q=1 2, /a/start?q=1%202",
    "/a/start, '#x', /a/start",
  })
  void resolvesARelativeLocation(String from, String location, String to) throws Exception {
    server.on(
        from,
        (request, link) -> {
          boolean first = server.requests().size() == 1;
          link.respond(first ? "302 Found\r\nLocation: " + location : "200 OK", request.path());
        });
    with(session.get(server.url(from)))
        .run(r -> assertThat(r.uri()).isEqualTo(URI.create(server.url(to))));
    assertThat(server.lastRequest().path()).isEqualTo(to);
  }

  @Test
  void keepsTheConnectionThatASmallRedirectCameOn() throws Exception {
    redirect("/start", 302, server.url("/end"));
    with(session.get(server.url("/start"))).run(r -> assertThat(r.text()).isEqualTo("the end"));
    with(session.get(server.url("/end"))).run(r -> assertThat(r.text()).isEqualTo("the end"));
    assertThat(server.accepted()).isLessThanOrEqualTo(2);
  }

  @Test
  void tellsSecretsOnlyToTheOriginTheyWereGivenFor() throws Exception {
    redirect("/inside", 302, "/end");
    redirect("/outside", 302, elsewhere.url("/end"));
    for (String path : new String[] {"/inside", "/outside"}) {
      with(session
              .get(server.url(path))
              .withHeader("Authorization", "Bearer x")
              .withHeader("Proxy-Authorization", "Basic y")
              .withHeader("X-Plain", "z"))
          .run(response -> response.raiseForStatus());
    }
    assertThat(server.lastRequest().path()).isEqualTo("/outside");
    assertThat(server.requests().get(1).headers().get("Authorization")).isEqualTo("Bearer x");
    Headers told = elsewhere.lastRequest().headers();
    assertThat(told.contains("Authorization")).isFalse();
    assertThat(told.contains("Proxy-Authorization")).isFalse();
    assertThat(told.get("X-Plain")).isEqualTo("z");
  }

  @Test
  void followsAsManyAsTheLimit() throws Exception {
    redirect("/1", 302, "/2");
    redirect("/2", 302, "/end");
    with(session.get(server.url("/1")).withMaxRedirects(2))
        .run(r -> assertThat(r.text()).isEqualTo("the end"));
    assertThatThrownBy(() -> session.get(server.url("/1")).withMaxRedirects(1).open())
        .isInstanceOf(TooManyRedirectsException.class)
        .hasMessage(
            "GET %s was redirected more than 1 times, at last by %s: raise withMaxRedirects, or look at the loop"
                .formatted(server.url("/1"), server.url("/2")));
  }

  @Test
  void givesTheRedirectItselfWhereNoneIsToBeFollowed() throws Exception {
    redirect("/start", 302, "/end");
    with(session.get(server.url("/start")).withMaxRedirects(0))
        .run(
            response -> {
              assertThat(response.status()).isEqualTo(302);
              assertThat(response.text()).isEqualTo("gone /end");
            });
    with(session.head(server.url("/start"))).run(r -> assertThat(r.status()).isEqualTo(302));
    server.on("/nowhere", (_, link) -> link.respond("302 Found", "no location"));
    with(session.get(server.url("/nowhere"))).run(r -> assertThat(r.status()).isEqualTo(302));
  }

  @ParameterizedTest
  @CsvSource({"ftp://localhost/x, scheme ftp", "http://a_b/, no valid host", "http:, no host"})
  void refusesToFollowToWhatIsNoUrl(String location, String why) {
    redirect("/start", 302, location);
    assertThatThrownBy(() -> session.get(server.url("/start")).open())
        .isInstanceOf(InvalidUrlException.class)
        .hasMessageContaining(location)
        .hasMessageContaining(why);
  }
}
