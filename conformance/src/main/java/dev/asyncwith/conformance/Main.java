package dev.asyncwith.conformance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code conformance/run}. */
@Command(
    name = "conformance/run",
    mixinStandardHelpOptions = true,
    description = "Runs the same programs in CPython and here, and shows where they differ.",
    exitCodeOnInvalidInput = Main.CANNOT_RUN,
    exitCodeOnExecutionException = Main.CANNOT_RUN)
final class Main implements Callable<Integer> {
  static final int CANNOT_RUN = 2;

  /** Held, or its level would be forgotten with it. */
  private static final Logger LIBRARY = Logger.getLogger("dev.asyncwith");

  /** How many smaller programs are tried for a divergence. */
  private static final int SHRINKS = 3000;

  /** Every size up to the greatest occurs as often. */
  private static final int SMALLEST = 3;

  @Option(
      names = "--programs",
      description = "How many programs; by default 2000, and at most 20000 for a mutation.")
  private @Nullable Integer programs;

  @Option(names = "--seed", description = "Makes the programs; a random one if there is none.")
  private @Nullable Long seed;

  @Option(
      names = "--size",
      description = "How many statements a program has at most (default: ${DEFAULT-VALUE}).")
  private int size = 24;

  @Option(names = "--file", description = "Runs these programs, one a line, and no others.")
  private @Nullable Path file;

  @Option(names = "--python", description = "CPython 3.11 or newer, if not that on the path.")
  private @Nullable String python;

  @Option(names = "--stop", description = "Ends at the first divergence.")
  private boolean stop;

  @Option(
      names = "--examples",
      description = "Shows a shrunk program for each difference that was met.")
  private boolean examples;

  @Option(
      names = "--show",
      description =
          "How many divergences are shown, of different shapes (default: ${DEFAULT-VALUE}).")
  private int show = 5;

  @Option(
      names = "--mutations",
      description = "Breaks the library in every way of mutations.json, and sees each found.")
  private boolean mutations;

  @Option(
      names = "--only",
      description = "With --mutations: those alone whose description contains this.")
  private String only = "";

  private final Path home;
  private final PrintStream out;

  private Main(Path home, PrintStream out) {
    this.home = home;
    this.out = out;
  }

  /** Runs the command in the folder that the property {@code conformance.home} names. */
  public static void main(String[] args) {
    Path home = Path.of(System.getProperty("conformance.home", "."));
    System.exit(execute(home, System.out, System.err, args));
  }

  /**
   * Runs the command.
   *
   * @param home the folder conformance
   * @param out for what is asked
   * @param err for what is wrong
   * @return the exit code: 0 only if nothing diverged
   */
  static int execute(Path home, PrintStream out, PrintStream err, String... args) {
    return new CommandLine(new Main(home, out))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .setExecutionExceptionHandler(
            (e, command, _) -> {
              command.getErr().println("conformance/run: " + e.getMessage());
              return CANNOT_RUN;
            })
        .execute(args);
  }

  @Override
  public Integer call() throws Exception {
    LIBRARY.setLevel(Level.OFF); // programs drop failures on purpose
    long of = seed != null ? seed : ThreadLocalRandom.current().nextInt(1_000_000_000);
    if (mutations) {
      return new Mutations(home, python, out)
              .run(only, of, programs == null ? 20_000 : programs, size)
          ? 0
          : 1;
    }
    Programs language = new Programs(home);
    List<ObjectNode> given = file == null ? null : language.read(file);
    if (given == null) {
      out.printf(Locale.ROOT, "seed %d, size %d%n", of, size);
    }
    try (Python started = Python.start(python, home)) {
      Harness harness = new Harness(started, language, Differences.read(home));
      return run(
          harness,
          given == null ? generated(of, programs == null ? 2000 : programs, size) : given.stream());
    }
  }

  private int run(Harness harness, Stream<ObjectNode> all) throws InterruptedException {
    long begun = System.nanoTime();
    Harness.Summary summary = harness.run(all, so -> stop && so.divergences() > 0);
    print(summary, (System.nanoTime() - begun) / 1e9);
    for (Harness.Diverged diverged : summary.unexplained().stream().limit(show).toList()) {
      out.printf("%nfound: %s", diverged.divergence());
      print(harness.shrink(diverged, SHRINKS));
    }
    if (examples) {
      for (Map.Entry<String, Harness.Diverged> example : summary.examples().entrySet()) {
        out.printf("%ndifference %s", example.getKey());
        print(harness.shrink(example.getValue(), SHRINKS));
      }
      return summary.divergences() == 0 ? 0 : 1;
    }
    if (stop && summary.divergences() > 0) {
      return 1;
    }
    List<Differences.Difference> outdated = harness.outdated();
    for (Differences.Difference difference : outdated) {
      out.printf("%s: its example does not show it any more%n", difference.id());
    }
    return summary.divergences() == 0 && outdated.isEmpty() ? 0 : 1;
  }

  static Stream<ObjectNode> generated(long seed, int programs, int size) {
    return LongStream.range(0, programs)
        .mapToObj(
            i ->
                Generator.program(
                    seed * 0x9E3779B97F4A7C15L + i,
                    SMALLEST + (int) (i % Math.max(1, size - SMALLEST + 1))));
  }

  private void print(Harness.Summary summary, double seconds) {
    out.printf(
        Locale.ROOT,
        "%d programs, %d divergences, %d expected (%.1f %%), %.0f programs a second%n",
        summary.programs(),
        summary.divergences(),
        summary.expected(),
        100.0 * summary.expected() / Math.max(1, summary.programs()),
        summary.programs() / seconds);
    out.println("expected: " + shown(summary.hits(), 1, ""));
    out.println("programs with: " + shown(summary.constructs(), summary.programs() / 100.0, " %"));
  }

  private static String shown(Map<String, Integer> counts, double unit, String suffix) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .map(
            entry ->
                entry.getKey()
                    + " "
                    + String.format(
                        Locale.ROOT, unit == 1 ? "%.0f" : "%.1f", entry.getValue() / unit)
                    + suffix)
        .collect(Collectors.joining(", "));
  }

  private void print(Harness.Diverged diverged) {
    out.println();
    out.println(diverged.program());
    out.println(diverged.divergence());
    int rows = Math.max(diverged.python().size(), diverged.java().size());
    out.printf("  %-60s %s%n", "python", "java");
    for (int i = 0; i < rows; i++) {
      out.printf("  %-60s %s%n", line(diverged.python(), i), line(diverged.java(), i));
    }
  }

  private static String line(List<String> trace, int i) {
    return i < trace.size() ? trace.get(i) : "";
  }
}
