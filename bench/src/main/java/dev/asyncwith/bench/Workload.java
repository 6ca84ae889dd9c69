package dev.asyncwith.bench;

import dev.asyncwith.bench.rival.Rival;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The same work, done by this library and by others, and what is asked of it. */
final class Workload {

  /**
   * A row of the table.
   *
   * @param rival with whom ours is compared; null if with nobody
   * @param figure what is compared
   * @param goal what is asked
   */
  record Row(@Nullable Rival rival, Figure figure, Goal goal) {}

  private final String suite;
  private final String name;
  private final String title;
  private final Rival ours;
  private final Probe probe;
  private final Map<Rival, Probe> probes = new LinkedHashMap<>();
  private final List<Row> rows = new ArrayList<>();

  private Workload(String suite, String name, String title, Rival ours, Probe probe) {
    this.suite = suite;
    this.name = name;
    this.title = title;
    this.ours = ours;
    this.probe = probe;
    probes.put(ours, probe);
  }

  static Workload of(String suite, String name, String title, Rival ours, Probe probe) {
    return new Workload(suite, name, title, ours, probe);
  }

  /** Adds a rival and a row of nanoseconds. */
  Workload against(Rival rival, Probe probe, Goal goal) {
    return against(rival, probe, Figure.NANOS, goal);
  }

  /** Adds a rival, if it is new, and a row. */
  Workload against(Rival rival, Probe probe, Figure figure, Goal goal) {
    probes.putIfAbsent(rival, probe);
    rows.add(new Row(rival, figure, goal));
    return this;
  }

  /** Adds a row that compares ours with nobody. */
  Workload alone(Figure figure, Goal goal) {
    rows.add(new Row(null, figure, goal));
    return this;
  }

  String suite() {
    return suite;
  }

  String name() {
    return name;
  }

  String title() {
    return title;
  }

  Rival ours() {
    return ours;
  }

  List<Row> rows() {
    return rows;
  }

  /** Who is measured, ours first. */
  Map<Rival, Probe> probes() {
    return probes;
  }

  /** The rows that have a goal, and who is needed for them. */
  Workload withGoals() {
    var less = new Workload(suite, name, title, ours, probe);
    rows.stream().filter(row -> !row.goal().isNone()).forEach(less.rows::add);
    probes.forEach(
        (rival, measures) -> {
          if (less.rows.stream().anyMatch(row -> row.rival() == rival)) {
            less.probes.put(rival, measures);
          }
        });
    return less;
  }
}
