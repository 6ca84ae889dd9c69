package dev.asyncwith.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;

/**
 * Where the tour is printed: with colours on a terminal, with plain marks where the charset has no
 * better ones. Safe for use by several threads.
 *
 * @param out where to
 * @param colour whether escape sequences for colours are understood
 * @param unicode whether the charset has ticks and crosses
 */
record Screen(PrintWriter out, boolean colour, boolean unicode) {
  private enum Style {
    BOLD("1"),
    FAINT("2"),
    RED("31"),
    GREEN("32");

    private final String code;

    Style(String code) {
      this.code = code;
    }
  }

  /** Whether to use colours: on a terminal, unless NO_COLOR is set (no-color.org). */
  static boolean wantsColour(boolean terminal, Map<String, String> environment) {
    return terminal && environment.getOrDefault("NO_COLOR", "").isEmpty();
  }

  void blank() {
    print("");
  }

  void heading(String text) {
    print(styled(Style.BOLD, text));
  }

  void plain(String text) {
    print("  " + text);
  }

  void source(String text) {
    text.lines().forEach(line -> print(styled(Style.FAINT, line)));
  }

  /** A line of an example at a time of its run. */
  void timed(double seconds, char mark, String text) {
    String time = String.format(Locale.ROOT, "[%5.2f s]", seconds);
    print("  " + styled(Style.FAINT, time) + " " + mark + " " + text);
  }

  void check(boolean holds, String text) {
    String mark =
        holds
            ? styled(Style.GREEN, unicode ? "✓" : "ok:")
            : styled(Style.RED, unicode ? "✗" : "FAILED:");
    print("  " + mark + " " + text);
  }

  private String styled(Style style, String text) {
    return colour ? "\u001b[" + style.code + "m" + text + "\u001b[0m" : text;
  }

  private void print(String line) {
    out.println(line);
    out.flush(); // line by line: the reader watches when things happen
  }
}
