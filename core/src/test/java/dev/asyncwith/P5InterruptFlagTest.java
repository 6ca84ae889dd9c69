package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.closing;
import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** P5: a pending foreign interrupt is held back during an exit, and is there after it. */
@Timeout(60)
class P5InterruptFlagTest {
  private final Trail trail = new Trail();

  @AfterEach
  void clear() {
    Thread.interrupted();
  }

  private AsyncContextManager<String, RuntimeException> recordsFlag(String name) {
    return manager(
        () -> name,
        _ -> trail.add(name + " interrupted: " + Thread.currentThread().isInterrupted()));
  }

  @Test
  void theExitDoesNotSeeAPendingInterrupt() throws Exception {
    with(recordsFlag("A")).run(_ -> Thread.currentThread().interrupt());
    trail.assertSteps("A interrupted: false");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void norAfterAFailure() {
    assertThatThrownBy(
            () ->
                with(recordsFlag("A"))
                    .run(
                        _ -> {
                          Thread.currentThread().interrupt();
                          throw new IOException("gone");
                        }))
        .hasMessage("gone");
    trail.assertSteps("A interrupted: false");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aFlagThatWasNotSetIsNotSetAfterwards() throws Exception {
    with(recordsFlag("A")).run(_ -> {});
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void theEndOfAnInlineGeneratorIsAnExit() throws Exception {
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(
            body -> {
              body.yield("G");
              trail.add("G interrupted: " + Thread.currentThread().isInterrupted());
            });
    with(generator).run(_ -> Thread.currentThread().interrupt());
    trail.assertSteps("G interrupted: false");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void eachEntryOfAStackIsShieldedByItself() throws Exception {
    with(AsyncExitStack.create())
        .run(
            stack -> {
              stack.enter(recordsFlag("A"));
              stack.callback(() -> Thread.currentThread().interrupt());
              stack.enter(recordsFlag("B"));
              Thread.currentThread().interrupt();
            });
    trail.assertSteps("B interrupted: false", "A interrupted: false");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void anInterruptReachesAGroupThatWaitsForItsTasks() {
    var forever = new CountDownLatch(1);
    assertThatThrownBy(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks -> {
                          tasks.fork(() -> forever.await());
                          Thread.currentThread().interrupt();
                        }))
        .isInstanceOf(InterruptedException.class)
        .hasMessageContaining("TaskGroup");
    assertThat(Thread.interrupted()).isFalse();
  }

  /** A channel's writer writes nothing when it is closed by an interrupted thread (JDK 25). */
  @Test
  void aPendingInterruptLosesNoBufferedData(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("out.txt");
    var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    with(closing(Channels.newWriter(channel, StandardCharsets.UTF_8)))
        .run(
            writer -> {
              writer.write("all of it");
              Thread.currentThread().interrupt();
            });
    assertThat(Thread.interrupted()).isTrue();
    assertThat(Files.readString(file)).isEqualTo("all of it");
  }
}
