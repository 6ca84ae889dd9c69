package dev.asyncwith.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command as a process of its own, its output in a pipe. */
@Timeout(120)
class ProcessTest {

  private static Process start(List<String> jvmOptions, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("NO_COLOR");
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return builder.start();
  }

  private static String allOf(Process process) throws Exception {
    try {
      var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return text;
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void inAPipeThereIsNoColour() throws Exception {
    var process = start(List.of(), "tour", "--lang", "en", "--only", "connection", "--pace", "0");

    assertThat(allOf(process)).contains("1 of 1 systems").doesNotContain("\u001b");
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void japaneseIsReadableWhereTheOutputIsOfAnotherCharset() throws Exception {
    var ascii = List.of("-Dstdout.encoding=US-ASCII");
    var process = start(ascii, "tour", "--lang=ja", "--only", "connection", "--pace", "0");

    assertThat(allOf(process)).contains("stock.example に接続しました");
  }

  @Test
  void theLanguageIsThatOfTheLocale() throws Exception {
    var japanese = List.of("-Duser.language=ja", "-Dstdout.encoding=UTF-8");
    var process = start(japanese, "tour", "--only", "connection", "--pace", "0");

    assertThat(allOf(process)).contains("接続");
  }

  @Test
  void anUnknownOptionEndsWithTwo() throws Exception {
    var process = start(List.of(), "tour", "--frobnicate");

    assertThat(allOf(process)).contains("Unknown option: '--frobnicate'");
    assertThat(process.exitValue()).isEqualTo(2);
  }

  @Test
  void ctrlCClosesWhatIsOpenAndSaysSo() throws Exception {
    assumeFalse(ignores(2), "the tests were started with SIGINT ignored, and children inherit it");
    // 300 ms of work become 5 minutes: whenever the signal comes, the body is under way.
    signalled("INT", 130, "timer", "the clock starts", "interrupted: closed 1 of 1");
  }

  @Test
  void aSignalToEndWhileTwoThreadsAreUnderWayClosesAll() throws Exception {
    // The one that waits may get the lock from the one that was cancelled first.
    signalled("TERM", 143, "lock", "has the lock", "interrupted: closed (1 of 1|2 of 2)");
  }

  @Test
  void aSignalWhileASessionAndItsResponseAreOpenClosesBoth() throws Exception {
    signalled("TERM", 143, "page", "characters", "interrupted: closed 3 of 3");
  }

  private static void signalled(
      String signal, int exitCode, String section, String awaited, String end) throws Exception {
    assumeTrue(File.separatorChar == '/', "signals are sent by a POSIX shell");
    var process = start(List.of(), "tour", "--lang", "en", "--only", section, "--pace", "1000");
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      awaitLine(out, awaited);
      new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid()).start().waitFor();

      assertThat(out.lines().toList().getLast()).matches(end);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(exitCode);
    } finally {
      process.destroyForcibly();
    }
  }

  private static void awaitLine(BufferedReader out, String awaited) throws IOException {
    var seen = new ArrayList<String>();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      seen.add(line);
      if (line.contains(awaited)) {
        return;
      }
    }
    throw new AssertionError("no line with '" + awaited + "' in " + seen);
  }

  /** Whether this process ignores a signal; HotSpot then leaves it ignored. */
  private static boolean ignores(int signal) throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("SigIgn:"))
          .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
          .anyMatch(mask -> (mask >>> (signal - 1) & 1) == 1);
    }
  }
}
