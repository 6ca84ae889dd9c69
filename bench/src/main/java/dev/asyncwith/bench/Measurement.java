package dev.asyncwith.bench;

import dev.asyncwith.bench.Goal.Verdict;
import dev.asyncwith.bench.rival.Rival;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A workload, measured in rounds: in each, all contenders have a turn, every other time backwards,
 * so that what disturbs the machine for a while disturbs all. A row compares the figures of the
 * rounds that both were in.
 */
final class Measurement {
  private final Workload workload;
  private final Map<Rival, List<Sample>> samples = new EnumMap<>(Rival.class);
  private final Map<Rival, String> missing = new EnumMap<>(Rival.class);

  private Measurement(Workload workload) {
    this.workload = workload;
  }

  /**
   * Measures; then, more rounds of what is in doubt. It looks once and not after each, or doubts
   * would end by chance.
   *
   * @param progress is told what is done
   */
  static Measurement of(Workload workload, Effort effort, Consumer<String> progress)
      throws InterruptedException {
    var measurement = new Measurement(workload);
    Set<Rival> contenders = workload.probes().keySet();
    for (int round = 0; round < effort.most(); round++) {
      if (round == effort.rounds()) {
        contenders = measurement.inDoubt();
      }
      if (contenders.isEmpty()) {
        break;
      }
      progress.accept(workload.name() + ", round " + (round + 1));
      measurement.round(round, contenders, effort);
    }
    return measurement;
  }

  private void round(int round, Set<Rival> contenders, Effort effort) throws InterruptedException {
    List<Map.Entry<Rival, Probe>> turns = new ArrayList<>(workload.probes().entrySet());
    for (Map.Entry<Rival, Probe> turn : round % 2 == 0 ? turns : turns.reversed()) {
      Rival rival = turn.getKey();
      if (missing.containsKey(rival) || !contenders.contains(rival)) {
        continue;
      }
      try {
        Sample sample = turn.getValue().measure(effort);
        samples.computeIfAbsent(rival, _ -> new ArrayList<>()).add(sample);
      } catch (Probe.FailedException e) {
        missing.put(rival, String.valueOf(e.getMessage()));
      }
    }
  }

  /** Who is needed for the rows in doubt. */
  private Set<Rival> inDoubt() {
    Set<Rival> doubtful = EnumSet.noneOf(Rival.class);
    for (Workload.Row row : workload.rows()) {
      if (line(row).verdict() == Verdict.IN_DOUBT) {
        doubtful.add(workload.ours());
        if (row.rival() != null) {
          doubtful.add(row.rival());
        }
      }
    }
    return doubtful;
  }

  /**
   * A row with its figures.
   *
   * @param workload the name of the work
   * @param rival with whom ours is compared; - if with nobody
   * @param ours the median of ours; NaN if it is missing
   * @param theirs the median of theirs; NaN if there is none
   * @param unit of both
   * @param interval of what the goal compares; null if somebody is missing
   * @param goal what is asked
   * @param verdict whether it holds
   */
  record Line(
      String workload,
      String rival,
      double ours,
      double theirs,
      String unit,
      @Nullable Interval interval,
      Goal goal,
      Verdict verdict) {}

  /** The rows. */
  List<Line> lines() {
    return workload.rows().stream().map(this::line).toList();
  }

  /** Who is missing, and why. */
  Map<Rival, String> missing() {
    return missing;
  }

  Workload workload() {
    return workload;
  }

  private Line line(Workload.Row row) {
    Rival rival = row.rival();
    double[] ours = figures(workload.ours(), row.figure());
    double[] theirs = rival == null ? new double[0] : figures(rival, row.figure());
    boolean isMissing =
        missing.containsKey(workload.ours()) || (rival != null && missing.containsKey(rival));
    if (rival != null && !isMissing) { // others may have had more rounds
      ours = Arrays.copyOf(ours, theirs.length);
    }
    Interval interval = isMissing ? null : interval(row.goal(), ours, theirs);
    return new Line(
        workload.name(),
        rival == null ? "-" : rival.toString(),
        median(ours),
        median(theirs),
        row.figure().unit(),
        interval,
        row.goal(),
        interval == null ? Verdict.MISSING : row.goal().verdict(interval));
  }

  private double[] figures(Rival rival, Figure figure) {
    return samples.getOrDefault(rival, List.of()).stream()
        .mapToDouble(sample -> sample.get(figure))
        .toArray();
  }

  private static double median(double[] figures) {
    return figures.length == 0 ? Double.NaN : Interval.of(figures).median();
  }

  private static Interval interval(Goal goal, double[] ours, double[] theirs) {
    double[] compared = new double[ours.length];
    for (int i = 0; i < ours.length; i++) {
      compared[i] = goal.measure().of(ours[i], theirs.length == 0 ? Double.NaN : theirs[i]);
    }
    return Interval.of(compared);
  }
}
