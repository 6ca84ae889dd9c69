package dev.asyncwith.files;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncWith;
import dev.asyncwith.CancelScope;
import dev.asyncwith.files.TestSystem.Running;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an interrupt does to regular files: before a call nothing happens, during one it is waited
 * out, between two chunks it stops, and closing it never stops.
 */
@Timeout(60)
class InterruptTest {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;

  @AfterEach
  void nothingIsLeftOpen() throws Exception {
    Thread.interrupted();
    TestSystem.assertNothingOpenUnder(folder);
  }

  private static void assertInterrupted(Path path, ThrowingCallable call) {
    Thread.currentThread().interrupt();
    assertThatThrownBy(call)
        .isInstanceOf(InterruptedException.class)
        .hasMessageContainingAll("interrupted while", path.toString());
    assertThat(Thread.interrupted()).as("flag after the exception").isFalse();
  }

  @Test
  void beforeOpeningNothingIsCreated() {
    Path path = folder.resolve("f");
    assertInterrupted(path, () -> AsyncFiles.open(path, "w").open());
    assertThat(path).doesNotExist();
  }

  @Test
  void beforeACallNothingHappens() throws Exception {
    Path path = Files.writeString(folder.resolve("f"), "one\ntwo\n");
    try (var file = AsyncFiles.openBinary(path, "r+").open()) {
      assertThat(file.read(1)).hasSize(1);
      List<ThrowingCallable> calls =
          List.of(
              file::read,
              () -> file.read(1),
              () -> file.readInto(new byte[1]),
              () -> file.write(new byte[] {'x'}),
              () -> file.seek(5),
              file::tell,
              file::size,
              () -> file.truncate(0),
              file::flush);
      for (ThrowingCallable call : calls) {
        assertInterrupted(path, call);
      }
      assertThat(file.tell()).isEqualTo(1);
      assertThat(file.read()).asString().isEqualTo("ne\ntwo\n");
    }
    try (var file = AsyncFiles.open(path, "r+").open()) {
      List<ThrowingCallable> calls =
          List.of(
              file::read,
              () -> file.read(1),
              file::readLine,
              () -> file.write("x"),
              () -> file.writeLines(List.of("x")),
              file::rewind,
              file::truncate,
              file::flush);
      for (ThrowingCallable call : calls) {
        assertInterrupted(path, call);
      }
      assertThat(file.readLine()).isEqualTo("one");
    }
    assertThat(path).hasContent("one\ntwo\n");
  }

  @Test
  void loopOverLinesEndsWithTheFlagSet() throws Exception {
    Path path = Files.writeString(folder.resolve("f"), "one\ntwo\n");
    try (var file = AsyncFiles.open(path).open()) {
      var lines = file.lines().iterator();
      Thread.currentThread().interrupt();
      for (ThrowingCallable call : List.<ThrowingCallable>of(lines::hasNext, lines::next)) {
        assertThatThrownBy(call)
            .isInstanceOf(UncheckedIOException.class)
            .hasCauseInstanceOf(InterruptedIOException.class)
            .hasMessageContaining(path.toString());
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
      }
      assertThat(Thread.interrupted()).isTrue();
      assertThat(lines.next()).isEqualTo("one");
    }
  }

  @Test
  void duringAReadTheTrueResultIsGivenAndTheFlagStays() throws Exception {
    Path path = Files.writeString(folder.resolve("f"), "text");
    try (var file = AsyncFiles.open(path).open();
        var pool = new BusyPool()) {
      var reading = Running.start(() -> file.read() + " " + Thread.currentThread().isInterrupted());
      TestSystem.awaitWaiting(reading.thread);
      reading.thread.interrupt();
      pool.release();
      assertThat(reading.get()).isEqualTo("text true");
    }
  }

  @Test
  void aPlatformThreadIsServedTheSameWay() throws Exception {
    Path path = Files.writeString(folder.resolve("f"), "text");
    try (var file = AsyncFiles.open(path).open();
        var pool = new BusyPool()) {
      Thread reader = Thread.currentThread();
      Thread interrupter =
          Thread.ofVirtual()
              .start(
                  () -> {
                    TestSystem.awaitWaiting(reader);
                    reader.interrupt();
                    pool.release();
                  });
      assertThat(file.read()).isEqualTo("text");
      assertThat(Thread.interrupted()).isTrue();
      interrupter.join();
      file.rewind();
      assertThat(file.read()).isEqualTo("text");
    }
  }

  @Test
  void duringOpeningTheFileIsClosedAgain() throws Exception {
    Path path = Files.writeString(folder.resolve("f"), "text");
    try (var pool = new BusyPool()) {
      var opening =
          Running.start(
              () -> {
                assertThatThrownBy(() -> AsyncFiles.open(path).open())
                    .isInstanceOf(InterruptedException.class)
                    .hasMessageContaining(path.toString());
                return Thread.currentThread().isInterrupted();
              });
      TestSystem.awaitWaiting(opening.thread);
      opening.thread.interrupt();
      pool.release();
      assertThat(opening.get()).isFalse();
    }
  }

  @Test
  void betweenTwoChunksALargeWriteStopsAndTellsHowFarItCame() throws Exception {
    Path path = folder.resolve("f");
    try (var file = AsyncFiles.openBinary(path, "w").open();
        var pool = new BusyPool()) {
      var writing =
          Running.start(
              () -> {
                assertThatThrownBy(() -> file.write(new byte[5 * MIB]))
                    .isInstanceOf(InterruptedException.class)
                    .hasMessageContaining("%d of %d bytes were written", MIB, 5 * MIB);
                return file.tell();
              });
      TestSystem.awaitWaiting(writing.thread);
      writing.thread.interrupt();
      pool.release();
      assertThat(writing.get()).isEqualTo(MIB);
    }
    assertThat(path).hasSize(MIB);
  }

  @Test
  void betweenTwoChunksALargeReadStopsAndLosesNothing() throws Exception {
    byte[] bytes = new byte[5 * MIB];
    java.util.Arrays.fill(bytes, (byte) 'x');
    Path path = Files.write(folder.resolve("f"), bytes);
    try (var file = AsyncFiles.open(path).open();
        var pool = new BusyPool()) {
      var reading =
          Running.start(
              () -> {
                assertThatThrownBy(file::read).isInstanceOf(InterruptedException.class);
                return file.read().length();
              });
      TestSystem.awaitWaiting(reading.thread);
      reading.thread.interrupt();
      pool.release();
      assertThat(reading.get()).isEqualTo(5 * MIB);
    }
  }

  @Test
  void readIntoGivesWhatItHasWhenItIsInterruptedBetweenChunks() throws Exception {
    Path path = Files.write(folder.resolve("f"), new byte[MIB]);
    try (var file = AsyncFiles.openBinary(path, "r").open();
        var pool = new BusyPool()) {
      var reading =
          Running.start(
              () -> {
                int count = file.readInto(new byte[MIB]);
                assertThat(Thread.interrupted()).isTrue();
                return file.tell() == count ? count : -1;
              });
      TestSystem.awaitWaiting(reading.thread);
      reading.thread.interrupt();
      pool.release();
      assertThat(reading.get()).isPositive().isLessThan(MIB);
    }
  }

  @Test
  void closeWritesTheBufferUnderASetFlagAndKeepsIt() throws Exception {
    Path path = folder.resolve("f");
    var file = AsyncFiles.open(path, "w").open();
    file.write("28 bytes that must not be lost");
    Thread.currentThread().interrupt();
    file.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(path).hasContent("28 bytes that must not be lost");
  }

  @Test
  void closeByHandWritesTheBufferInACancelledScope() throws Exception {
    Path path = folder.resolve("f");
    var scope = CancelScope.create();
    with(scope)
        .run(
            () -> {
              try (var file = AsyncFiles.open(path, "w").open()) {
                file.write("kept");
                scope.cancel();
                AsyncWith.checkpoint();
              }
            });
    assertThat(scope.caught()).isTrue();
    assertThat(Thread.interrupted()).isFalse();
    assertThat(path).hasContent("kept");
  }

  @Test
  void blockClosesUnderASetFlagAndKeepsIt() throws Exception {
    Path path = folder.resolve("f");
    with(AsyncFiles.open(path, "w"))
        .run(
            file -> {
              file.write("kept");
              Thread.currentThread().interrupt();
            });
    assertThat(Thread.interrupted()).isTrue();
    assertThat(path).hasContent("kept");
  }

  @Test
  void interruptDuringCloseIsKeptForAfterIt() throws Exception {
    Path path = folder.resolve("f");
    var file = AsyncFiles.open(path, "w").open();
    file.write("kept");
    try (var pool = new BusyPool()) {
      var closing =
          Running.start(
              () -> {
                file.close();
                return Thread.currentThread().isInterrupted();
              });
      TestSystem.awaitWaiting(closing.thread);
      closing.thread.interrupt();
      pool.release();
      assertThat(closing.get()).isTrue();
    }
    assertThat(path).hasContent("kept");
  }
}
