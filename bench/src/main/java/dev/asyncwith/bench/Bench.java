package dev.asyncwith.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures this library against what a user could write instead. */
@Command(
    name = "bench/run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures this library against what a user could write instead.",
      "Exits with 0 only if every goal holds and nobody is missing."
    })
public final class Bench implements Callable<Integer> {
  private static final String ALL = "all";
  private static final List<String> NAMES =
      List.of(Workloads.CORE, Workloads.TASKS, Workloads.LOCKS, ALL);

  @Parameters(paramLabel = "NAME", description = "core, tasks, locks or all")
  private String name = "";

  @Option(names = "--quick", description = "only what has a goal, within a quarter of an hour")
  private boolean quick;

  @Option(names = "--smoke", hidden = true, description = "one short round, to see that it works")
  private boolean smoke;

  @Option(names = "--only", paramLabel = "TEXT", description = "workloads with this in their name")
  private String only = "";

  @Option(names = "--python", paramLabel = "COMMAND", description = "CPython 3.11 or newer")
  private @Nullable String python;

  @Option(names = "--tsv", paramLabel = "FILE", description = "where the table goes as TSV")
  private @Nullable Path tsv;

  @Spec private @Nullable CommandSpec spec;

  private final Path home;

  private Bench(Path home) {
    this.home = home;
  }

  /**
   * Measures, and ends the process with 0, 1, or 2 where it could not begin.
   *
   * @param args what and how
   */
  public static void main(String[] args) {
    Path home = Path.of(System.getProperty("bench.home", "bench"));
    System.exit(execute(home, new PrintWriter(System.out, true, StandardCharsets.UTF_8), args));
  }

  /** The command, which writes to the given writer. */
  static int execute(Path home, PrintWriter out, String... args) {
    return new CommandLine(new Bench(home)).setOut(out).setErr(out).execute(args);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Python found = Python.find(python, home);
    List<Workload> chosen = chosen(Workloads.all(found));
    Effort effort = smoke ? Effort.SMOKE : quick ? Effort.QUICK : Effort.FULL;
    List<Measurement> measured = new ArrayList<>();
    for (Workload workload : chosen) {
      measured.add(Measurement.of(workload, effort, Bench::progress));
    }
    var table = new Table(measured);
    write(tsv == null ? home.resolve("target/" + name + ".tsv") : tsv, table.toTsv());
    if (name.equals(ALL) && !quick && !smoke && only.isEmpty()) {
      List<Sizes.Curve> curves = Sizes.measure(found, effort, Bench::progress);
      new Page(measured, curves, found).write(home.resolveSibling("docs"));
    }
    PrintWriter out = spec().commandLine().getOut();
    out.print(table.toText());
    out.println(table.summary());
    return table.isGood() ? 0 : 1;
  }

  private CommandSpec spec() {
    return Objects.requireNonNull(spec, "picocli fills it");
  }

  private List<Workload> chosen(List<Workload> all) {
    if (!NAMES.contains(name)) {
      throw new ParameterException(
          spec().commandLine(), name + " is none of " + String.join(", ", NAMES));
    }
    List<Workload> chosen =
        all.stream()
            .filter(workload -> name.equals(ALL) || workload.suite().equals(name))
            .filter(workload -> workload.name().contains(only))
            .map(workload -> quick ? workload.withGoals() : workload)
            .filter(workload -> !workload.rows().isEmpty())
            .toList();
    if (chosen.isEmpty()) {
      throw new ParameterException(
          spec().commandLine(),
          "no workload has " + only + " in its name; there are " + names(all));
    }
    return chosen;
  }

  private static String names(List<Workload> workloads) {
    return workloads.stream().map(Workload::name).collect(Collectors.joining("; "));
  }

  private static void progress(String what) {
    System.err.println(what);
  }

  static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, text);
  }
}
