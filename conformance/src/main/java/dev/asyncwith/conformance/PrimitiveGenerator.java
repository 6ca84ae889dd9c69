package dev.asyncwith.conformance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Makes uses of locks and their siblings, and of queues. */
final class PrimitiveGenerator {
  private final Source source;
  private final Generator statements;
  private final ObjectNode primitives = Source.JSON.objectNode();

  PrimitiveGenerator(Source source, Generator statements) {
    this.source = source;
    this.statements = statements;
  }

  /** The primitives of the program. */
  ObjectNode made() {
    return primitives;
  }

  /** Gives the program primitives. */
  void make() {
    primitives.putObject("lock").put("kind", "lock");
    switch (source.below(6)) {
      case 0 ->
          primitives
              .putObject("semaphore")
              .put("kind", source.chance(50) ? "semaphore" : "bounded")
              .put("permits", 1 + source.below(2));
      case 1 -> primitives.putObject("event").put("kind", "event");
      case 2 -> primitives.putObject("condition").put("kind", "condition").put("lock", "lock");
      case 3 ->
          primitives
              .putObject("barrier")
              .put("kind", "barrier")
              .put("parties", 2 + source.below(2));
      case 4 ->
          primitives
              .putObject("queue")
              .put("kind", "queue")
              .put("order", source.pick(List.of("fifo", "lifo", "priority")))
              .put("size", source.chance(50) ? 1 : source.below(3));
      default -> {}
    }
  }

  /** The name of one of the primitives. */
  String any() {
    List<String> known = new ArrayList<>();
    primitives.fieldNames().forEachRemaining(known::add);
    return source.pick(known);
  }

  ObjectNode use(Scope scope) {
    return use(scope, any());
  }

  /** A statement on a primitive. */
  ObjectNode use(Scope scope, String name) {
    return switch (primitives.get(name).get("kind").textValue()) {
      case "event" ->
          source
              .acting(source.pick(List.of("await", "set", "set", "clear")))
              .put("primitive", name);
      case "barrier" ->
          source
              .acting(source.pick(List.of("await", "await", "await", "await", "reset", "abort")))
              .put("primitive", name);
      case "queue" -> onQueue(name);
      case "condition" -> onCondition(scope, name);
      default -> onLock(scope, name);
    };
  }

  private ObjectNode onLock(Scope scope, String name) {
    if (source.chance(85)) {
      if (!scope.held().add(name)) {
        return source.acting("sleep"); // nobody but itself would release it
      }
      ObjectNode with = source.acting("with").put("primitive", name);
      holds(with.putArray("body"), scope, name, source.below(3));
      return with;
    }
    return byHand(scope, name);
  }

  /**
   * Acquired by hand, and released in a finally; or what is not held is released, where that hurts
   * nobody.
   */
  private ObjectNode byHand(Scope scope, String name) {
    if (scope.task().equals("main") && scope.groups().isEmpty() && source.chance(20)) {
      return source.acting("release").put("primitive", name);
    }
    if (!scope.held().add(name)) {
      return source.acting("sleep");
    }
    ObjectNode tries = Source.statement("try");
    ObjectNode held = Source.statement("try");
    tries.putArray("body").add(source.acting("acquire").put("primitive", name)).add(held);
    holds(held.putArray("body"), scope, name, source.below(2));
    held.putArray("finally").add(Source.statement("release").put("primitive", name));
    return tries;
  }

  private ObjectNode onCondition(Scope scope, String name) {
    if (!scope.held().add("lock")) {
      return source.acting("sleep");
    }
    ObjectNode with = source.acting("with").put("primitive", name);
    ArrayNode body = with.putArray("body");
    if (source.chance(60)) {
      body.add(source.acting("await").put("primitive", name));
    } else if (source.chance(50)) {
      body.add(source.acting("notify").put("primitive", name).put("n", 1 + source.below(2)));
    } else {
      body.add(source.acting("notify_all").put("primitive", name));
    }
    holds(body, scope, "lock", source.below(2));
    return with;
  }

  /** Adds what is done while a lock is held, which is released at a time of its own. */
  private void holds(ArrayNode body, Scope scope, String lock, int length) {
    body.addAll(statements.body(scope.deeper(), length));
    scope.held().remove(lock);
    if (!Source.endsEarly(body)) {
      body.add(source.acting("sleep"));
    }
  }

  private ObjectNode onQueue(String name) {
    String what =
        source.pick(
            List.of(
                "put",
                "put",
                "put",
                "get_item",
                "get_item",
                "try_put",
                "try_get",
                "task_done",
                "join"));
    ObjectNode statement = source.acting(what).put("primitive", name);
    if (what.endsWith("put")) {
      statement.put("item", source.slots()); // no two are equal
    }
    return statement;
  }
}
