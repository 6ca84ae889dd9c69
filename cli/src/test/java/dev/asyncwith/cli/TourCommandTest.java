package dev.asyncwith.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.asyncwith.examples.ExampleSource;
import dev.asyncwith.examples.StackedResources;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class TourCommandTest {
  private static final String NAMES = "connection, timer, file, page, lock, stack, transaction";

  @Test
  void theWholeTourHolds() {
    Ran ran = Ran.tour(Language.en);

    assertThat(ran.lines()).endsWith("7 of 7 systems, 29 opened, 29 closed");
    assertThat(ran.lines().stream().filter(line -> line.matches("\\d/7 .*")))
        .containsExactly(
            "1/7  A connection, written as a class  (ConnectionClass.java)",
            "2/7  A timer, written as a generator  (GeneratorTimer.java)",
            "3/7  A file, written and read back  (FileRoundTrip.java)",
            "4/7  A page, fetched with a session and a response  (PageFetch.java)",
            "5/7  Two tasks and a lock  (LockedTasks.java)",
            "6/7  A stack of resources, acquired in a loop  (StackedResources.java)",
            "7/7  A transaction that pays the rent  (Transaction.java)");
    assertThat(ran.out()).doesNotContain("✗", "\u001b");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void everyLineOfTheJapaneseTourIsJapanese() {
    Ran ran = Ran.tour(Language.ja);
    var japanese = Pattern.compile("\\p{IsHan}|\\p{IsHiragana}|\\p{IsKatakana}");

    assertThat(ran.lines()).endsWith("7 個中 7 個の機能を確認しました。開いたもの 29、閉じたもの 29");
    assertThat(ran.lines().stream().filter(line -> !line.isEmpty()))
        .allSatisfy(line -> assertThat(line).containsPattern(japanese));
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void aRecordingHasWhatTheTourDid(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("tour.jfr");
    Ran ran = Ran.tour(Language.en, "--record", file.toString());

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.lines().getLast().strip())
        .isEqualTo(
            "recorded in %s; to look at it: jfr summary %1$s, or jfr print --events".formatted(file)
                + " 'dev.asyncwith.*' "
                + file);
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    assertThat(events)
        .extracting(event -> event.getEventType().getName())
        .contains(
            "dev.asyncwith.Scope",
            "dev.asyncwith.Task",
            "dev.asyncwith.FileOperation",
            "dev.asyncwith.HttpRequest");
    assertThat(events)
        .filteredOn(event -> event.getEventType().getName().equals("dev.asyncwith.Scope"))
        .extracting(event -> event.getString("outcome"))
        .contains("succeeded", "failed");
  }

  @Test
  void aRecordingThatCannotBeWrittenIsAnError() {
    Ran ran = Ran.tour(Language.en, "--record", "/no/such/folder/tour.jfr");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("--record", "/no/such/folder/tour.jfr");
    assertThat(ran.out()).doesNotContain("1/7");
  }

  @ParameterizedTest
  @EnumSource(Language.class)
  void aRecordingThatCannotBeWrittenAnyMoreIsAnErrorAndNotCalledMade(
      Language language, @TempDir Path parent) throws IOException {
    Path file = Files.createDirectory(parent.resolve("folder")).resolve("tour.jfr");
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> answerWithoutTheFolderOf(file, exchange));
    server.start();
    Ran ran;
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/page";
      ran = Ran.tour(language, "--only", "page", "--url", url, "--record", file.toString());
    } finally {
      server.stop(0);
    }

    var texts = new Texts(language);
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err())
        .isEqualToIgnoringNewLines(
            texts.of("tour.record.lost", file, new NoSuchFileException(file.toString())))
        .contains("--record", file.toString(), "NoSuchFileException");
    assertThat(ran.lines()).endsWith(texts.of("tour.end", 1, 1, 4, 4));
  }

  private static void answerWithoutTheFolderOf(Path file, HttpExchange exchange)
      throws IOException {
    Files.deleteIfExists(file);
    Files.deleteIfExists(file.getParent());
    try (exchange) {
      exchange.sendResponseHeaders(200, 4);
      exchange.getResponseBody().write("page".getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void aSectionTellsBothRuns() {
    Ran ran = Ran.tour(Language.en, "--only", "stack");

    assertThat(ran.lines())
        .containsExactly(
            "1/1  A stack of resources, acquired in a loop  (StackedResources.java)",
            "  [] + tokyo acquired",
            "  [] + osaka acquired",
            "  [] + sapporo acquired",
            "  []   in use: tokyo, osaka, sapporo",
            "  [] - sapporo released",
            "  [] - osaka released",
            "  [] - tokyo released",
            "  ✓ released in reverse order: sapporo, osaka, tokyo",
            "  ✓ all was closed: tokyo, osaka, sapporo",
            "  The same, and the body fails:",
            "  [] + tokyo acquired",
            "  [] + osaka acquired",
            "  [] + sapporo acquired",
            "  []   in use: tokyo, osaka, sapporo",
            "  []   the body fails",
            "  [] - sapporo released",
            "  [] - osaka released",
            "  [] - tokyo released",
            "  ✓ released in reverse order: sapporo, osaka, tokyo",
            "  ✓ the caller gets IllegalStateException: this body fails on purpose",
            "  ✓ all was closed: tokyo, osaka, sapporo",
            "",
            "1 of 1 systems, 6 opened, 6 closed");
  }

  @Test
  void onlyTakesSeveralNamesAndKeepsTheOrderOfTheTour() {
    Ran ran = Ran.tour(Language.en, "--only", "transaction,timer", "--only=connection");

    List<String> headings = ran.lines().stream().filter(line -> line.contains("/3 ")).toList();
    assertThat(headings)
        .extracting(line -> line.replaceAll(".*\\(|\\.java\\)", ""))
        .containsExactly("ConnectionClass", "GeneratorTimer", "Transaction");
    assertThat(ran.lines()).endsWith("3 of 3 systems, 8 opened, 8 closed");
  }

  @Test
  void anUnknownNameIsNamedWithThePossibleOnes() {
    Ran ran = Ran.tour(Language.en, "--only", "timer,tiger");

    assertThat(ran.err())
        .startsWith("Unknown name for --only: tiger (choose from " + NAMES + ")")
        .contains("Usage: asyncwith tour");
    assertThat(ran.out()).isEmpty();
    assertThat(ran.exitCode()).isEqualTo(2);
  }

  @Test
  void codeShowsTheVerySource() {
    Ran ran = Ran.tour(Language.en, "--only", "stack", "--code");

    assertThat(ran.out()).contains("\n" + ExampleSource.of(StackedResources.class) + "\n");
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void anUnknownOptionIsNamed() {
    Ran ran = Ran.tour(Language.en, "--frobnicate");

    assertThat(ran.err()).startsWith("Unknown option: '--frobnicate'").contains("Usage:");
    assertThat(ran.exitCode()).isEqualTo(2);
  }

  @Test
  void anUnknownLanguageIsNamedWithThePossibleOnes() {
    Ran ran = Ran.tour(Language.en, "--lang", "fr");

    assertThat(ran.err()).contains("--lang").contains("[en, ja]").contains("'fr'");
    assertThat(ran.exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"en, Runs the systems of the library, Fetch this page", "ja, ライブラリの各機能, URL のページを取得"})
  void theHelpSpeaksTheLanguage(Language language, String description, String ofUrl) {
    Ran ran = Ran.command(language, "tour", "--help");

    assertThat(ran.out()).contains(description, ofUrl).contains("--only", "--code", "--lang");
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void theOptionOnlyListsTheSystemsThatThereAre() {
    assertThat(Sections.all(null).stream().map(Section::name))
        .isEqualTo(List.of(NAMES.split(", ")));
    for (Language language : Language.values()) {
      assertThat(new Texts(language).messages().getString("asyncwith.tour.only")).contains(NAMES);
    }
  }

  @Test
  void theVersionIsThatOfTheBuild() {
    Ran ran = Ran.command(Language.en, "--version");

    assertThat(ran.out()).matches("asyncwith \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R");
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void withoutACommandTheUsageIsShown() {
    Ran ran = Ran.command(Language.en);

    assertThat(ran.err()).contains("Missing required subcommand").contains("tour");
    assertThat(ran.exitCode()).isEqualTo(2);
  }
}
