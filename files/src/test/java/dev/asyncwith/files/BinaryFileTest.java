package dev.asyncwith.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes: reading, writing, positions, sizes. */
class BinaryFileTest {
  @TempDir Path folder;

  @AfterEach
  void nothingIsLeftOpen() throws Exception {
    TestSystem.assertNothingOpenUnder(folder);
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8191, 8192, 8193, 65_536, 1 << 20, (5 << 20) + 7})
  void comesBackAsItWent(int size) throws Exception {
    Path path = folder.resolve("f");
    byte[] bytes = random(size);
    try (var file = AsyncFiles.openBinary(path, "w+").open()) {
      file.write(bytes);
      assertThat(file.tell()).isEqualTo(size);
      file.seek(0);
      assertThat(file.read()).isEqualTo(bytes);
      assertThat(file.read()).isEmpty();
    }
    assertThat(path).hasBinaryContent(bytes);
  }

  @Test
  void writesPiecesOfAllSizesInOrder() throws Exception {
    Path path = folder.resolve("f");
    var random = new Random(7);
    var expected = new ByteArrayOutputStream();
    try (var file = AsyncFiles.openBinary(path, "w").open()) {
      for (int i = 0; i < 300; i++) {
        byte[] piece = random(random.nextInt(i % 10 == 0 ? 200_000 : 9_000));
        expected.writeBytes(piece);
        ByteBuffer source = i % 2 == 0 ? ByteBuffer.allocateDirect(piece.length) : null;
        if (source == null) {
          file.write(piece);
        } else {
          file.write(source.put(piece).flip());
          assertThat(source.hasRemaining()).isFalse();
        }
      }
    }
    assertThat(path).hasBinaryContent(expected.toByteArray());
  }

  @Test
  void readsPiecesOfAllSizesInOrder() throws Exception {
    byte[] bytes = random(3 << 20);
    Path path = Files.write(folder.resolve("f"), bytes);
    var random = new Random(8);
    var read = new ByteArrayOutputStream();
    try (var file = AsyncFiles.openBinary(path, "r").open()) {
      int last = 0;
      while (last >= 0) {
        byte[] piece = file.read(random.nextInt(50_000));
        read.writeBytes(piece);
        ByteBuffer into = ByteBuffer.allocate(1 + random.nextInt(400_000));
        last = file.readInto(into);
        assertThat(Math.max(last, 0)).isEqualTo(into.position());
        read.write(into.array(), 0, into.position());
      }
      assertThat(file.tell()).isEqualTo(bytes.length);
      assertThat(file.readInto(new byte[1])).isEqualTo(-1);
      assertThat(file.readInto(new byte[0])).isZero();
    }
    assertThat(read.toByteArray()).isEqualTo(bytes);
  }

  @Test
  void readsAndWritesShareOnePosition() throws Exception {
    Path path = Files.write(folder.resolve("f"), new byte[] {0, 1, 2, 3, 4, 5, 6, 7});
    try (var file = AsyncFiles.openBinary(path, "r+").open()) {
      assertThat(file.read(2)).containsExactly(0, 1);
      file.write(new byte[] {20, 30});
      assertThat(file.tell()).isEqualTo(4);
      assertThat(file.read(1)).containsExactly(4);
      file.seek(1);
      assertThat(file.read(3)).containsExactly(1, 20, 30);
      file.seek(2);
      assertThat(file.read(1)).containsExactly(20);
      file.seek(7);
      file.write(new byte[] {70, 80});
      assertThat(file.size()).isEqualTo(9);
      file.seek(5);
      assertThat(file.read()).containsExactly(5, 6, 70, 80);
    }
  }

  @Test
  void writingBehindTheEndFillsTheGap() throws Exception {
    Path path = folder.resolve("f");
    try (var file = AsyncFiles.openBinary(path, "w+").open()) {
      file.seek(3);
      file.write(new byte[] {1});
      file.seek(100);
      assertThat(file.read()).isEmpty();
      assertThat(file.tell()).isEqualTo(100);
    }
    assertThat(path).hasBinaryContent(new byte[] {0, 0, 0, 1});
  }

  @ParameterizedTest
  @ValueSource(strings = {"r+", "a", "a+"})
  void truncateCutsAndExtends(String mode) throws Exception {
    Path path = Files.write(folder.resolve("f"), new byte[] {1, 2, 3, 4});
    try (var file = AsyncFiles.openBinary(path, mode).open()) {
      long before = file.tell();
      file.truncate(2);
      assertThat(file.tell()).isEqualTo(before);
      assertThat(file.size()).isEqualTo(2);
      file.truncate(5);
      assertThat(file.size()).isEqualTo(5);
      file.truncate(5);
      assertThat(file.tell()).isEqualTo(before);
    }
    assertThat(path).hasBinaryContent(new byte[] {1, 2, 0, 0, 0});
  }

  @Test
  void truncateExtendsAnAppendedFileOverSeveralTransfers() throws Exception {
    Path path = Files.write(folder.resolve("f"), new byte[] {1});
    try (var file = AsyncFiles.openBinary(path, "a").open()) {
      file.truncate((2 << 20) + 5);
    }
    assertThat(Files.readAllBytes(path)).isEqualTo(Arrays.copyOf(new byte[] {1}, (2 << 20) + 5));
  }

  @Test
  void truncateNeedsAModeThatWrites() throws Exception {
    Path path = Files.write(folder.resolve("f"), new byte[] {1});
    try (var file = AsyncFiles.openBinary(path, "r").open()) {
      assertThatThrownBy(() -> file.truncate(0)).isInstanceOf(IllegalStateException.class);
    }
    assertThat(path).hasSize(1);
  }

  @Test
  void negativeNumbersAreRefused() throws Exception {
    try (var file = AsyncFiles.openBinary(folder.resolve("f"), "w+").open()) {
      assertThatThrownBy(() -> file.seek(-1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("-1");
      assertThatThrownBy(() -> file.read(-2)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> file.truncate(-3)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void flushHandsOverAndReadsDoToo() throws Exception {
    Path path = folder.resolve("f");
    try (var file = AsyncFiles.openBinary(path, "w+").open()) {
      file.write(new byte[] {1});
      assertThat(path).isEmptyFile(); // still in the buffer
      file.flush();
      assertThat(path).hasSize(1);
      file.write(new byte[] {2});
      assertThat(file.read()).isEmpty();
      assertThat(path).hasSize(2);
    }
  }

  @Test
  void readsAFileThatGrewSinceItWasOpened() throws Exception {
    Path path = Files.write(folder.resolve("f"), new byte[] {1});
    try (var file = AsyncFiles.openBinary(path, "r").open()) {
      byte[] more = random(300_000);
      Files.write(path, more, StandardOpenOption.APPEND);
      assertThat(file.read()).hasSize(300_001).startsWith(1).endsWith(more);
    }
  }

  @Test
  void errorsOfTheDiskNameTheFile() throws Exception {
    Path path = TestSystem.existing("/proc/self/mem"); // reading its first page fails
    try (var file = AsyncFiles.openBinary(path, "r").open()) {
      assertThatThrownBy(file::read)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(path.toString())
          .hasCauseInstanceOf(IOException.class);
      assertThatThrownBy(() -> file.read(1)).isInstanceOf(IOException.class);
    }
  }
}
