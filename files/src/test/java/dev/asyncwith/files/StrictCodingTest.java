package dev.asyncwith.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text is decoded and encoded strictly, and the error says where. */
class StrictCodingTest {
  @TempDir Path folder;

  @AfterEach
  void nothingIsLeftOpen() throws Exception {
    TestSystem.assertNothingOpenUnder(folder);
  }

  private static void assertMalformed(ThrowingCallable call, Path path, long offset, String bytes) {
    assertThatThrownBy(call)
        .hasMessageContainingAll(path.toString(), "bytes " + bytes + " at byte " + offset)
        .asInstanceOf(InstanceOfAssertFactories.type(TextCodingException.class))
        .satisfies(e -> assertThat(e.offset()).isEqualTo(offset))
        .satisfies(e -> assertThat(e.file()).isEqualTo(path.toString()));
  }

  @Test
  void malformedLineIsReportedWhereItStands() throws Exception {
    Path path = folder.resolve("latin");
    Files.write(path, "good\ncaf\u00E9\nmore\n".getBytes(StandardCharsets.ISO_8859_1));
    try (var file = AsyncFiles.open(path).open()) {
      assertThat(file.readLine()).isEqualTo("good");
      assertMalformed(file::readLine, path, 8, "E9");
      assertMalformed(file::readLine, path, 8, "E9");
      assertMalformed(file::read, path, 8, "E9");
      assertThatThrownBy(() -> file.lines().forEach(_ -> {}))
          .isInstanceOf(UncheckedIOException.class)
          .hasCauseInstanceOf(TextCodingException.class)
          .hasMessageContaining("UTF-8");
    }
  }

  @Test
  void malformedByteFarInTheFileIsReportedWhereItStands() throws Exception {
    Path path = folder.resolve("far");
    byte[] bytes = "0123456789abcde\n".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
    bytes[300_005] = (byte) 0xFF;
    Files.write(path, bytes);
    for (Charset charset :
        new Charset[] {
          StandardCharsets.UTF_8, StandardCharsets.US_ASCII, Charset.forName("EUC-JP")
        }) {
      try (var file = AsyncFiles.open(path, "r", charset).open()) {
        for (int i = 0; i < 300_000 / 16; i++) {
          assertThat(file.readLine()).isEqualTo("0123456789abcde");
        }
        assertThat(file.read(5)).isEqualTo("01234"); // what comes before it is given
        String malformed = charset.equals(Charset.forName("EUC-JP")) ? "FF 36" : "FF";
        assertMalformed(file::readLine, path, 300_005, malformed);
      }
    }
  }

  @Test
  void fileThatEndsWithinACharacterIsMalformed() throws Exception {
    Path utf8 = Files.write(folder.resolve("utf8"), new byte[] {'a', (byte) 0xE3, (byte) 0x81});
    try (var file = AsyncFiles.open(utf8).open()) {
      assertMalformed(file::readLine, utf8, 1, "E3 81");
      assertMalformed(() -> file.read(5), utf8, 1, "E3 81");
      assertThat(file.read(1)).isEqualTo("a");
      assertMalformed(() -> file.read(1), utf8, 1, "E3 81");
    }
    Path utf16 = Files.write(folder.resolve("utf16"), new byte[] {0, 'a', 0});
    try (var file = AsyncFiles.open(utf16, "r", StandardCharsets.UTF_16BE).open()) {
      assertMalformed(file::read, utf16, 2, "00");
    }
  }

  @Test
  void replacementCharacterOfTheFileIsText() throws Exception {
    Path path = Files.writeString(folder.resolve("f"), "\uFFFD\n\uFEFF");
    try (var file = AsyncFiles.open(path).open()) {
      assertThat(file.readLine()).isEqualTo("\uFFFD");
      assertThat(file.readLine()).isEqualTo("\uFEFF");
    }
  }

  @Test
  void textThatTheCharsetDoesNotHaveIsRefusedWhole() throws Exception {
    Path path = folder.resolve("ascii");
    try (var file = AsyncFiles.open(path, "w", StandardCharsets.US_ASCII).open()) {
      file.write("good ");
      assertThatThrownBy(() -> file.write("caf\u00E9"))
          .isInstanceOf(TextCodingException.class)
          .hasMessageContainingAll(path.toString(), "U+00E9 at index 3", "US-ASCII", "UTF-8");
      file.write("more");
    }
    assertThat(path).hasContent("good more");
  }

  @Test
  void loneSurrogateIsRefused() throws Exception {
    Path path = folder.resolve("f");
    try (var file = AsyncFiles.open(path, "w").open()) {
      assertThatThrownBy(() -> file.write("ab\uD83D"))
          .isInstanceOf(TextCodingException.class)
          .hasMessageContaining("U+D83D at index 2");
      assertThatThrownBy(() -> file.write("\uDE00x")).hasMessageContaining("U+DE00 at index 0");
    }
    assertThat(path).isEmptyFile();
  }
}
