package dev.asyncwith.examples;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The one-file programs that the README shows, run as a user runs them. */
@Timeout(120)
class HelloProgramsTest {
  @TempDir private Path directory;

  private String output(String program, String... arguments) throws Exception {
    Path source = Path.of(System.getProperty("basedir", ""), "hello", program).toAbsolutePath();
    return output(0, source, arguments);
  }

  private String output(int exitCode, Path source, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), source.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isEqualTo(exitCode);
      return output;
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void hello() throws Exception {
    assertThat(output("Hello.java").strip()).isEqualTo("Hello from a closed file.");
    assertThat(directory.resolve("hello.txt")).hasContent("Hello from a closed file.");
  }

  @Test
  void sleepers() throws Exception {
    assertThat(output("Sleepers.java")).startsWith("10,000 tasks slept a second each, in ");
  }

  @Test
  void page() throws Exception {
    String said =
        with(PageServer.start()).call(server -> output("Page.java", server.url().toString()));
    assertThat(said).isEmpty();
    assertThat(directory.resolve("page.html")).hasContent(PageServer.PAGE);
  }

  /** The launcher of one-file programs cuts its own frames off a trace, and no others. */
  @Test
  void aProgramThatFailsShowsItsFailure() throws Exception {
    Path source = directory.resolve("Failing.java");
    Files.writeString(
        source,
        """
        void main() throws Exception {
          dev.asyncwith.AsyncWith.run(() -> { throw new IllegalStateException("own"); });
        }
        """);
    assertThat(output(1, source))
        .contains("java.lang.IllegalStateException: own", "at Failing.main(Failing.java:2)");
  }
}
