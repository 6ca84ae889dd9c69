package dev.asyncwith.conformance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether two traces are equal: each task has the same events, in the same order, at the same
 * times. What different tasks do in one instant has no order, since one cancel wakes many.
 */
final class Comparison {

  /** An event of a trace. */
  record Event(long time, String task, String text) {
    static Event parse(String line) {
      String[] parts = line.split(" ", 3);
      return new Event(Long.parseLong(parts[0]), parts[1], parts[2]);
    }

    @Override
    public String toString() {
      return time + " " + task + " " + text;
    }
  }

  /**
   * Where two traces part first.
   *
   * @param task the task that goes on in two ways
   * @param python what it does next in Python, null if it does no more
   * @param java what it does next in Java
   * @param history what it did before, and of other tasks what was cancelled, and what they raised
   *     in this instant
   */
  record Divergence(
      String task, @Nullable Event python, @Nullable Event java, List<String> history) {

    private static final long NEVER = Long.MAX_VALUE;

    long time() {
      return Math.min(python == null ? NEVER : python.time, java == null ? NEVER : java.time);
    }

    /** Whether Python does it first, or both at once and Python does something. */
    private boolean isPythons() {
      return python != null && python.time == time();
    }

    /** The divergence as differences.json matches it. */
    String line() {
      return "python: " + shown(python) + " | java: " + shown(java);
    }

    @Override
    public String toString() {
      return time() + " " + task + " " + line();
    }

    private String shown(@Nullable Event event) {
      if (event == null) {
        return "-";
      }
      return (event.time == time() ? "" : "later, ") + event.text;
    }
  }

  private Comparison() {}

  /**
   * The first divergence. Of several in one instant it is that which comes first in Python, whose
   * tasks run one after the other: the others may follow from it.
   *
   * @return null if the traces are equal
   */
  static @Nullable Divergence of(List<String> python, List<String> java) {
    if (python.equals(java)) {
      return null;
    }
    Map<String, List<Event>> pythons = byTask(python);
    Map<String, List<Event>> javas = byTask(java);
    Set<String> tasks = new LinkedHashSet<>(pythons.keySet());
    tasks.addAll(javas.keySet());
    List<Divergence> found = new ArrayList<>();
    for (String task : tasks) {
      Divergence divergence =
          of(
              task,
              pythons.getOrDefault(task, List.of()),
              javas.getOrDefault(task, List.of()),
              python);
      if (divergence != null) {
        found.add(divergence);
      }
    }
    return found.stream()
        .min(
            Comparator.comparingLong(Divergence::time)
                .thenComparing(divergence -> !divergence.isPythons())
                .thenComparingInt(divergence -> position(divergence, python, java)))
        .orElse(null);
  }

  private static int position(Divergence divergence, List<String> python, List<String> java) {
    int position =
        divergence.isPythons()
            ? python.indexOf(String.valueOf(divergence.python))
            : java.indexOf(String.valueOf(divergence.java));
    return position < 0 ? Integer.MAX_VALUE : position;
  }

  private static @Nullable Divergence of(
      String task, List<Event> python, List<Event> java, List<String> trace) {
    int i = 0;
    while (i < python.size() && i < java.size() && python.get(i).equals(java.get(i))) {
      i++;
    }
    Event ofPython = i < python.size() ? python.get(i) : null;
    Event ofJava = i < java.size() ? java.get(i) : null;
    if (ofPython == null && ofJava == null) {
      return null;
    }
    var divergence = new Divergence(task, ofPython, ofJava, List.of());
    return new Divergence(task, ofPython, ofJava, history(task, i, trace, divergence.time()));
  }

  private static List<String> history(String task, int equal, List<String> trace, long until) {
    List<String> history = new ArrayList<>();
    int own = 0;
    for (String line : trace) {
      Event event = Event.parse(line);
      if (event.time > until) {
        break;
      }
      if (event.task.equals(task)) {
        if (++own > equal) {
          break;
        }
        history.add(event.text);
      } else if (concernsOthers(event.text) || (event.time == until && raises(event.text))) {
        history.add(event.task + ": " + event.text);
      }
    }
    return history;
  }

  private static boolean concernsOthers(String text) {
    return text.startsWith("cancel") || text.contains("(cancelled)");
  }

  private static boolean raises(String text) {
    return text.contains(" raised ");
  }

  private static Map<String, List<Event>> byTask(List<String> trace) {
    Map<String, List<Event>> tasks = new LinkedHashMap<>();
    for (String line : trace) {
      Event event = Event.parse(line);
      tasks.computeIfAbsent(event.task, _ -> new ArrayList<>()).add(event);
    }
    return tasks;
  }
}
