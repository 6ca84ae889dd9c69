package dev.asyncwith.bench;

import com.google.common.base.Splitter;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** docs/performance.md and its plots. */
final class Page {
  private static final String TEMPLATE = "performance.md";

  private final List<Measurement> measured;
  private final List<Sizes.Curve> curves;
  private final Python python;

  Page(List<Measurement> measured, List<Sizes.Curve> curves, Python python) {
    this.measured = measured;
    this.curves = curves;
    this.python = python;
  }

  /** Writes both into a folder. */
  void write(Path docs) throws IOException {
    for (Sizes.Curve curve : curves) {
      Bench.write(docs.resolve("performance/" + curve.name() + ".svg"), Plot.of(curve));
    }
    Bench.write(docs.resolve("performance/rows.tsv"), new Table(measured).toTsv());
    Bench.write(docs.resolve("performance.md"), text());
  }

  private String text() throws IOException {
    try (InputStream template = Page.class.getResourceAsStream(TEMPLATE)) {
      return new String(
              Objects.requireNonNull(template, TEMPLATE).readAllBytes(), StandardCharsets.UTF_8)
          .replace("@machine@", machine())
          .replace("@versions@", versions())
          .replace("@summary@", new Table(measured).summary())
          .replace("@rows@", rows())
          .replace(
              "@plots@", curves.stream().map(Page::plot).collect(Collectors.joining("\n")).strip());
    }
  }

  private static String machine() throws IOException {
    Path cpus = Path.of("/proc/cpuinfo");
    String model =
        Files.isReadable(cpus)
            ? Files.readAllLines(cpus).stream()
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .orElse(System.getProperty("os.arch"))
            : System.getProperty("os.arch");
    return "%s, %d cores, %s, JDK %s, %s"
        .formatted(
            model,
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.name"),
            Runtime.version(),
            LocalDate.now(ZoneOffset.UTC));
  }

  /** The rivals' versions are those of their files. */
  private String versions() {
    var found = new TreeSet<String>();
    for (String file :
        Splitter.on(File.pathSeparatorChar).split(System.getProperty("java.class.path"))) {
      String name = Path.of(file).getFileName().toString().replaceAll("\\.jar$", "");
      if (name.matches("(guava|reactor-core|structured|jmh-core)-\\d.*")) {
        found.add(name.replaceAll("^structured", "jox"));
      }
    }
    found.add("CPython " + python.version());
    return String.join(", ", found);
  }

  private String rows() {
    var text = new StringBuilder();
    for (Measurement measurement : measured) {
      Workload workload = measurement.workload();
      text.append("### ").append(workload.title().substring(0, 1).toUpperCase(Locale.ROOT));
      text.append(workload.title().substring(1)).append("\n\n");
      text.append("| against | ours | theirs | | ratio | interval | goal | holds |\n");
      text.append("|---|---:|---:|---|---:|---|---|---|\n");
      measurement.lines().forEach(line -> text.append(row(line)));
      text.append('\n');
    }
    return text.toString().strip();
  }

  private static String row(Measurement.Line line) {
    Interval interval = line.interval();
    return "| %s | %s | %s | %s | %s | %s | %s | %s |\n"
        .formatted(
            line.rival().equals("-") ? "" : line.rival(),
            Table.number(line.ours()),
            Table.number(line.theirs()),
            line.unit(),
            interval == null ? "" : Table.number(interval.median()),
            interval == null
                ? ""
                : Table.number(interval.low()) + " to " + Table.number(interval.high()),
            line.goal().isNone() ? "" : line.goal().text().replace("<", "&lt;"),
            line.verdict());
  }

  private static String plot(Sizes.Curve curve) {
    var sizes = new TreeSet<Integer>();
    curve.costs().values().forEach(costs -> sizes.addAll(costs.keySet()));
    var text = new StringBuilder();
    text.append("### ").append(curve.title()).append("\n\n");
    text.append("![").append(curve.title()).append("](performance/").append(curve.name());
    text.append(".svg)\n\n| ").append(curve.size());
    curve.costs().keySet().forEach(rival -> text.append(" | ").append(rival));
    text.append(" |\n|---:").append("|---:".repeat(curve.costs().size())).append("|\n");
    for (int size : sizes) {
      text.append("| ").append(String.format(Locale.ROOT, "%,d", size));
      curve
          .costs()
          .values()
          .forEach(
              costs ->
                  text.append(" | ").append(Table.number(costs.getOrDefault(size, Double.NaN))));
      text.append(" |\n");
    }
    return text.toString();
  }
}
