package dev.asyncwith.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs programs on both sides, at the same time, and compares the traces. */
final class Harness {
  private static final int BATCH = 200;

  /**
   * A program that ran in two ways.
   *
   * @param difference the difference that explains it, null if none does
   */
  record Diverged(
      ObjectNode program,
      List<String> python,
      List<String> java,
      Comparison.Divergence divergence,
      Differences.@Nullable Difference difference) {}

  /** What a run of many programs gave. */
  static final class Summary {
    private final Map<String, Integer> constructs = new TreeMap<>();
    private final Map<String, Diverged> expected = new TreeMap<>();
    private final Map<String, Integer> hits = new TreeMap<>();
    private final Map<String, Diverged> unexplained = new LinkedHashMap<>();
    private int programs;
    private int divergences;

    int programs() {
      return programs;
    }

    int divergences() {
      return divergences;
    }

    int expected() {
      return hits.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** The divergences that no difference explains, the first of each shape. */
    List<Diverged> unexplained() {
      return List.copyOf(unexplained.values());
    }

    /** By the id of a difference how many programs it explains. */
    Map<String, Integer> hits() {
      return hits;
    }

    /** By the id of a difference the smallest program that it explains. */
    Map<String, Diverged> examples() {
      return expected;
    }

    /** In how many programs each statement and each kind of manager stands. */
    Map<String, Integer> constructs() {
      return constructs;
    }

    private void count(ObjectNode program) {
      programs++;
      Set<String> found = new HashSet<>();
      addConstructs(program, found);
      found.forEach(construct -> constructs.merge(construct, 1, Integer::sum));
    }

    private static void addConstructs(JsonNode node, Set<String> found) {
      for (String key : List.of("do", "kind", "yields", "suppress")) {
        if (node.has(key)) {
          String value = node.get(key).asText();
          found.add(key.equals("do") ? value : key + " " + value);
        }
      }
      node.forEach(inner -> addConstructs(inner, found));
    }

    private void add(Diverged diverged) {
      if (diverged.difference == null) {
        divergences++;
        unexplained.putIfAbsent(shape(diverged), diverged);
        return;
      }
      hits.merge(diverged.difference.id(), 1, Integer::sum);
      expected.merge(
          diverged.difference.id(),
          diverged,
          (a, b) -> a.program.toString().length() <= b.program.toString().length() ? a : b);
    }
  }

  private final Python python;
  private final Programs language;
  private final Differences differences;

  Harness(Python python, Programs language, Differences differences) {
    this.python = python;
    this.language = language;
    this.differences = differences;
  }

  /**
   * Runs programs.
   *
   * @param stops whether to run no more, asked after each divergence
   */
  Summary run(Stream<ObjectNode> programs, Predicate<? super Summary> stops)
      throws InterruptedException {
    Summary summary = new Summary();
    Iterator<ObjectNode> left = programs.iterator();
    Batch running = null;
    while (left.hasNext()) {
      List<ObjectNode> batch = new ArrayList<>();
      while (left.hasNext() && batch.size() < BATCH) {
        batch.add(left.next());
      }
      Batch next = new Batch(batch, python.execute(batch)); // Python has always something to do
      if (running != null && finish(running, summary, stops)) {
        return summary;
      }
      running = next;
    }
    if (running != null) {
      boolean _ = finish(running, summary, stops);
    }
    return summary;
  }

  private record Batch(List<ObjectNode> programs, CompletableFuture<List<List<String>>> python) {}

  private boolean finish(Batch batch, Summary summary, Predicate<? super Summary> stops)
      throws InterruptedException {
    List<List<String>> pythons = Python.join(batch.python);
    for (int i = 0; i < pythons.size(); i++) {
      ObjectNode program = batch.programs.get(i);
      summary.count(program);
      Diverged diverged = compare(program, pythons.get(i), Interpreter.execute(program));
      if (diverged != null) {
        summary.add(diverged);
        if (stops.test(summary)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The differences from this version whose examples do not show them any more. */
  List<Differences.Difference> outdated() throws InterruptedException {
    List<Differences.Difference> found = new ArrayList<>();
    for (Differences.Difference difference : differences.all()) {
      ObjectNode example = difference.example();
      if (example == null || difference.until() < python.version()) {
        continue;
      }
      Diverged diverged = run(example);
      if (diverged == null
          || !difference.equals(diverged.difference)
          || !diverged.divergence.line().equals(difference.shows())) {
        found.add(difference);
      }
    }
    return found;
  }

  /** Runs one program; null if both sides did the same. */
  @Nullable Diverged run(ObjectNode program) throws InterruptedException {
    List<String> ofPython = Python.join(python.execute(List.of(program))).getFirst();
    return compare(program, ofPython, Interpreter.execute(program));
  }

  private @Nullable Diverged compare(ObjectNode program, List<String> ofPython, List<String> java) {
    Comparison.Divergence divergence = Comparison.of(ofPython, java);
    if (divergence == null) {
      return null;
    }
    boolean broken = (hangs(java) && !hangs(ofPython)) || java.stream().anyMatch(Harness::crashes);
    Differences.Difference difference =
        broken ? null : differences.explaining(divergence, python.version());
    return new Diverged(program, ofPython, java, divergence, difference);
  }

  /** No difference is on purpose that ends so. */
  private static boolean hangs(List<String> trace) {
    return !trace.isEmpty() && trace.getLast().endsWith(" deadlock");
  }

  private static boolean crashes(String event) {
    return event.contains(" crash ");
  }

  /** The smallest program found that diverges and is explained as this one is, or is not. */
  Diverged shrink(Diverged diverged, int most) throws InterruptedException {
    String before = explanation(diverged);
    ObjectNode smallest =
        Shrinker.shrink(
            diverged.program,
            program -> {
              if (!language.isValid(program)) {
                return false;
              }
              try {
                Diverged smaller = run(program);
                return smaller != null && explanation(smaller).equals(before);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
              }
            },
            most);
    Diverged again = run(smallest);
    return again == null ? diverged : again;
  }

  /** The difference, or the shape of what none explains. */
  private static String explanation(Diverged diverged) {
    return diverged.difference == null ? shape(diverged) : diverged.difference.id();
  }

  private static String shape(Diverged diverged) {
    return diverged.divergence.line().replaceAll("\\d+", "#");
  }
}
