package dev.asyncwith.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rows of {@code ports.tsv}: which test of CPython which test of ours holds. Each check gives a
 * line for each problem, and none where all is well.
 *
 * @param rows the well-formed rows
 * @param malformed what is wrong with the others
 */
record PortsTable(List<Row> rows, List<String> malformed) {
  static final String HEADER = "suite\tpython\tjava\treason";
  static final String DIFFERENCE = "deliberate difference: ";

  private static final String LEFT_OUT = "n/a";
  private static final int MOST_ROWS_OF_A_METHOD = 2;
  private static final Pattern SUITE = Pattern.compile("test_\\w+\\.\\w+");
  private static final Pattern PYTHON = Pattern.compile("test\\w+");
  private static final Pattern JAVA = Pattern.compile("n/a|[\\w.]+#\\w+");
  private static final Pattern REASON =
      Pattern.compile("(compile time|no such thing in Java|deliberate difference): \\S.*\\S");

  /**
   * One test of CPython.
   *
   * @param line where it stands in the table
   * @param suite the module and the class of the test
   * @param python its name
   * @param java our test as {@code class#method}, or {@code n/a}
   * @param reason why it is left out, or what of it; empty for a whole port
   */
  record Row(int line, String suite, String python, String java, String reason) {
    boolean ported() {
      return !java.equals(LEFT_OUT);
    }

    String className() {
      return java.substring(0, java.indexOf('#'));
    }

    String methodName() {
      return java.substring(java.indexOf('#') + 1);
    }

    String problem(String what) {
      return "line %d, %s.%s: %s".formatted(line, suite, python, what);
    }
  }

  static PortsTable read(Path file) throws IOException {
    return parse(Files.readAllLines(file));
  }

  static PortsTable parse(List<String> lines) {
    List<Row> rows = new ArrayList<>();
    List<String> malformed = new ArrayList<>();
    if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
      malformed.add("line 1: the header is not '" + HEADER.replace("\t", "<tab>") + "'");
    }
    Set<String> names = new HashSet<>();
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split("\t", -1);
      if (cells.length != 4) {
        malformed.add("line %d: %d columns instead of 4".formatted(i + 1, cells.length));
        continue;
      }
      var row = new Row(i + 1, cells[0], cells[1], cells[2], cells[3]);
      List<String> wrong = wrongCells(row);
      if (!names.add(row.suite + "." + row.python)) {
        wrong.add("stands in the table twice");
      }
      wrong.forEach(what -> malformed.add(row.problem(what)));
      if (wrong.isEmpty()) {
        rows.add(row);
      }
    }
    return new PortsTable(List.copyOf(rows), List.copyOf(malformed));
  }

  private static List<String> wrongCells(Row row) {
    List<String> wrong = new ArrayList<>();
    if (!SUITE.matcher(row.suite).matches()) {
      wrong.add("the suite is not of the form test_module.TestClass");
    }
    if (!PYTHON.matcher(row.python).matches()) {
      wrong.add("the Python test does not begin with test");
    }
    if (!JAVA.matcher(row.java).matches()) {
      wrong.add("'" + row.java + "' is neither class#method nor n/a");
    }
    boolean reasonMayBeMissing = row.ported() && row.reason.isEmpty();
    if (!reasonMayBeMissing && !REASON.matcher(row.reason).matches()) {
      wrong.add(
          "'"
              + row.reason
              + "' is none of 'compile time: …', 'no such thing in Java: …' and '"
              + DIFFERENCE
              + "<section>'");
    }
    return wrong;
  }

  Stream<Row> ported() {
    return rows.stream().filter(Row::ported);
  }

  /** A method that stands for many tests of CPython would hardly pin what each of them pins. */
  List<String> overused() {
    Map<String, List<String>> users = new HashMap<>();
    ported()
        .forEach(row -> users.computeIfAbsent(row.java, _ -> new ArrayList<>()).add("" + row.line));
    return users.entrySet().stream()
        .filter(use -> use.getValue().size() > MOST_ROWS_OF_A_METHOD)
        .map(
            use ->
                "%s stands in %d rows (lines %s), and may in %d: write a test for each of the others"
                    .formatted(
                        use.getKey(),
                        use.getValue().size(),
                        String.join(", ", use.getValue()),
                        MOST_ROWS_OF_A_METHOD))
        .toList();
  }

  /** Rows are not lost: how many each module of CPython's tests must have. */
  List<String> missing(Map<String, Integer> expected) {
    Map<String, Integer> found = new HashMap<>();
    rows.forEach(
        row -> found.merge(row.suite.substring(0, row.suite.indexOf('.')), 1, Integer::sum));
    return expected.entrySet().stream()
        .filter(module -> !module.getValue().equals(found.getOrDefault(module.getKey(), 0)))
        .map(
            module ->
                "%s has %d rows instead of %d"
                    .formatted(
                        module.getKey(), found.getOrDefault(module.getKey(), 0), module.getValue()))
        .toList();
  }

  /** The headings of a page. */
  static Set<String> sections(List<String> page) {
    return page.stream()
        .filter(line -> line.startsWith("##"))
        .map(line -> line.replaceFirst("#+\\s*", "").strip())
        .collect(Collectors.toSet());
  }

  /** Whether the differences that rows name are sections of the page about them. */
  List<String> unexplained(List<String> page) {
    Set<String> sections = sections(page);
    return rows.stream()
        .filter(row -> row.reason.startsWith(DIFFERENCE))
        .filter(row -> !sections.contains(row.reason.substring(DIFFERENCE.length())))
        .map(
            row ->
                row.problem(
                    "docs/differences-from-python.md has no section '"
                        + row.reason.substring(DIFFERENCE.length())
                        + "'"))
        .toList();
  }

  String summary() {
    long ported = ported().count();
    return "ports: %d of %d ported, %d n/a".formatted(ported, rows.size(), rows.size() - ported);
  }
}
