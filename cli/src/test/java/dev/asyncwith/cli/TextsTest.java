package dev.asyncwith.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asyncwith.examples.Bank;
import dev.asyncwith.examples.ExampleSource;
import dev.asyncwith.examples.FirstBlock;
import dev.asyncwith.examples.Narrator;
import java.text.MessageFormat;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.ResourceBundle;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No text lacks a translation, and each has the arguments of its original. */
class TextsTest {
  private static final Pattern TOLD =
      Pattern.compile("\\b(?:say|opened|closed|during)\\(\\s*\"([^\"]+)\"(?:,\\s*\"([^\"]+)\")?");
  private static final Pattern WATCHED = Pattern.compile("\\bwatch\\(\\s*\"([^\"]+)\"");
  private static final Pattern ARGUMENT = Pattern.compile("\\{(\\d)");

  private final ResourceBundle narration =
      ResourceBundle.getBundle("dev.asyncwith.cli.narration", Locale.JAPANESE);

  /** The English texts in the sources of the examples. */
  private static Stream<String> told() {
    Stream<Class<?>> inTheTour = Sections.all(null).stream().map(Section::example);
    Stream<Class<?>> besides = Stream.of(FirstBlock.class, Bank.class, Narrator.class);
    return Stream.concat(inTheTour, besides)
        .map(ExampleSource::of)
        .flatMap(
            source ->
                Stream.concat(
                    TOLD.matcher(source).results().flatMap(TextsTest::groups),
                    WATCHED.matcher(source).results().flatMap(TextsTest::groups)));
  }

  private static Stream<String> groups(MatchResult match) {
    return IntStream.rangeClosed(1, match.groupCount())
        .mapToObj(match::group)
        .filter(Objects::nonNull);
  }

  @Test
  void everyLineOfTheExamplesIsTranslated() {
    assertThat(told())
        .contains("connecting to {0}", "{0} gives the lock back", "session", "committed")
        .allSatisfy(english -> assertThat(narration.containsKey(english)).as(english).isTrue());
  }

  @Test
  void aTranslationHasTheArgumentsOfItsOriginal() {
    assertThat(narration.keySet())
        .allSatisfy(
            english ->
                assertThat(arguments(narration.getString(english))).isEqualTo(arguments(english)));
  }

  @Test
  void bothLanguagesHaveTheSameMessagesWithTheSameArguments() {
    ResourceBundle english = new Texts(Language.en).messages();
    ResourceBundle japanese = new Texts(Language.ja).messages();

    assertThat(japanese.keySet()).isEqualTo(english.keySet());
    assertThat(english.keySet())
        .allSatisfy(
            key ->
                assertThat(arguments(japanese.getString(key)))
                    .as(key)
                    .isEqualTo(arguments(english.getString(key))));
  }

  private static TreeSet<String> arguments(String template) {
    var found = new TreeSet<String>();
    ARGUMENT.matcher(template).results().forEach(match -> found.add(match.group(1)));
    return found;
  }

  @Test
  void everyTemplateIsAFormat() {
    var english = new Texts(Language.en).messages();
    var templates = english.keySet().stream().filter(key -> !key.startsWith("asyncwith."));

    assertThat(templates.map(english::getString))
        .allSatisfy(template -> assertThat(new MessageFormat(template)).isNotNull());
  }

  @Test
  void theLanguageIsThatOfTheOptionAndElseOfTheLocale() {
    assertThat(Language.of(args("tour"), Locale.JAPAN)).isEqualTo(Language.ja);
    assertThat(Language.of(args("tour"), Locale.FRANCE)).isEqualTo(Language.en);
    assertThat(Language.of(args("tour --lang en"), Locale.JAPAN)).isEqualTo(Language.en);
    assertThat(Language.of(args("tour --lang=ja --code"), Locale.US)).isEqualTo(Language.ja);
    assertThat(Language.of(args("tour --lang"), Locale.US)).isEqualTo(Language.en);
    assertThat(Language.of(args("tour --only ja"), Locale.US)).isEqualTo(Language.en);
  }

  private static String[] args(String line) {
    return Arrays.stream(line.split(" ")).toArray(String[]::new);
  }
}
