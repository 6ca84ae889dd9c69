package dev.asyncwith.examples;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples of files and HTTP, with a body that succeeds and with one that fails. */
@Timeout(60)
class FileAndPageTest {
  private final RuntimeException failure = new IllegalStateException("out of paper");

  @TempDir Path directory;

  @Test
  void theFileIsReadBack() throws Exception {
    var out = Recorder.succeeding();

    assertThat(FileRoundTrip.run(directory.resolve("list"), out)).isEqualTo("tea\nrice\n");

    assertThat(out.lines())
        .containsExactly(
            "+ file to write opened",
            "- file to write closed",
            "+ file to read opened",
            "- file to read closed");
  }

  @Test
  void whatWasWrittenBeforeAFailureIsKept() throws Exception {
    var out = Recorder.failing(failure);
    Path file = directory.resolve("list");

    assertThatThrownBy(() -> FileRoundTrip.run(file, out)).isSameAs(failure);

    assertThat(Files.readString(file)).isEqualTo("tea\n");
    assertThat(out.lines()).containsExactly("+ file to write opened", "- file to write closed");
  }

  @Test
  void aFileThatCannotBeOpenedNeedsNoClose() {
    var out = Recorder.succeeding();
    Path file = directory.resolve("no such directory").resolve("list");

    assertThatThrownBy(() -> FileRoundTrip.run(file, out))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(file.toString());

    assertThat(out.lines()).isEmpty();
  }

  @Test
  void thePageIsFetched() throws Exception {
    var out = Recorder.succeeding();

    String page = with(PageServer.start()).call(server -> PageFetch.run(server.url(), out));

    assertThat(page).isEqualTo(PageServer.PAGE);
    assertThat(out.lines())
        .containsExactly(
            "+ session opened",
            "+ response opened",
            "  status 200, " + PageServer.PAGE.length() + " characters",
            "- response closed",
            "- session closed");
  }

  @Test
  void aFailureClosesResponseAndSession() throws Exception {
    var out = Recorder.failing(failure);

    assertThatThrownBy(
            () -> with(PageServer.start()).run(server -> PageFetch.run(server.url(), out)))
        .isSameAs(failure);

    assertThat(out.lines()).endsWith("- response closed", "- session closed");
  }

  @Test
  void aServerThatRefusesIsNamedAndTheSessionIsClosed() throws Exception {
    var out = Recorder.succeeding();
    URI url = refused();

    assertThatThrownBy(() -> PageFetch.run(url, out))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(url.toString());

    assertThat(out.lines()).containsExactly("+ session opened", "- session closed");
  }

  /** A port that was free a moment ago. */
  private static URI refused() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/page");
    }
  }
}
