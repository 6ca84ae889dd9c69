package dev.asyncwith.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asyncwith.httpuser.Program;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program of a user's in a JVM of its own, without any logging on its path. */
@Timeout(60)
class ProgramTest {
  private static final List<String> NEEDED =
      List.of("core", "http", "jetty", "slf4j-api", "http/target/classes");

  @TempDir Path folder;

  @Test
  void runsOnTheClassPathPrintsNothingElseAndEnds() throws Exception {
    assertThat(outputOf("-cp", String.join(File.pathSeparator, path(true))))
        .isEqualTo("hello by unnamed module");
  }

  @Test
  void runsOnTheModulePath() throws Exception {
    assertThat(
            outputOf(
                "-p",
                String.join(File.pathSeparator, path(false)),
                "--add-modules",
                "dev.asyncwith.http",
                "-cp",
                tests()))
        .isEqualTo("hello by module dev.asyncwith.http");
  }

  /** With one carrier thread, the selector of the session must not keep it to itself. */
  @Test
  void runsOnOneProcessor() throws Exception {
    assertThat(
            outputOf(
                "-XX:ActiveProcessorCount=1", "-cp", String.join(File.pathSeparator, path(true))))
        .isEqualTo("hello by unnamed module");
  }

  private static List<String> path(boolean withTests) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(
            entry ->
                entry.equals(tests())
                    ? withTests
                    : NEEDED.stream().anyMatch(name -> Path.of(entry).toString().contains(name)))
        .collect(Collectors.toList());
  }

  private static String tests() {
    return Path.of(Program.class.getProtectionDomain().getCodeSource().getLocation().getPath())
        .toString();
  }

  private String outputOf(String... options) throws Exception {
    try (var server = LoopbackServer.start().on("/", "hello")) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of(options));
      command.add(Program.class.getName());
      command.add(server.url("/"));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes());
      assertThat(process.waitFor()).as(output).isZero();
      return output.strip().replaceAll("module @.*", "module");
    }
  }
}
