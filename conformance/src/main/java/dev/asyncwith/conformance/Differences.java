package dev.asyncwith.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The differences from Python that are on purpose, each with the divergences that it explains. */
final class Differences {

  /**
   * A difference.
   *
   * @param id names it
   * @param section the section of docs/differences-from-python.md about it
   * @param reason what Python does there and what the library does
   * @param match the divergences, as {@code python: … | java: …}
   * @param history what the task did before, one event a line, and behind their names what other
   *     tasks cancelled and noticed of that, and what they raised in the same instant; {@code
   *     ${task}} stands for the task, and {@code ${group}} for a group of {@code match}
   * @param example a program that diverges so, null where both ends of a race are right
   * @param shows how it does
   * @param until the last minor version of CPython 3 that it is a difference from
   */
  record Difference(
      String id,
      String section,
      String reason,
      Pattern match,
      @Nullable String history,
      @Nullable ObjectNode example,
      @Nullable String shows,
      int until) {

    boolean explains(Comparison.Divergence divergence) {
      Matcher matcher = match.matcher(divergence.line());
      return matcher.matches()
          && (history == null
              || Pattern.compile(filled(history, matcher, divergence.task()))
                  .matcher(String.join("\n", divergence.history()))
                  .find());
    }

    private static String filled(String history, Matcher matcher, String task) {
      String filled = history.replace("${task}", Pattern.quote(task));
      for (String group : matcher.namedGroups().keySet()) {
        String found = matcher.group(group);
        filled = filled.replace("${" + group + "}", found == null ? "" : Pattern.quote(found));
      }
      return filled;
    }
  }

  private final List<Difference> differences;

  private Differences(List<Difference> differences) {
    this.differences = differences;
  }

  /**
   * Reads the differences.
   *
   * @param home the folder with differences.json
   * @throws IOException if it cannot be read
   */
  static Differences read(Path home) throws IOException {
    List<Difference> found = new ArrayList<>();
    for (JsonNode each :
        Programs.JSON.readTree(Files.readString(home.resolve("differences.json")))) {
      found.add(
          new Difference(
              each.get("id").textValue(),
              each.get("section").textValue(),
              each.get("reason").textValue(),
              Pattern.compile(each.get("match").textValue()),
              each.has("history") ? each.get("history").textValue() : null,
              each.has("example") ? (ObjectNode) each.get("example") : null,
              each.path("shows").textValue(),
              each.path("until").asInt(Integer.MAX_VALUE)));
    }
    return new Differences(found);
  }

  List<Difference> all() {
    return differences;
  }

  /**
   * The first difference that explains a divergence, null if none does.
   *
   * @param version the minor version of CPython 3
   */
  @Nullable Difference explaining(Comparison.Divergence divergence, int version) {
    return differences.stream()
        .filter(each -> version <= each.until && each.explains(divergence))
        .findFirst()
        .orElse(null);
  }

  /** The differences by their ids. */
  Map<String, Difference> byId() {
    return differences.stream().collect(Collectors.toMap(Difference::id, each -> each));
  }
}
