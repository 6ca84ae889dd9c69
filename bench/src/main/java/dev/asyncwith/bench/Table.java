package dev.asyncwith.bench;

import dev.asyncwith.bench.Goal.Verdict;
import dev.asyncwith.bench.Measurement.Line;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What was measured, for people and for programs. */
final class Table {
  private static final List<String> COLUMNS =
      List.of("workload", "rival", "ours", "theirs", "unit", "ratio", "low", "high", "goal", "ok");

  private final List<Measurement> measurements;

  Table(List<Measurement> measurements) {
    this.measurements = measurements;
  }

  List<Line> lines() {
    return measurements.stream().flatMap(measurement -> measurement.lines().stream()).toList();
  }

  private List<List<String>> cells() {
    List<List<String>> rows = new ArrayList<>(List.of(COLUMNS));
    lines().forEach(line -> rows.add(cells(line)));
    return rows;
  }

  private static List<String> cells(Line line) {
    Interval interval = line.interval();
    return List.of(
        line.workload(),
        line.rival(),
        number(line.ours()),
        number(line.theirs()),
        line.unit(),
        interval == null ? "-" : number(interval.median()),
        interval == null ? "-" : number(interval.low()),
        interval == null ? "-" : number(interval.high()),
        line.goal().text(),
        line.verdict().toString());
  }

  /** Three digits; - for what there is not. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    double size = Math.abs(value);
    int digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    String text = String.format(Locale.ROOT, "%." + digits + "f", value);
    return text.equals("-0.00") ? "0.00" : text;
  }

  /** Tabs between the columns. */
  String toTsv() {
    return cells().stream().map(row -> String.join("\t", row) + "\n").collect(Collectors.joining());
  }

  /** Columns one below the other, and what is missing. */
  String toText() {
    List<List<String>> cells = cells();
    int[] widths = new int[COLUMNS.size()];
    for (List<String> row : cells) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var text = new StringBuilder();
    for (List<String> row : cells) {
      var line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - row.get(i).length());
        line.append(isText(i) ? row.get(i) + padding : padding + row.get(i)).append("  ");
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    missing().forEach(each -> text.append(each).append('\n'));
    return text.toString();
  }

  private static boolean isText(int column) {
    return column < 2 || column == 4 || column > 7;
  }

  /** A sentence for each who is missing. */
  Set<String> missing() {
    Set<String> found = new LinkedHashSet<>();
    for (Measurement measurement : measurements) {
      measurement
          .missing()
          .forEach((rival, why) -> found.add("missing: " + rival + ", for " + why));
    }
    return found;
  }

  private long count(Verdict verdict) {
    return lines().stream().filter(line -> line.verdict() == verdict).count();
  }

  /** The last line: how many goals there are, how many hold, and how many could not be tried. */
  String summary() {
    long goals = lines().stream().filter(line -> !line.goal().isNone()).count();
    return "goals %d, held %d, missing %d"
        .formatted(goals, count(Verdict.HELD), count(Verdict.MISSING));
  }

  /** Whether every goal holds and nobody is missing. */
  boolean isGood() {
    return lines().stream()
        .allMatch(line -> line.verdict() == Verdict.HELD || line.verdict() == Verdict.NONE);
  }
}
