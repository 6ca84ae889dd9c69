package dev.asyncwith.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads programs, one a line, and refuses those that are none. */
final class Programs {

  /** Says which line is no program, where in it and why. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  static {
    System.setProperty("slf4j.internal.verbosity", "ERROR"); // the validator's logger goes nowhere
  }

  static final ObjectMapper JSON = new ObjectMapper();

  private static final Set<String> LOCKS = Set.of("lock", "semaphore", "bounded", "condition");
  private static final Set<String> QUEUE = Set.of("queue");

  /** The kinds of primitives that a statement is for. */
  private static final Map<String, Set<String>> KINDS =
      Map.ofEntries(
          Map.entry("with", LOCKS),
          Map.entry("acquire", LOCKS),
          Map.entry("release", LOCKS),
          Map.entry("await", Set.of("event", "condition", "barrier")),
          Map.entry("notify", Set.of("condition")),
          Map.entry("notify_all", Set.of("condition")),
          Map.entry("set", Set.of("event")),
          Map.entry("clear", Set.of("event")),
          Map.entry("abort", Set.of("barrier")),
          Map.entry("reset", Set.of("barrier")),
          Map.entry("put", QUEUE),
          Map.entry("get_item", QUEUE),
          Map.entry("try_put", QUEUE),
          Map.entry("try_get", QUEUE),
          Map.entry("task_done", QUEUE),
          Map.entry("join", QUEUE));

  private final Schema schema;

  /**
   * Reads the schema.
   *
   * @param home the folder with program.schema.json
   * @throws IOException if it cannot be read
   */
  Programs(Path home) throws IOException {
    schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(Files.readString(home.resolve("program.schema.json")));
  }

  /**
   * Reads a file of programs; empty lines are none.
   *
   * @throws MalformedException if a line is no program
   * @throws IOException if the file cannot be read
   */
  List<ObjectNode> read(Path file) throws IOException, MalformedException {
    List<ObjectNode> programs = new ArrayList<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        programs.add(parse(file + ", line " + (i + 1), lines.get(i)));
      }
    }
    return programs;
  }

  /**
   * Reads one program.
   *
   * @param where names the line, for the error
   * @throws MalformedException if it is no program
   */
  ObjectNode parse(String where, String line) throws MalformedException {
    JsonNode program;
    try {
      program = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new MalformedException(
          "%s, column %d: no JSON: %s"
              .formatted(where, e.getLocation().getColumnNr(), e.getOriginalMessage()),
          e);
    }
    check(where, program);
    return (ObjectNode) program;
  }

  private void check(String where, JsonNode program) throws MalformedException {
    List<Error> errors = schema.validate(program);
    if (!errors.isEmpty()) { // the innermost says most
      Error worst =
          errors.stream()
              .max(Comparator.comparingInt(error -> error.getInstanceLocation().getNameCount()))
              .orElseThrow();
      throw new MalformedException(
          where + ": " + path(worst.getInstanceLocation().toString()) + ": " + worst.getMessage(),
          null);
    }
    checkNames(where, (ObjectNode) program, program.get("main"), "$.main");
    for (String part : List.of("managers", "primitives")) {
      checkNames(where, (ObjectNode) program, program.get(part), "$." + part);
    }
  }

  /** Whether it is a program: what a shrinker cuts off may be needed. */
  boolean isValid(ObjectNode program) {
    try {
      check("it", program);
      return true;
    } catch (MalformedException e) {
      return false;
    }
  }

  /** From a JSON pointer to a JSON path. */
  private static String path(String pointer) {
    return "$" + pointer.replaceAll("/(\\d+)", "[$1]").replace('/', '.');
  }

  /** Names of managers and primitives, and slots, have to be among those of the program. */
  private static void checkNames(String where, ObjectNode program, JsonNode node, String path)
      throws MalformedException {
    JsonNode primitive = node.path("primitive");
    if (primitive.isTextual() && node.has("do")) {
      Set<String> kinds = KINDS.getOrDefault(node.get("do").textValue(), Set.of());
      checkPrimitive(where, program, kinds, primitive, path);
    }
    JsonNode lock = node.path("lock");
    if (lock.isTextual()) {
      checkPrimitive(where, program, Set.of("lock"), lock, path);
    }
    for (String time : List.of("wait", "for")) {
      checkSlot(where, program.get("stride").intValue(), node.path(time), path + "." + time);
    }
    for (String named : List.of("manager", "managers")) {
      checkManagers(where, program, node.path(named), path + "." + named);
    }
    if (List.of("get", "wait").contains(node.path("do").asText())) {
      refuseMain(where, node, path);
    }
    for (var property : node.properties()) {
      checkNames(where, program, property.getValue(), path + "." + property.getKey());
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      checkNames(where, program, node.get(i), path + "[" + i + "]");
    }
  }

  private static void checkPrimitive(
      String where, ObjectNode program, Set<String> kinds, JsonNode name, String path)
      throws MalformedException {
    JsonNode kind = program.get("primitives").path(name.textValue()).path("kind");
    if (!kinds.contains(kind.asText())) {
      throw new MalformedException(
          "%s: %s: the program has no %s called %s"
              .formatted(
                  where,
                  path,
                  kinds.stream().sorted().collect(Collectors.joining(" or ")),
                  name.textValue()),
          null);
    }
  }

  private static void checkManagers(String where, ObjectNode program, JsonNode names, String path)
      throws MalformedException {
    for (int i = 0; names.isArray() && i < names.size(); i++) {
      checkManagers(where, program, names.get(i), path + "[" + i + "]");
    }
    if (names.isTextual() && !program.get("managers").has(names.textValue())) {
      throw new MalformedException(
          "%s: %s: the program has no manager called %s".formatted(where, path, names.textValue()),
          null);
    }
  }

  /** The main body is a task to Python alone. */
  private static void refuseMain(String where, JsonNode node, String path)
      throws MalformedException {
    boolean named = node.path("task").asText().equals("main");
    for (JsonNode task : node.path("tasks")) {
      named |= task.asText().equals("main");
    }
    if (named) {
      throw new MalformedException(
          where + ": " + path + ": main is no task that can be waited for", null);
    }
  }

  private static void checkSlot(String where, int stride, JsonNode time, String path)
      throws MalformedException {
    if (time.isArray() && time.get(1).intValue() >= stride) {
      throw new MalformedException(
          "%s: %s: slot %d is not below the stride of %d"
              .formatted(where, path, time.get(1).intValue(), stride),
          null);
    }
  }
}
