package dev.asyncwith.conformance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.SplittableRandom;

/** Where the parts of a program that is generated come from: chance, names, slots of time. */
final class Source {
  static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  static final List<String> TYPES = List.of("A", "B", "C");

  private final SplittableRandom random;
  private int budget;
  private int slots = 1;
  private int names;

  Source(long seed, int size) {
    random = new SplittableRandom(seed);
    budget = 2 + random.nextInt(size);
  }

  /** How many slots of time were given away, and one. */
  int slots() {
    return slots;
  }

  /** Whether there may be more statements. */
  boolean hasBudget() {
    return budget > 0;
  }

  void spend() {
    budget--;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean chance(int percent) {
    return below(100) < percent;
  }

  <T> T pick(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  String name(String prefix) {
    return prefix + ++names;
  }

  static ObjectNode statement(String what) {
    return JSON.objectNode().put("do", what);
  }

  ObjectNode acting(String what) {
    ObjectNode statement = statement(what);
    statement.set("wait", wait(below(3)));
    return statement;
  }

  ArrayNode wait(int rounds) {
    return JSON.arrayNode().add(rounds).add(slots++);
  }

  ObjectNode raise() {
    return acting("raise").put("type", pick(TYPES)).put("id", name("x"));
  }

  /** Whether what follows a body is not reached. */
  static boolean endsEarly(ArrayNode body) {
    String what = body.path(body.size() - 1).path("do").asText();
    return what.equals("raise") || what.equals("return");
  }
}
