package dev.asyncwith.files;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading and writing text: lines, characters, charsets. */
class TextFileTest {
  private static final String JAPANESE = "\u65E5\u672C\u8A9E\u306E\u30C6\u30AD\u30B9\u30C8";
  private static final String EMOJI = "\uD83D\uDE00";

  @TempDir Path folder;

  private Path write(String text, Charset charset) throws IOException {
    return Files.write(folder.resolve("text"), text.getBytes(charset));
  }

  private List<String> lines(Path path, Charset charset) throws Exception {
    List<String> lines = new ArrayList<>();
    try (var file = AsyncFiles.open(path, "r", charset).open()) {
      for (String line = file.readLine(); line != null; line = file.readLine()) {
        lines.add(line);
      }
      assertThat(file.readLine()).isNull();
      assertThat(file.read()).isEmpty();
      assertThat(file.charset()).isEqualTo(charset);
    }
    return lines;
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "US-ASCII", "ISO-8859-1", "UTF-16", "UTF-16LE", "Shift_JIS"})
  void lineEndsAreUniversal(String name) throws Exception {
    Charset charset = Charset.forName(name);
    Path path = write("unix\nwindows\r\nmac\r\r\n\n\n\rlast", charset);
    assertThat(lines(path, charset))
        .containsExactly("unix", "windows", "mac", "", "", "", "", "last");
    assertThat(lines(write("", charset), charset)).isEmpty();
    assertThat(lines(write("\n", charset), charset)).containsExactly("");
    assertThat(lines(write("a\r", charset), charset)).containsExactly("a");
    assertThat(lines(write("a\r\n", charset), charset)).containsExactly("a");
  }

  /**
   * The JDK's reader is the oracle; line ends and long characters fall on every edge of a chunk.
   */
  @ParameterizedTest
  @CsvSource({"UTF-8, 1", "UTF-8, 2", "ISO-8859-1, 3", "UTF-16, 4", "EUC-JP, 5", "Shift_JIS, 6"})
  void linesAcrossChunksAreThoseOfTheJdk(String name, long seed) throws Exception {
    Charset charset = Charset.forName(name);
    var random = new Random(seed);
    String[] ends = {"\n", "\r", "\r\n", "\r\r\n", "\n\r"};
    String wide = charset.newEncoder().canEncode(EMOJI) ? EMOJI : "z";
    String japanese = charset.newEncoder().canEncode(JAPANESE) ? JAPANESE : "\u00E9";
    var text = new StringBuilder();
    while (text.length() < 700_000) {
      text.append("x".repeat(random.nextInt(40)))
          .append(random.nextInt(8) == 0 && charset != StandardCharsets.UTF_8 ? "y" : wide)
          .append(random.nextBoolean() ? japanese : "")
          .append(ends[random.nextInt(ends.length)]);
      if (random.nextInt(2_000) == 0) {
        text.append("long ".repeat(random.nextInt(60_000)));
      }
    }
    String all = charset.newEncoder().canEncode(text) ? text.toString() : ascii(text);
    Path path = write(all, charset);
    assertThat(lines(path, charset)).isEqualTo(Files.readAllLines(path, charset));
    try (var file = AsyncFiles.open(path, "r", charset).open()) {
      assertThat(file.read()).isEqualTo(all);
    }
  }

  private static String ascii(CharSequence text) {
    return text.toString().replaceAll("[^\\x00-\\x7F]", "?");
  }

  @Test
  void aMissingLineOrTextIsNamed(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("lines.txt");
    assertThatThrownBy(
            () -> with(AsyncFiles.open(file, "w")).run(f -> f.writeLines(Arrays.asList("a", null))))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("a line to write is null");
    assertThat(file).hasContent("a");
    assertThatThrownBy(() -> with(AsyncFiles.open(file, "w")).run(f -> f.write(null)))
        .hasMessage("the text to write is null");
  }

  @Test
  void aMissingFileIsToldOnceWithTheJdksErrorAsTheCause(@TempDir Path folder) {
    assertThatThrownBy(() -> with(AsyncFiles.open(folder.resolve("none"))).run(f -> f.read()))
        .isInstanceOf(NoSuchFileException.class)
        .cause()
        .isInstanceOf(NoSuchFileException.class)
        .hasNoCause();
  }

  @Test
  void loopReadsLinesAndMayBeLeft() throws Exception {
    Path path = write("1\n2\r\n3\n4", StandardCharsets.UTF_8);
    try (var file = AsyncFiles.open(path).open()) {
      List<String> seen = new ArrayList<>();
      for (String line : file.lines()) {
        seen.add(line);
        if (line.equals("2")) {
          break;
        }
      }
      assertThat(seen).containsExactly("1", "2");
      assertThat(file.readLine()).isEqualTo("3");
      var rest = file.lines().iterator();
      assertThat(rest.hasNext()).isTrue();
      assertThat(rest.hasNext()).isTrue();
      assertThat(rest.next()).isEqualTo("4");
      assertThat(rest.hasNext()).isFalse();
      assertThatThrownBy(rest::next)
          .isInstanceOf(NoSuchElementException.class)
          .hasMessageContaining(path.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16"})
  void readCountsCharactersAndDividesNone(String name) throws Exception {
    Charset charset = Charset.forName(name);
    Path path = write("a\u00E9" + EMOJI + JAPANESE + "\r\nz", charset);
    try (var file = AsyncFiles.open(path, "r", charset).open()) {
      assertThat(file.read(0)).isEmpty();
      assertThat(file.read(2)).isEqualTo("a\u00E9");
      assertThat(file.read(1)).isEqualTo(EMOJI);
      assertThat(file.read(3)).isEqualTo(JAPANESE.substring(0, 3));
      assertThat(file.readLine()).isEqualTo(JAPANESE.substring(3));
      assertThat(file.read(10)).isEqualTo("z");
      assertThat(file.read(10)).isEmpty();
      assertThatThrownBy(() -> file.read(-1)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void readInSmallPiecesGivesAll() throws Exception {
    String all = (JAPANESE + EMOJI + "abc\u00E9\r\n").repeat(4_000);
    Path path = write(all, StandardCharsets.UTF_8);
    var read = new StringBuilder();
    try (var file = AsyncFiles.open(path).open()) {
      for (String piece = file.read(997); !piece.isEmpty(); piece = file.read(997)) {
        read.append(piece);
      }
    }
    assertThat(read.toString()).isEqualTo(all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16", "Shift_JIS", "ISO-2022-JP"})
  void largeTextComesBackAsItWent(String name) throws Exception {
    Charset charset = Charset.forName(name);
    String line = JAPANESE + " and some more, number ";
    Path path = folder.resolve("large");
    try (var file = AsyncFiles.open(path, "w", charset).open()) {
      for (int i = 0; i < 60_000; i++) {
        file.write(line + i + "\n");
      }
      file.write((line + "\n").repeat(40_000));
    }
    int number = 0;
    try (var file = AsyncFiles.open(path, "r", charset).open()) {
      for (String read : file.lines()) {
        String expected = number < 60_000 ? line + number : line;
        if (!read.equals(expected)) { // a hundred thousand assertions would take seconds
          assertThat(read).isEqualTo(expected);
        }
        number++;
      }
    }
    assertThat(number).isEqualTo(100_000);
    assertThat(Files.size(path)).isGreaterThan(4 << 20);
    assertThat(Files.readString(path, charset)).hasLineCount(100_000);
  }

  @Test
  void utf16IsMarkedOnce() throws Exception {
    Path path = folder.resolve("marked");
    try (var file = AsyncFiles.open(path, "w", StandardCharsets.UTF_16).open()) {
      file.write("");
      file.write("a");
      file.write("b");
      file.flush();
      file.write("c");
    }
    assertThat(path).hasBinaryContent("abc".getBytes(StandardCharsets.UTF_16));
  }

  @Test
  void writeLinesIsTheInverseOfLines() throws Exception {
    Path path = folder.resolve("lines");
    List<String> lines = List.of("one", "", JAPANESE);
    try (var file = AsyncFiles.open(path, "w").open()) {
      file.writeLines(lines);
    }
    assertThat(path).hasContent("one\n\n" + JAPANESE + "\n");
    assertThat(lines(path, StandardCharsets.UTF_8)).isEqualTo(lines);
  }

  @Test
  void readsWhatIsAppendedAfterTheEnd() throws Exception {
    Path path = write("1\n", StandardCharsets.UTF_8);
    try (var file = AsyncFiles.open(path).open();
        var appender = AsyncFiles.open(path, "a").open()) {
      assertThat(file.readLine()).isEqualTo("1");
      assertThat(file.readLine()).isNull();
      appender.write("2\n");
      appender.flush();
      assertThat(file.readLine()).isEqualTo("2");
    }
  }

  @Test
  void positionIsKeptThroughLineEndsAtTheEdgeOfAChunk() throws Exception {
    String first = "x".repeat((16 << 10) - 1); // the CR is the last byte of the first chunk
    Path path = write(first + "\r\nabc\n", StandardCharsets.UTF_8);
    try (var file = AsyncFiles.open(path, "r+").open()) {
      assertThat(file.readLine()).isEqualTo(first);
      file.write("ABC");
    }
    assertThat(path).hasContent(first + "\r\nABC\n");
  }

  @Test
  void writingAfterAPartWasReadNeedsAKnownPlace() throws Exception {
    Charset charset = StandardCharsets.UTF_16LE;
    Path path = write("one\ntwo\n", charset);
    try (var file = AsyncFiles.open(path, "r+", charset).open()) {
      assertThat(file.readLine()).isEqualTo("one");
      assertThatThrownBy(() -> file.write("x"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll(path.toString(), "UTF-16LE", "rewind()");
      assertThatThrownBy(file::truncate).isInstanceOf(IllegalStateException.class);
      assertThat(file.read()).isEqualTo("two\n");
      file.write("three");
      file.rewind();
      assertThat(file.read()).isEqualTo("one\ntwo\nthree");
    }
  }

  @Test
  void readsFilesThatTellNoSize() throws Exception {
    Path path = TestSystem.existing("/proc/cpuinfo");
    try (var file = AsyncFiles.open(path).open()) {
      assertThat(file.read()).contains("processor");
    }
  }
}
