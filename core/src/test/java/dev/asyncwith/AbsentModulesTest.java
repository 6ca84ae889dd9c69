package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Without the modules of Flight Recorder and JMX the library does all else. */
@Timeout(120)
class AbsentModulesTest {

  /** Runs in a JVM of few modules. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) throws Exception {
      boolean absent =
          List.of("jdk.jfr", "java.management").stream()
              .noneMatch(name -> ModuleLayer.boot().findModule(name).isPresent());
      System.out.println("absent: " + absent + ", recording: " + Tracking.isRecording());
      Tracking.enable(Tracking.Mode.STACKS);
      var lock = AsyncLock.of("seen");
      with(TaskGroup.create())
          .run(tasks -> tasks.fork("task", () -> with(lock).run(() -> {})).get());
      with(lock).run(() -> System.out.println(Scopes.dump()));
      Runner.create().run(() -> Tracking.opened(new Object(), "left open"));
    }
  }

  @Test
  void tracksAndTellsOfLeaks() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--limit-modules",
                "java.base,java.logging,jdk.unsupported",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output)
        .contains(
            "absent: true, recording: false",
            "AsyncLock(seen)[locked, 0 waiters]: open for ",
            "left open, opened by ",
            "who was to close it?")
        .doesNotContain("NoClassDefFoundError");
  }
}
