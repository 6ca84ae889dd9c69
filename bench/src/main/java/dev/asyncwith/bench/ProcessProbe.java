package dev.asyncwith.bench;

import dev.asyncwith.bench.rival.Rival;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process that prints what it measured.
 *
 * @param command the process; empty if it is missing
 * @param missing why it is missing, and what to do; null if it is there
 */
record ProcessProbe(List<String> command, @Nullable String missing) implements Probe {
  private static final int LIMIT_SECONDS = 180;

  /** {@link Scale}, of a rival in Java. */
  static ProcessProbe java(Rival rival, List<String> flags, String work, int... numbers) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xms2g",
            "-Xmx8g",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path")));
    command.addAll(flags);
    if (rival.isPreview()) {
      command.add("--enable-preview");
    }
    command.addAll(List.of(Scale.class.getName(), work, rival.toString()));
    return new ProcessProbe(add(command, numbers), rival.missing());
  }

  /** Its twin in Python. */
  static ProcessProbe python(Python python, String work, int... numbers) {
    List<String> command = new ArrayList<>(List.of(python.command(), python.script(), work));
    return new ProcessProbe(add(command, numbers), python.missing());
  }

  private static List<String> add(List<String> command, int... numbers) {
    for (int number : numbers) {
      command.add(String.valueOf(number));
    }
    return List.copyOf(command);
  }

  @Override
  public Sample measure(Effort effort) throws FailedException, InterruptedException {
    if (missing != null) {
      throw new FailedException(missing);
    }
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try {
        return read(process);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new FailedException(command + " cannot be started: " + e.getMessage());
    }
  }

  private Sample read(Process process) throws IOException, FailedException, InterruptedException {
    var watch = process.onExit().orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS);
    var _ = watch.exceptionally(_ -> process.destroyForcibly());
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new FailedException(command + " failed: " + said.strip());
    }
    Map<Figure, Double> found = new EnumMap<>(Figure.class);
    for (String line : said.lines().toList()) {
      int space = line.indexOf(' ');
      Figure figure = Figure.valueOf(line.substring(0, space));
      found.put(figure, Double.valueOf(line.substring(space + 1)));
    }
    return new Sample(found);
  }
}
