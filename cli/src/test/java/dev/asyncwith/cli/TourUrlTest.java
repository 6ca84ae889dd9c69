package dev.asyncwith.cli;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.asyncwith.examples.PageServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tour --url}. */
@Timeout(120)
class TourUrlTest {

  @Test
  void thePageIsFetchedFromThere() throws Exception {
    with(PageServer.start())
        .run(
            server -> {
              Ran ran = Ran.tour(Language.en, "--only", "page", "--url", server.url() + "/any");

              assertThat(ran.out())
                  .contains("the page has " + PageServer.PAGE.length() + " characters")
                  .doesNotContain("server opened");
              assertThat(ran.lines()).endsWith("1 of 1 systems, 4 opened, 4 closed");
              assertThat(ran.exitCode()).isZero();
            });
  }

  @Test
  void aPortThatRefusesIsNamedAndAllIsClosed() throws Exception {
    String url = "http://127.0.0.1:" + freePort() + "/page";

    assertCannotFetch(url, Ran.tour(Language.en, "--only", "page", "--url", url));
  }

  @Test
  void aHostThatIsUnknownIsNamedAndAllIsClosed() {
    String url = "http://no-such-host.invalid/page";

    assertCannotFetch(url, Ran.tour(Language.en, "--only", "page", "--url", url));
  }

  @Test
  void aPageThatIsNotThereIsNamedAndAllIsClosed() throws Exception {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/nothing";

      Ran ran = Ran.tour(Language.en, "--only", "page", "--url", url);

      assertThat(ran.out())
          .contains("✗ cannot fetch " + url + ": ", "404", "Without --url")
          .contains("2 opened, 2 closed");
      assertThat(ran.exitCode()).isEqualTo(1);
    } finally {
      server.stop(0);
    }
  }

  private static void assertCannotFetch(String url, Ran ran) {
    assertThat(ran.out()).contains("✗ cannot fetch " + url + ": ", "Without --url");
    assertThat(ran.lines()).endsWith("0 of 1 systems, 1 opened, 1 closed");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.exitCode()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"example.com", "ftp://example.com/", "http:///page", "http://a b/"})
  void whatIsNoAddressOfAPageIsRefusedBeforeAnythingRuns(String url) {
    Ran ran = Ran.tour(Language.en, "--url", url);

    assertThat(ran.err()).contains("--url").contains(url);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.exitCode()).isEqualTo(2);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
