package dev.asyncwith.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private final StringWriter printed = new StringWriter();

  private Screen screen(boolean colour, boolean unicode) {
    return new Screen(new PrintWriter(printed), colour, unicode);
  }

  @Test
  void withColourTicksAreGreenAndCrossesRed() {
    screen(true, true).check(true, "held");
    screen(true, true).check(false, "did not");

    assertThat(printed.toString().lines())
        .containsExactly("  \u001b[32m✓\u001b[0m held", "  \u001b[31m✗\u001b[0m did not");
  }

  @Test
  void withoutTicksInTheCharsetThereAreWords() {
    screen(false, false).check(true, "held");
    screen(false, false).check(false, "did not");

    assertThat(printed.toString().lines()).containsExactly("  ok: held", "  FAILED: did not");
  }

  @Test
  void timesStandInOneColumn() {
    screen(false, true).timed(0.304, '+', "open");
    screen(false, true).timed(12.5, '-', "shut");

    assertThat(printed.toString().lines())
        .containsExactly("  [ 0.30 s] + open", "  [12.50 s] - shut");
  }

  @Test
  void colourIsForATerminalWithoutNoColor() {
    assertThat(Screen.wantsColour(true, Map.of())).isTrue();
    assertThat(Screen.wantsColour(true, Map.of("NO_COLOR", ""))).isTrue();
    assertThat(Screen.wantsColour(true, Map.of("NO_COLOR", "1"))).isFalse();
    assertThat(Screen.wantsColour(false, Map.of())).isFalse();
  }

  @Test
  void aCharsetThatCannotWriteTheLanguageGivesWayToUtf8() {
    Charset ascii = StandardCharsets.US_ASCII;
    Charset japanese = Charset.forName("windows-31j");

    assertThat(Language.en.writable(ascii)).isEqualTo(ascii);
    assertThat(Language.ja.writable(ascii)).isEqualTo(StandardCharsets.UTF_8);
    assertThat(Language.ja.writable(japanese)).isEqualTo(japanese);
  }
}
