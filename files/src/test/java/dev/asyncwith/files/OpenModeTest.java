package dev.asyncwith.files;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each mode does, and what is refused; after every test nothing may be left open. */
class OpenModeTest {
  @TempDir Path folder;
  private Path file;
  private Path missing;

  @BeforeEach
  void makeFile() throws IOException {
    file = Files.writeString(folder.resolve("file.txt"), "one\ntwo\n");
    missing = folder.resolve("missing.txt");
  }

  @AfterEach
  void nothingIsLeftOpen() throws IOException {
    TestSystem.assertNothingOpenUnder(folder);
  }

  @Test
  void readsByDefault() throws Exception {
    String text = with(AsyncFiles.open(file)).call(opened -> opened.read());
    assertThat(text).isEqualTo("one\ntwo\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"r", "rt", "tr"})
  void readModeReadsAndDoesNotWrite(String mode) throws Exception {
    try (var opened = AsyncFiles.open(file, mode).open()) {
      assertThatThrownBy(() -> opened.write("x"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll(file.toString(), "mode \"" + mode + '"', "writing", "\"r+\"");
      assertThat(opened.read()).isEqualTo("one\ntwo\n");
      opened.flush();
    }
    assertThat(file).hasContent("one\ntwo\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"w", "a", "x", "wt", "at", "xt"})
  void writeModesDoNotRead(String mode) throws Exception {
    try (var opened = AsyncFiles.open(missing, mode).open()) {
      assertThatThrownBy(opened::read)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll(missing.toString(), "reading", "\"r\"");
      opened.write("new");
    }
    assertThat(missing).hasContent("new");
  }

  @Test
  void writeModeEmptiesTheFile() throws Exception {
    with(AsyncFiles.open(file, "w")).run(opened -> opened.write("3"));
    assertThat(file).hasContent("3");
    with(AsyncFiles.open(file, "w")).run(_ -> {});
    assertThat(file).isEmptyFile();
  }

  @Test
  void appendModeWritesAtTheEndWhoeverElseDoes() throws Exception {
    try (var first = AsyncFiles.openBinary(file, "a").open();
        var second = AsyncFiles.openBinary(file, "a").open()) {
      assertThat(first.tell()).isEqualTo(8);
      first.write(new byte[] {'3'});
      first.flush();
      second.write(new byte[] {'4', '5'});
      assertThat(second.tell()).isEqualTo(11);
      first.seek(0);
      first.write(new byte[] {'6'});
      assertThat(first.tell()).isEqualTo(12);
    }
    assertThat(file).hasContent("one\ntwo\n3456");
  }

  @Test
  void appendAndReadBeginsAtTheEnd() throws Exception {
    try (var opened = AsyncFiles.open(file, "a+").open()) {
      assertThat(opened.read()).isEmpty();
      opened.write("three\n");
      assertThat(opened.readLine()).isNull();
      opened.rewind();
      assertThat(opened.readLine()).isEqualTo("one");
      opened.write("four\n");
      assertThat(opened.read()).isEmpty();
      opened.rewind();
      assertThat(opened.read()).isEqualTo("one\ntwo\nthree\nfour\n");
    }
  }

  @Test
  void appendAndReadCreates() throws Exception {
    try (var opened = AsyncFiles.open(missing, "a+").open()) {
      opened.write("x");
      opened.rewind();
      assertThat(opened.read()).isEqualTo("x");
    }
  }

  @Test
  void readAndWriteChangesInPlace() throws Exception {
    try (var opened = AsyncFiles.open(file, "r+").open()) {
      assertThat(opened.readLine()).isEqualTo("one");
      opened.write("TWO");
      assertThat(opened.read()).isEqualTo("\n");
    }
    assertThat(file).hasContent("one\nTWO\n");
  }

  @Test
  void rewindWriteTruncateReplacesTheText() throws Exception {
    try (var opened = AsyncFiles.open(file, "r+").open()) {
      assertThat(opened.read()).hasSize(8);
      opened.rewind();
      opened.write("1\n");
      opened.truncate();
    }
    assertThat(file).hasContent("1\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"w+", "x+", "+w", "w+t"})
  void writeAndReadGivesBackWhatWasWritten(String mode) throws Exception {
    try (var opened = AsyncFiles.open(missing, mode).open()) {
      opened.write("written");
      assertThat(opened.read()).isEmpty();
      opened.rewind();
      assertThat(opened.read()).isEqualTo("written");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "x+"})
  void createModeRefusesWhatExists(String mode) {
    assertThatThrownBy(() -> AsyncFiles.open(file, mode).open())
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContainingAll(file.toString(), "exists already", "w writes it anew");
    assertThat(file).hasContent("one\ntwo\n");
    assertThatThrownBy(() -> AsyncFiles.open(folder, mode).open())
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"r", "r+"})
  void missingFileIsNamed(String mode) {
    assertThatThrownBy(() -> with(AsyncFiles.open(missing, mode)).run(_ -> {}))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContainingAll(missing.toString(), "does not exist", "w, a and x do")
        .hasCauseInstanceOf(NoSuchFileException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"r", "w", "a+"})
  void missingFolderIsNamed(String mode) {
    Path inMissing = missing.resolve("file");
    assertThatThrownBy(() -> AsyncFiles.openBinary(inMissing, mode).open())
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContainingAll(inMissing.toString(), "its folder does not exist");
  }

  @ParameterizedTest
  @ValueSource(strings = {"r", "r+", "w", "a", "a+"})
  void directoryIsRefused(String mode) {
    assertThatThrownBy(() -> AsyncFiles.open(folder, mode).open())
        .isInstanceOf(FileSystemException.class)
        .hasMessageContainingAll(folder.toString(), "is a directory", "Files.list");
  }

  @Test
  void fileInTheWayOfAFolderIsNamed() {
    Path below = file.resolve("below");
    assertThatThrownBy(() -> AsyncFiles.open(below, "w").open())
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(below.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "t", "+", "rw", "rr", "r++", "rtt", "rb", "R", "r ", "U", "wxa"})
  void malformedModeListsWhatIsAllowed(String mode) {
    assertThatThrownBy(() -> AsyncFiles.open(missing, mode))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("\"" + mode + '"', "r, w, a, x", "optional +", "optional t");
  }

  @ParameterizedTest
  @CsvSource({"rb, t, openBinary", "rt, b, open opens files of text"})
  void modeOfTheOtherKindNamesTheOtherMethod(String mode, char kind, String method) {
    assertThatThrownBy(() -> OpenMode.parse(mode, kind)).hasMessageContaining(method);
  }

  @ParameterizedTest
  @ValueSource(strings = {"w", "wb", "bw", "w+", "wb+", "w+b", "+bw"})
  void binaryModesTakeTheirCharactersInAnyOrder(String mode) throws Exception {
    with(AsyncFiles.openBinary(missing, mode)).run(opened -> opened.write(new byte[] {1, -1}));
    assertThat(missing).hasBinaryContent(new byte[] {1, -1});
  }

  @Test
  void makingAManagerDoesNothing() {
    var manager = AsyncFiles.open(missing, "w");
    assertThat(missing).doesNotExist();
    assertThat(manager.describe()).isEqualTo("file " + missing + " (mode \"w\", UTF-8)");
    assertThat(AsyncFiles.openBinary(missing, "r+b").describe())
        .isEqualTo("file " + missing + " (mode \"r+b\", bytes)");
  }

  @Test
  void charsetThatDoesNotGoWithTheModeIsRefusedAtTheCall() {
    for (String mode : new String[] {"a", "r+", "w+"}) {
      assertThatThrownBy(() -> AsyncFiles.open(file, mode, Charset.forName("UTF-16")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("byte order mark", mode, "UTF-16LE");
    }
    assertThatThrownBy(() -> AsyncFiles.open(file, "a", Charset.forName("x-JISAutoDetect")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("can be read only");
  }
}
