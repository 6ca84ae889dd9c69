package dev.asyncwith.files;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncWith;
import dev.asyncwith.CancelScope;
import dev.asyncwith.files.TestSystem.Running;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** C2: files in a cancelled scope, of the kind that sends no interrupt. */
@Timeout(60)
class CancelledScopeTest {
  private static final int MIB = 1 << 20;

  private final CancelScope scope = CancelScope.create().cooperative();

  @TempDir Path folder;

  @AfterEach
  void nothingIsLeft() throws Exception {
    assertThat(Thread.interrupted()).isFalse();
    TestSystem.assertNothingOpenUnder(folder);
  }

  private void assertThrowsEachTime(Path path, ThrowingCallable call) {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(call)
          .isInstanceOf(InterruptedException.class)
          .hasMessageContainingAll(path.toString(), scope.describe(), "stop");
    }
  }

  @Test
  void everyCallThrowsAtOnceAndTheFileIsClosedAndKeepsItsText() throws Exception {
    Path path = Files.writeString(folder.resolve("f"), "one\ntwo\n");
    with(scope)
        .and(AsyncFiles.openBinary(path, "r+"))
        .and(AsyncFiles.open(path, "r+"))
        .run(
            (bytes, text) -> {
              scope.cancel("stop");
              for (ThrowingCallable call :
                  List.<ThrowingCallable>of(
                      bytes::read,
                      () -> bytes.read(1),
                      () -> bytes.readInto(new byte[1]),
                      () -> bytes.write(new byte[] {'x'}),
                      () -> bytes.seek(5),
                      bytes::tell,
                      bytes::size,
                      () -> bytes.truncate(0),
                      bytes::flush,
                      text::read,
                      () -> text.read(1),
                      text::readLine,
                      () -> text.write("x"),
                      () -> text.writeLines(List.of("x")),
                      text::rewind,
                      text::truncate,
                      text::flush)) {
                assertThrowsEachTime(path, call);
              }
              assertThatThrownBy(() -> text.lines().iterator().next())
                  .isInstanceOf(UncheckedIOException.class)
                  .hasCauseInstanceOf(InterruptedIOException.class);
              assertThat(Thread.interrupted()).isTrue();
            });
    assertThat(path).hasContent("one\ntwo\n");
  }

  @Test
  void anOpenCreatesNothing() throws Exception {
    Path path = folder.resolve("f");
    with(scope)
        .run(
            () -> {
              scope.cancel("stop");
              assertThrowsEachTime(path, () -> AsyncFiles.open(path, "w").open());
            });
    assertThat(path).doesNotExist();
  }

  @Test
  void whatWasWrittenBeforeIsInTheFile() throws Exception {
    Path path = folder.resolve("f");
    with(scope)
        .and(AsyncFiles.open(path, "w"))
        .run(
            file -> {
              file.write("kept");
              scope.cancel();
              AsyncWith.checkpoint();
            });
    assertThat(scope.caught()).isTrue();
    assertThat(path).hasContent("kept");
  }

  @Test
  void aReadThatHasBegunGivesItsTrueResult() throws Exception {
    Path path = Files.writeString(folder.resolve("f"), "text");
    for (CancelScope each : new CancelScope[] {scope, CancelScope.create()}) {
      try (var file = AsyncFiles.open(path).open();
          var pool = new BusyPool()) {
        String[] read = new String[1];
        var reading =
            Running.start(
                () -> {
                  with(each)
                      .run(
                          () -> {
                            read[0] = file.read();
                            file.rewind();
                          });
                  return Thread.currentThread().isInterrupted();
                });
        TestSystem.awaitWaiting(reading.thread);
        each.cancel();
        pool.release();
        assertThat(reading.get()).as("interrupt flag").isFalse();
        assertThat(read[0]).isEqualTo("text");
        assertThat(each.caught()).isTrue();
      }
    }
  }

  @Test
  void anOpenThatHasBegunClosesItsFile() throws Exception {
    Path path = Files.writeString(folder.resolve("f"), "text");
    try (var pool = new BusyPool()) {
      var opening =
          Running.start(
              () -> {
                with(scope).run(() -> AsyncFiles.open(path).open());
                return scope.caught();
              });
      TestSystem.awaitWaiting(opening.thread);
      scope.cancel();
      pool.release();
      assertThat(opening.get()).isTrue();
    }
  }

  /**
   * A read of a pipe may never end: the cancel ends the wait, and the bytes go to the next read.
   */
  @Test
  void aWaitForAPipeEndsAndNoByteIsLost() throws Exception {
    Path fifo = TestSystem.fifo(folder, "pipe");
    try (var writer = new RandomAccessFile(fifo.toFile(), "rw");
        var file = AsyncFiles.openBinary(fifo, "r").open()) {
      var reading =
          Running.start(
              () -> {
                with(scope).run(() -> file.read(1));
                return scope.caught();
              });
      TestSystem.awaitWaiting(reading.thread);
      scope.cancel();
      assertThat(reading.get()).isTrue();
      writer.write('x');
      assertThat(file.read(1)).containsExactly('x');
    }
  }

  /** By hand too: a close shields itself as a block's exit is shielded. */
  @Test
  void aPipesCloseWaitsForItsReaderInACancelledScope() throws Exception {
    Path fifo = TestSystem.fifo(folder, "pipe");
    try (var reader = new RandomAccessFile(fifo.toFile(), "rw")) {
      for (CancelScope each : new CancelScope[] {scope, CancelScope.create()}) {
        with(each)
            .run(
                () -> {
                  var file = AsyncFiles.open(fifo, "w").open();
                  file.write("kept");
                  each.cancel();
                  file.close();
                  AsyncWith.checkpoint();
                });
        assertThat(each.caught()).isTrue();
        byte[] read = new byte[4];
        reader.readFully(read);
        assertThat(read).asString().isEqualTo("kept");
      }
    }
  }

  @Test
  void readIntoKeepsNoFlagOfAScopeForTheNextCall() throws Exception {
    Path path = Files.write(folder.resolve("f"), new byte[MIB]);
    CancelScope interrupting = CancelScope.create();
    try (var file = AsyncFiles.openBinary(path, "r").open();
        var pool = new BusyPool()) {
      var reading =
          Running.start(
              () -> {
                int[] count = new int[1];
                with(interrupting).run(() -> count[0] = file.readInto(new byte[MIB]));
                return Thread.currentThread().isInterrupted() ? -1 : count[0];
              });
      TestSystem.awaitWaiting(reading.thread);
      interrupting.cancel();
      pool.release();
      assertThat(reading.get()).isPositive().isLessThan(MIB);
    }
  }
}
