package dev.asyncwith.conformance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a program of a seed, weighted to the hard cases. What touches something shared waits for a
 * slot of its own first, so that two tasks never do so at one time: a program has one meaning.
 */
final class Generator {
  private final Source source;
  private final ManagerGenerator managers;
  private final TaskGenerator tasks;
  private final PrimitiveGenerator primitives;

  private Generator(long seed, int size) {
    source = new Source(seed, size);
    managers = new ManagerGenerator(source, this);
    tasks = new TaskGenerator(source, this);
    primitives = new PrimitiveGenerator(source, this);
  }

  /**
   * Makes a program.
   *
   * @param seed the same seed gives the same program
   * @param size how many statements it has at most, or a little more
   */
  static ObjectNode program(long seed, int size) {
    return new Generator(seed, size).program();
  }

  private ObjectNode program() {
    if (source.chance(50)) {
      primitives.make();
    }
    Scope scope = Scope.of("main", true, List.of(), new ArrayList<>(List.of("main")));
    ObjectNode outermost = Source.statement("timeout").put("id", "t0");
    outermost.set("for", source.wait(1000));
    scope.timeouts().add("t0");
    ArrayNode body = outermost.putArray("body");
    if (!primitives.made().isEmpty() && source.chance(30)) {
      body.add(tasks.contention(scope, primitives));
    }
    body.addAll(body(scope, 1 + source.below(4)));
    ObjectNode program = Source.JSON.objectNode();
    program.put("stride", source.slots() + 1);
    program.set("primitives", primitives.made());
    program.set("managers", managers.made());
    program.putArray("main").add(outermost);
    return program;
  }

  ArrayNode body(Scope scope, int length) {
    ArrayNode body = Source.JSON.arrayNode();
    for (int i = 0; i < length && source.hasBudget(); i++) {
      ObjectNode next = statement(scope);
      body.add(next);
      boolean wakes =
          switch (next.get("do").textValue()) {
            case "fork" -> true;
            case "cancel" -> !(next.get("task").textValue().equals("self") && source.chance(15));
            default -> false;
          };
      if (wakes) {
        body.add(
            source.acting("sleep")); // who begins or is cancelled runs before this task goes on
      }
      if (Source.endsEarly(body)) {
        return body;
      }
    }
    if (scope.handler() ? source.chance(20) : source.chance(scope.exit() ? 20 : 25)) {
      body.add(source.raise());
    } else if (!scope.exit() && source.chance(15)) {
      body.add(Source.statement("return").put("value", source.below(10)));
    }
    return body;
  }

  private ObjectNode statement(Scope scope) {
    source.spend();
    if (scope.depth() > 5 || !source.hasBudget()) {
      return source.acting("sleep");
    }
    if (scope.exit()) {
      return inExit(scope);
    }
    if (!primitives.made().isEmpty() && source.chance(40)) {
      return primitives.use(scope);
    }
    int choice = source.below(100);
    if (choice < 12) {
      return source.acting("sleep");
    } else if (choice < 34) {
      return managers.block(scope);
    } else if (choice < 44) {
      return managers.stack(scope);
    } else if (choice < 50 && !scope.stacks().isEmpty()) {
      return managers.onStack(scope);
    } else if (choice < 56) {
      return tries(scope);
    } else if (choice < 64) {
      return tasks.timeout(scope);
    } else if (choice < 67) {
      return tasks.reschedule(scope);
    } else if (choice < 76) {
      return tasks.group(scope);
    } else if (choice < 86 && !scope.groups().isEmpty()) {
      return tasks.fork(scope);
    } else if (choice < 91) {
      return tasks.cancel(scope);
    } else if (choice < 94) {
      return tasks.gather(scope);
    } else if (choice < 96) {
      return tasks.shield(scope);
    } else if (choice < 98) {
      return tasks.waits(scope);
    }
    return tasks.waitFor(scope);
  }

  ObjectNode inExit(Scope scope) {
    int choice = source.below(100);
    if (choice < 60) {
      return source.acting("sleep");
    } else if (choice < 75) {
      return managers.block(scope);
    } else if (choice < 85) {
      return tries(scope);
    } else if (choice < 93) {
      return tasks.timeout(scope);
    }
    return tasks.cancel(scope);
  }

  private ObjectNode tries(Scope scope) {
    ObjectNode tries = Source.statement("try");
    tries.set("body", body(scope.deeper(), 1 + source.below(2)));
    if (source.chance(75)) {
      ObjectNode handler = tries.putObject("catch");
      String type =
          source.chance(8)
              ? "cancelled"
              : source.pick(List.of("any", "A", "B", "timeout", "group"));
      handler.put("type", type);
      ArrayNode then = handler.putArray("then");
      if (type.equals("cancelled")) {
        if (source.chance(80)) {
          then.add(Source.statement("raise"));
        }
      } else {
        if (!scope.exit() && source.chance(20)) {
          then.add(
              source
                  .acting("raise")
                  .put("type", source.pick(Source.TYPES))
                  .put("id", source.name("x"))
                  .put("from", "told"));
        } else {
          then.addAll(body(scope.inHandler(), source.below(2)));
        }
      }
    }
    if (source.chance(30)) { // a cancellation in it would hide the failure of the body, in Java
      tries.putArray("finally").add(Source.statement("sleep"));
    }
    return tries;
  }
}
