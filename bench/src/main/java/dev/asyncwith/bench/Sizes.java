package dev.asyncwith.bench;

import dev.asyncwith.bench.rival.Rival;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** How cost grows with size: stacks, groups, waiters and timers of 1, 10, … as far as it fits. */
final class Sizes {
  private static final int ROUNDS = 3;

  /** More turns of few waiters, or the begin is what is measured. */
  private static final int ALL_TURNS = 300_000;

  /**
   * One plot.
   *
   * @param name of its file
   * @param title above it
   * @param size what grows
   * @param unit of the cost
   * @param costs the median cost by size, of each contender
   */
  record Curve(
      String name,
      String title,
      String size,
      String unit,
      Map<Rival, Map<Integer, Double>> costs) {}

  private final Effort effort;
  private final Consumer<String> progress;

  private Sizes(Effort effort, Consumer<String> progress) {
    this.effort = effort;
    this.progress = progress;
  }

  static List<Curve> measure(Python python, Effort effort, Consumer<String> progress)
      throws InterruptedException {
    var sizes = new Sizes(effort, progress);
    return List.of(
        sizes.curve(
            "stack",
            "An exit stack, per manager",
            "managers",
            10_000,
            List.of(Rival.ASYNCWITH, Rival.SAFE, Rival.GUAVA, Rival.CPYTHON),
            (rival, size) ->
                rival == Rival.CPYTHON
                    ? ProcessProbe.python(python, "stack", size)
                    : JmhProbe.of("StackBenchmark.all", rival).with("size", size),
            true),
        sizes.curve(
            "tasks",
            "A task group, per task",
            "tasks",
            1_000_000,
            List.of(Rival.ASYNCWITH, Rival.THREADS, Rival.STS, Rival.CPYTHON),
            (rival, size) -> tasks(python, rival, size),
            false),
        sizes.curve(
            "waiters",
            "A lock, per turn",
            "waiters",
            100_000,
            List.of(Rival.ASYNCWITH, Rival.REENTRANT, Rival.CPYTHON),
            (rival, size) -> waiters(python, rival, size),
            false),
        sizes.curve(
            "timers",
            "A timeout among others that are pending",
            "pending timeouts",
            1_000_000,
            List.of(Rival.ASYNCWITH, Rival.THREADS),
            (rival, size) -> JmhProbe.of("TaskBenchmark.timeout", rival).with("pending", size),
            false));
  }

  private static Probe tasks(Python python, Rival rival, int size) {
    return rival == Rival.CPYTHON
        ? ProcessProbe.python(python, "tasks", size)
        : ProcessProbe.java(rival, List.of(), "tasks", size);
  }

  private static Probe waiters(Python python, Rival rival, int size) {
    int turns = Math.max(2, ALL_TURNS / size);
    return rival == Rival.CPYTHON
        ? ProcessProbe.python(python, "waiters", size, turns)
        : ProcessProbe.java(rival, List.of(), "waiters", size, turns);
  }

  /** Sizes 1, 10, … up to the most; a call that does all of them counts for each. */
  private Curve curve(
      String name,
      String title,
      String size,
      int most,
      List<Rival> rivals,
      BiFunction<Rival, Integer, Probe> probe,
      boolean ofAll)
      throws InterruptedException {
    Map<Rival, Map<Integer, Double>> costs = new LinkedHashMap<>();
    for (int n = 1; n <= most; n *= 10) {
      progress.accept(title + ", " + n);
      for (Rival rival : rivals) {
        double[] figures = figures(rival, probe.apply(rival, n));
        if (figures.length > 0) {
          double median = Interval.of(figures).median();
          costs
              .computeIfAbsent(rival, _ -> new LinkedHashMap<>())
              .put(n, ofAll ? median / n : median);
        }
      }
    }
    return new Curve(name, title, size, "ns", costs);
  }

  private double[] figures(Rival rival, Probe probe) throws InterruptedException {
    double[] figures = new double[ROUNDS];
    try {
      for (int round = 0; round < ROUNDS; round++) {
        figures[round] = probe.measure(effort).get(Figure.NANOS);
      }
      return figures;
    } catch (Probe.FailedException e) {
      progress.accept(rival + " is left out: " + e.getMessage()); // a size that it does not stand
      return new double[0];
    }
  }
}
