package dev.asyncwith;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What was open at a moment, made by {@link Scopes#dump()}: a tree of runners, tasks and threads
 * with what they have open, a line for each lock that is waited for, and the deadlocks. Immutable.
 */
public final class ScopeDump {
  private static final int TYPES_IN_TEXT = 10;

  private final Instant at = Instant.now();
  private final Tracking.Mode mode = Tracking.mode();
  private final OpenSnapshot snapshot;
  private final List<ScopeTree.Branch> roots;
  private final List<HeldLock> locks;
  private final List<String> deadlocks;

  private ScopeDump(OpenSnapshot snapshot) {
    this.snapshot = snapshot;
    this.roots = ScopeTree.of(snapshot);
    this.locks = HeldLock.in(snapshot);
    this.deadlocks = Deadlocks.find(snapshot.threads());
  }

  static ScopeDump of(OpenSnapshot snapshot) {
    return new ScopeDump(snapshot);
  }

  /**
   * How many managers and things opened by hand are open, those included that are not shown.
   *
   * @return the number
   */
  public int open() {
    return snapshot.total();
  }

  /**
   * How many tasks run.
   *
   * @return the number
   */
  public int tasks() {
    return snapshot.tasks();
  }

  /**
   * How many of each class are open, those included that are not shown.
   *
   * @return the numbers, by the classes
   */
  public Map<Class<?>, Integer> byType() {
    return Map.copyOf(snapshot.byType());
  }

  /**
   * The deadlocks, as {@link Scopes#deadlocks} gives them.
   *
   * @return a line for each; empty if there are none
   */
  public List<String> deadlocks() {
    return deadlocks;
  }

  /**
   * The dump as JSON (RFC 8259): an object with the members {@code at}, {@code tracking}, {@code
   * open}, {@code tasks}, {@code shown}, {@code byType}, {@code deadlocks}, {@code locks} and
   * {@code tree}.
   *
   * @return the text
   */
  public String toJson() {
    var json = new JsonText();
    json.begin('{');
    json.member("at", at.toString());
    json.member("tracking", mode.name());
    json.member("open", open());
    json.member("tasks", tasks());
    json.member("shown", snapshot.open().size());
    json.key("byType").begin('{');
    byTypeMostFirst().forEach(e -> json.member(e.getKey().getName(), e.getValue()));
    json.end('}');
    json.member("deadlocks", deadlocks);
    json.key("locks").begin('[');
    for (HeldLock lock : locks) {
      json.begin('{');
      json.member("name", lock.name());
      json.member("heldBy", lock.holders());
      json.member("waiting", lock.waiters());
      json.end('}');
    }
    json.end(']');
    json.key("tree").begin('[');
    roots.forEach(root -> append(json, root));
    return json.end(']').end('}').toString();
  }

  private static void append(JsonText json, ScopeTree.Branch branch) {
    json.begin('{');
    json.member("is", branch.kind());
    branch.facts().forEach(json::member);
    json.key("children").begin('[');
    branch.children().forEach(child -> append(json, child));
    json.end(']').end('}');
  }

  private List<Map.Entry<Class<?>, Integer>> byTypeMostFirst() {
    return snapshot.byType().entrySet().stream()
        .sorted(
            Map.Entry.<Class<?>, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(e -> e.getKey().getName()))
        .toList();
  }

  /** The dump as text, for people. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    text.append(
        "%s open and %s, at %s%n"
            .formatted(Names.count(open(), "thing"), Names.count(tasks(), "task"), at));
    if (mode == Tracking.Mode.OFF) {
      text.append(
          "tracking is off: turn it on with Tracking.enable or -Dasyncwith.tracking=counts\n");
    }
    if (open() > snapshot.open().size()) {
      text.append(
          "shown: the %d that are open for the longest time; by class: %s%n"
              .formatted(
                  snapshot.open().size(),
                  byTypeMostFirst().stream()
                      .limit(TYPES_IN_TEXT)
                      .map(e -> e.getValue() + " " + Names.of(e.getKey()))
                      .collect(Collectors.joining(", "))));
    }
    deadlocks.forEach(deadlock -> text.append(deadlock).append('\n'));
    locks.forEach(lock -> text.append(lock.line()).append('\n'));
    roots.forEach(root -> append(text, root, ""));
    return text.toString();
  }

  private static void append(StringBuilder text, ScopeTree.Branch branch, String indent) {
    text.append(indent).append(branch.title()).append('\n');
    branch.children().forEach(child -> append(text, child, indent + "  "));
  }
}
