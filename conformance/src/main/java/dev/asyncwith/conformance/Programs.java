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
    for (var property : node.properties()) {
      String inside = path + "." + property.getKey();
      JsonNode value = property.getValue();
      switch (property.getKey()) {
        case "manager" -> checkName(where, program.get("managers"), "manager", value, inside);
        case "primitive" -> checkName(where, program.get("primitives"), "primitive", value, inside);
        case "lock" -> {
          if (value.isTextual()) {
            checkName(where, program.get("primitives"), "primitive", value, inside);
          }
        }
        case "wait", "for" -> checkSlot(where, program.get("stride").intValue(), value, inside);
        default -> {}
      }
      checkNames(where, program, value, inside);
    }
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        String inside = path + "[" + i + "]";
        if (path.endsWith(".managers")) {
          checkName(where, program.get("managers"), "manager", node.get(i), inside);
        }
        checkNames(where, program, node.get(i), inside);
      }
    }
  }

  private static void checkName(
      String where, JsonNode known, String what, JsonNode name, String path)
      throws MalformedException {
    if (!known.has(name.textValue())) {
      throw new MalformedException(
          "%s: %s: the program has no %s called %s".formatted(where, path, what, name.textValue()),
          null);
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
