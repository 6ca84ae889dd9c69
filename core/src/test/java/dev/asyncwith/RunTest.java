package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** AsyncWith.run and sleep. */
@Timeout(60)
class RunTest {

  @Test
  void runsTheProgramOnAVirtualThreadAndReturnsItsResult() throws Exception {
    Thread thread = AsyncWith.run(() -> Thread.currentThread());
    assertThat(thread.isVirtual()).isTrue();
    assertThat(thread.getName()).isEqualTo("asyncwith main");
  }

  @Test
  void throwsWhatTheProgramThrows() {
    var gone = new IOException("gone");
    assertThatThrownBy(
            () ->
                AsyncWith.run(
                    () -> {
                      throw gone;
                    }))
        .isSameAs(gone);
    assertThatThrownBy(() -> AsyncWith.run((With0.Action<RuntimeException>) null))
        .hasMessage("the program is null: give run a lambda");
  }

  @Test
  void theTraceShowsTheProgramAndWhoRanIt() {
    assertThatThrownBy(() -> AsyncWith.run(RunTest::failing))
        .satisfies(
            thrown ->
                assertThat(thrown.getStackTrace())
                    .extracting(StackTraceElement::getMethodName)
                    .containsSubsequence("failing", "run", "theTraceShowsTheProgramAndWhoRanIt"));
  }

  private static void failing() throws IOException {
    throw new IOException("gone");
  }

  @Test
  void anInterruptOfTheCallerReachesTheProgram() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> AsyncWith.run(() -> new CountDownLatch(1).await()))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void anInterruptThatTheProgramSwallowsStaysWithTheCaller() throws Exception {
    var caught = new AtomicReference<Throwable>();
    Thread.currentThread().interrupt();
    AsyncWith.run(
        () -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            caught.set(e);
          }
        });
    assertThat(caught.get()).isNotNull();
    assertThat(Thread.interrupted()).isTrue();
  }

  /** A program that prints what it opens and closes, and waits in its block for a signal. */
  static final class Waiting {
    public static void main(String[] args) throws Exception {
      AsyncContextManager<String, RuntimeException> connection =
          AsyncWith.manager(() -> "connection", value -> System.out.println("closed " + value));
      AsyncWith.run(
          () ->
              AsyncWith.with(connection)
                  .run(
                      value -> {
                        System.out.println("opened " + value);
                        System.out.flush();
                        new CountDownLatch(1).await();
                      }));
    }
  }

  /** A program that ends the JVM from within a block. */
  static final class Exiting {
    public static void main(String[] args) throws Exception {
      AsyncWith.run(() -> System.exit(3));
    }
  }

  private static Process start(Class<?> program) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            program.getName())
        .redirectErrorStream(true)
        .start();
  }

  @Test
  void anExitInTheProgramIsNotWaitedFor() throws Exception {
    Process program = start(Exiting.class);
    try (BufferedReader output = program.inputReader()) {
      assertThat(output.lines()).isEmpty(); // no word of a grace period that ran out
      assertThat(program.waitFor()).isEqualTo(3);
    } finally {
      program.destroyForcibly();
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  @EnabledOnOs({OS.LINUX, OS.MAC}) // where there is a kill command
  void aSignalClosesWhatIsOpen(String signal, int exitCode) throws Exception {
    Process program = start(Waiting.class);
    try (BufferedReader output = program.inputReader()) {
      assertThat(output.readLine()).isEqualTo("opened connection");
      var kill = new ProcessBuilder("kill", "-" + signal, Long.toString(program.pid())).start();
      assertThat(kill.waitFor()).isZero();
      assertThat(output.readLine()).isEqualTo("closed connection");
      assertThat(program.waitFor()).isEqualTo(exitCode);
    } finally {
      program.destroyForcibly();
    }
  }

  @Test
  void sleepChecksItsDuration() {
    assertThatThrownBy(() -> AsyncWith.sleep(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the duration to sleep is negative: PT-0.001S");
  }

  @Test
  void sleepIsInterruptedAtOnce() throws Exception {
    AsyncWith.sleep(Duration.ZERO);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> AsyncWith.sleep(Duration.ofDays(1)))
        .isInstanceOf(InterruptedException.class);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> AsyncWith.sleep(Duration.ZERO))
        .isInstanceOf(InterruptedException.class);
  }
}
