package dev.asyncwith.files;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncWith;
import dev.asyncwith.CancelScope;
import dev.asyncwith.files.TestSystem.Running;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pipes and devices: what waits for a peer holds up nobody, can be left, and loses nothing. */
@Timeout(60)
class StreamTest {
  private static final int MORE_THAN_A_PIPE_HOLDS = 200_000;

  @TempDir Path folder;

  @AfterEach
  void nothingIsLeftOpen() throws Exception {
    Thread.interrupted();
    TestSystem.assertNothingOpenUnder(folder);
  }

  /** Both ends of a pipe; opening one waits for the other. */
  private record Pipe(AsyncTextFile reader, AsyncTextFile writer) implements AutoCloseable {
    static Pipe open(Path fifo, Charset charset) throws Exception {
      var reader = Running.start(() -> AsyncFiles.open(fifo, "r", charset).open());
      AsyncTextFile writer = AsyncFiles.open(fifo, "w", charset).open();
      return new Pipe(reader.get(), writer);
    }

    void send(String text) throws Exception {
      writer.write(text);
      writer.flush();
    }

    @Override
    public void close() throws IOException {
      try (reader) {
        writer.close();
      }
    }
  }

  private Pipe pipe() throws Exception {
    return Pipe.open(TestSystem.fifo(folder, "fifo"), StandardCharsets.UTF_8);
  }

  @Test
  void linesArriveAsTheyAreSent() throws Exception {
    try (Pipe pipe = pipe()) {
      pipe.send("one\ntwo\npart");
      assertThat(pipe.reader.readLine()).isEqualTo("one");
      assertThat(pipe.reader.readLine()).isEqualTo("two");
      var third = Running.start(pipe.reader::readLine);
      TestSystem.awaitWaiting(third.thread);
      pipe.send(" and rest\n");
      assertThat(third.get()).isEqualTo("part and rest");
      pipe.writer.close();
      assertThat(pipe.reader.readLine()).isNull();
      assertThat(pipe.reader.read()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE"})
  void lineThatEndsInCarriageReturnDoesNotWaitForTheNext(String charset) throws Exception {
    Path fifo = TestSystem.fifo(folder, "fifo");
    try (Pipe pipe = Pipe.open(fifo, Charset.forName(charset))) {
      pipe.send("one\r");
      assertThat(pipe.reader.readLine()).isEqualTo("one");
      pipe.send("\ntwo\r");
      assertThat(pipe.reader.readLine()).isEqualTo("two");
      pipe.send("three\r\n");
      assertThat(pipe.reader.readLine()).isEqualTo("three");
      pipe.writer.close();
      assertThat(pipe.reader.readLine()).isNull();
    }
  }

  @Test
  void readGivesTheCharactersAsSoonAsTheyAreThere() throws Exception {
    try (Pipe pipe = pipe()) {
      pipe.send("\u00E9\u65E5x");
      assertThat(pipe.reader.read(2)).isEqualTo("\u00E9\u65E5");
      assertThat(pipe.reader.read(1)).isEqualTo("x");
    }
  }

  @Test
  void interruptLeavesAPendingReadAndLosesNoByte() throws Exception {
    try (Pipe pipe = pipe()) {
      var reading = Running.start(pipe.reader::readLine);
      TestSystem.awaitWaiting(reading.thread);
      reading.thread.interrupt();
      assertThatThrownBy(reading::get)
          .hasCauseInstanceOf(InterruptedException.class)
          .hasMessageContainingAll("interrupted while reading", pipe.reader.path().toString());
      pipe.send("not lost\n");
      assertThat(pipe.reader.readLine()).isEqualTo("not lost");
    }
  }

  @Test
  void closingEndsAPendingReadAtOnce() throws Exception {
    try (Pipe pipe = pipe()) {
      var reading = Running.start(pipe.reader::readLine);
      TestSystem.awaitWaiting(reading.thread);
      assertThatThrownBy(pipe.reader::readLine)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll(pipe.reader.path().toString(), "in use by another thread");
      pipe.reader.close();
      assertThatThrownBy(reading::get)
          .cause()
          .isInstanceOf(FileSystemException.class)
          .hasMessageContainingAll(pipe.reader.path().toString(), "closed by another thread");
    }
  }

  @Test
  void closingAfterAnInterruptedReadDoesNotWait() throws Exception {
    try (Pipe pipe = pipe()) {
      var reading = Running.start(pipe.reader::readLine);
      TestSystem.awaitWaiting(reading.thread);
      reading.thread.interrupt();
      assertThatThrownBy(reading::get).hasCauseInstanceOf(InterruptedException.class);
      pipe.reader.close();
      assertThatThrownBy(() -> pipe.send("nobody reads"))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContainingAll(pipe.writer.path().toString(), "Broken pipe");
      assertThatThrownBy(pipe.writer::close).hasMessageContaining("Broken pipe");
    }
  }

  @Test
  void interruptedWriteIsStillWritten() throws Exception {
    String text = "x".repeat(MORE_THAN_A_PIPE_HOLDS);
    try (Pipe pipe = pipe()) {
      var writing =
          Running.start(
              () -> {
                pipe.writer.write(text);
                return null;
              });
      TestSystem.awaitWaiting(writing.thread);
      writing.thread.interrupt();
      assertThatThrownBy(writing::get)
          .hasCauseInstanceOf(InterruptedException.class)
          .hasMessageMatching("(?s).* of " + text.length() + " bytes were written.*");
      var received = Running.start(pipe.reader::read);
      pipe.writer.write("end");
      pipe.writer.close();
      assertThat(received.get()).matches("x+end").hasSizeLessThan(text.length());
    }
  }

  @Test
  void closeWaitsForTheReaderUnlessItIsInterrupted() throws Exception {
    try (Pipe pipe = pipe()) {
      fillPipe(pipe);
      pipe.writer.write("the last words");
      var closing =
          Running.start(
              () -> {
                Thread.currentThread().interrupt(); // from before the call: held back
                assertThatThrownBy(pipe.writer::close)
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll(
                        pipe.writer.path().toString(), "interrupted while closing", "bytes");
                return Thread.currentThread().isInterrupted();
              });
      TestSystem.awaitWaiting(closing.thread);
      closing.thread.interrupt();
      assertThat(closing.get()).isTrue();
      assertThat(pipe.writer.isClosed()).isTrue();
    }
  }

  @Test
  void closeUnderASetFlagWritesTheRestToASlowReader() throws Exception {
    try (Pipe pipe = pipe()) {
      fillPipe(pipe);
      pipe.writer.write("the last words");
      var closing =
          Running.start(
              () -> {
                Thread.currentThread().interrupt();
                pipe.writer.close();
                return Thread.currentThread().isInterrupted();
              });
      TestSystem.awaitWaiting(closing.thread);
      assertThat(pipe.reader.read()).endsWith("the last words");
      assertThat(closing.get()).isTrue();
    }
  }

  @Test
  void cancelledScopeDoesNotCutACloseShort() throws Exception {
    try (Pipe pipe = pipe()) {
      fillPipe(pipe);
      pipe.writer.write("the last words");
      var scope = CancelScope.create();
      var closing =
          Running.start(
              () -> {
                with(scope)
                    .run(
                        () -> {
                          pipe.writer.close();
                          AsyncWith.checkpoint();
                        });
                return Thread.currentThread().isInterrupted();
              });
      TestSystem.awaitWaiting(closing.thread);
      scope.cancel();
      assertThat(pipe.reader.read()).endsWith("the last words");
      assertThat(closing.get()).isFalse();
      assertThat(scope.caught()).as("after the close").isTrue();
    }
  }

  /** Until the pipe is full and a write is pending. */
  private static void fillPipe(Pipe pipe) {
    var writing =
        Running.start(
            () -> {
              pipe.writer.write("x".repeat(MORE_THAN_A_PIPE_HOLDS));
              return null;
            });
    TestSystem.awaitWaiting(writing.thread);
    writing.thread.interrupt();
    assertThatThrownBy(writing::get).hasCauseInstanceOf(InterruptedException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"r", "w", "a"})
  void interruptEndsTheWaitForThePeerOfAnOpening(String mode) throws Exception {
    Path fifo = TestSystem.fifo(folder, "fifo");
    var opening = Running.start(() -> AsyncFiles.open(fifo, mode).open());
    TestSystem.awaitWaiting(opening.thread);
    opening.thread.interrupt();
    assertThatThrownBy(opening::get)
        .hasCauseInstanceOf(InterruptedException.class)
        .hasMessageContainingAll("interrupted while opening", fifo.toString());
    // When a peer comes the late file is closed: the peer sees a pipe without its other end.
    if (mode.equals("r")) {
      assertThatThrownBy(
              () -> {
                try (var peer = AsyncFiles.open(fifo, "w").open()) {
                  while (!peer.isClosed()) {
                    peer.write("x");
                    peer.flush();
                  }
                }
              })
          .hasMessageContaining("Broken pipe");
    } else {
      try (var peer = AsyncFiles.open(fifo, "r").open()) {
        assertThat(peer.read()).isEmpty();
      }
    }
  }

  @Test
  void readersOfSilentPipesHoldUpNobody() throws Exception {
    Path regular = Files.writeString(folder.resolve("regular"), "text");
    List<Pipe> pipes = new ArrayList<>();
    List<Running<String>> readers = new ArrayList<>();
    int many = 2 * Math.max(16, 4 * Runtime.getRuntime().availableProcessors());
    try {
      for (int i = 0; i < many; i++) {
        Pipe pipe = Pipe.open(TestSystem.fifo(folder, "fifo" + i), StandardCharsets.UTF_8);
        pipes.add(pipe);
        readers.add(Running.start(pipe.reader::readLine));
      }
      for (Running<String> reader : readers) {
        TestSystem.awaitWaiting(reader.thread);
      }
      var other =
          Running.start(
              () -> {
                try (var file = AsyncFiles.open(regular).open()) {
                  return file.read();
                }
              });
      assertThat(other.get()).isEqualTo("text");
      for (int i = 0; i < many; i++) {
        pipes.get(i).send("line " + i + "\n");
        assertThat(readers.get(i).get()).isEqualTo("line " + i);
      }
    } finally {
      for (Pipe pipe : pipes) {
        pipe.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"r+", "w+", "a+"})
  void bothWaysIsRefused(String mode) throws Exception {
    Path fifo = TestSystem.fifo(folder, "fifo");
    assertThatThrownBy(() -> AsyncFiles.open(fifo, mode).open())
        .isInstanceOf(FileSystemException.class)
        .hasMessageContainingAll(fifo.toString(), "pipe or device", "leave out the +");
  }

  @Test
  void positionsAreRefused() throws Exception {
    Path zero = TestSystem.existing("/dev/zero");
    try (var file = AsyncFiles.openBinary(zero, "r").open()) {
      assertThat(file.read(100_000)).hasSize(100_000).containsOnly(0);
      assertThat(file.tell()).isEqualTo(100_000);
      assertThatThrownBy(() -> file.seek(0))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContainingAll(zero.toString(), "no positions");
      assertThatThrownBy(file::size).hasMessageContaining(zero.toString());
    }
    try (var file = AsyncFiles.openBinary(TestSystem.existing("/dev/null"), "w").open()) {
      file.write(new byte[100]);
      assertThatThrownBy(() -> file.truncate(0)).hasMessageContaining("/dev/null");
    }
  }
}
