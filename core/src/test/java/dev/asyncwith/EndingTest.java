package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals, and System.exit, while AsyncWith.run runs: in processes of their own. */
@Timeout(60)
class EndingTest {
  /** Well before the grace period of 20 seconds has run out. */
  private static final Duration AT_ONCE = Duration.ofSeconds(15);

  private static Process start(Class<?> program, String... jvmOptions) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(jvmOptions));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return builder.start();
  }

  private static void send(String signal, Process program) throws Exception {
    assumeFalse(
        signal.equals("INT") && ignoresSigint(program),
        "the tests were started with SIGINT ignored, and children inherit it");
    var kill = new ProcessBuilder("kill", "-" + signal, Long.toString(program.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  /** A program that a shell starts in the background ignores SIGINT, and HotSpot leaves it so. */
  private static boolean ignoresSigint(Process program) throws IOException {
    Path status = Path.of("/proc/" + program.pid() + "/status");
    if (!Files.isReadable(status)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("SigIgn:"))
          .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 0b10) != 0);
    }
  }

  /** What the program still says, and its exit code, once it has ended by itself. */
  private record End(List<String> lines, int exitCode) {}

  private static End endOf(Process program, BufferedReader output) throws Exception {
    List<String> lines = output.lines().toList();
    assertThat(program.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return new End(lines, program.exitValue());
  }

  private static End run(Class<?> program, String... jvmOptions) throws Exception {
    return signalled(program, null, jvmOptions);
  }

  /** Sends a signal, if any, when the program has opened what it opens. */
  private static End signalled(Class<?> program, String signal, String... jvmOptions)
      throws Exception {
    Process process = start(program, jvmOptions);
    try (BufferedReader output = process.inputReader()) {
      if (signal != null) {
        assertThat(output.readLine()).isEqualTo("opened connection");
        send(signal, process);
      }
      long start = System.nanoTime();
      End end = endOf(process, output);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(AT_ONCE);
      return end;
    } finally {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  @EnabledOnOs({OS.LINUX, OS.MAC}) // where there is a kill command
  void aSignalClosesWhatIsOpen(String signal, int exitCode) throws Exception {
    End end = signalled(EndingPrograms.Waiting.class, signal);

    assertThat(end.lines()).contains("closed connection", "ran the hook of another");
    assertThat(end.exitCode()).isEqualTo(exitCode);
  }

  @ParameterizedTest
  @CsvSource({"INT, INT, 130", "TERM, TERM, 143", "INT, TERM, 143", "TERM, INT, 130"})
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aSecondSignalEndsTheProcessAtOnce(String first, String second, int exitCode)
      throws Exception {
    Process process = start(EndingPrograms.Stuck.class);
    try (BufferedReader output = process.inputReader()) {
      assertThat(output.readLine()).isEqualTo("opened connection");
      send(first, process);
      assertThat(output.readLine()).isEqualTo("closing connection");
      long start = System.nanoTime();
      send(second, process);

      End end = endOf(process, output);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(AT_ONCE);
      assertThat(end.lines()).isEmpty();
      assertThat(end.exitCode()).isEqualTo(exitCode);
    } finally {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aGraceThatRunsOutEndsTheProcessAndSaysWhatItWaitedFor(String signal, int exitCode)
      throws Exception {
    End end = signalled(EndingPrograms.StuckForShort.class, signal);

    assertThat(end.lines())
        .startsWith(
            "closing connection",
            "AsyncWith: the program did not end within 0.3 s of being asked to, so what it holds"
                + " open is cut off. Its main thread is in")
        .anyMatch(line -> line.contains("\tat ") && line.contains("EndingPrograms.waitForEver"))
        .noneMatch(line -> line.startsWith("Thread ")); // nobody is in System.exit
    assertThat(end.exitCode()).isEqualTo(exitCode);
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aJvmOfReducedSignalsEndsWithoutCleaningUp(String signal, int exitCode) throws Exception {
    End end = signalled(EndingPrograms.Waiting.class, signal, "-Xrs");

    assertThat(end.lines()).isEmpty();
    assertThat(end.exitCode()).isEqualTo(exitCode);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "java.base; ClassNotFoundException: sun.misc.Signal",
        "java.base,jdk.unsupported; Signal already used by VM or OS: SIGINT"
      })
  void withoutTheModuleOrTheRightToHandleSignalsAnExitCleansUpAndTheDebugLogSaysWhy(
      String modules, String why) throws Exception {
    End end =
        run(
            EndingPrograms.ExitOnTasks.class,
            "-Xrs",
            "--limit-modules=" + modules,
            "-Djdk.system.logger.level=DEBUG");

    assertThat(end.lines())
        .contains("closed connection")
        .anyMatch(line -> line.contains("a second SIGINT or SIGTERM will not end the process"))
        .anyMatch(line -> line.contains(why));
    assertThat(end.exitCode()).isEqualTo(3);
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void withoutTheModuleOfSignalsOneSignalClosesWhatIsOpen() throws Exception {
    End end = signalled(EndingPrograms.Waiting.class, "TERM", "--limit-modules=java.base");

    assertThat(end.lines()).contains("closed connection");
    assertThat(end.exitCode()).isEqualTo(143);
  }

  @Test
  void anExitOfTheProgramsThreadLeavesNoBlockAndIsNotWaitedFor() throws Exception {
    End end = run(EndingPrograms.ExitOnMain.class);

    assertThat(end.lines()).containsExactly("opened connection"); // no word of a grace period
    assertThat(end.exitCode()).isEqualTo(3);
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void anExitThatAnswersTheSignalIsNotWaitedFor() throws Exception {
    End end = signalled(EndingPrograms.ExitWhenCancelled.class, "TERM");

    assertThat(end.lines()).containsExactly("closed connection");
    assertThat(end.exitCode()).isEqualTo(143); // the first to ask decides
  }

  @ParameterizedTest
  @ValueSource(
      classes = {EndingPrograms.ExitOnTasks.class, EndingPrograms.ExitOnCancelledTask.class})
  void anExitOfATaskClosesWhatIsOpenAround(Class<?> program) throws Exception {
    End end = run(program);

    assertThat(end.lines()).startsWith("opened connection", "closed connection");
    assertThat(end.exitCode()).isEqualTo(3);
  }

  @Test
  void anExitOfAThreadThatTheProgramWaitsForIsNamedWhenTheGraceRunsOut() throws Exception {
    End end = run(EndingPrograms.ExitOnForeignThread.class);

    assertThat(end.lines())
        .contains("Thread \"worker\", which ends the JVM, stands still in")
        .anyMatch(line -> line.contains("Thread.join"))
        .anyMatch(line -> line.contains("System.exit"));
    assertThat(end.exitCode()).isEqualTo(3);
  }
}
