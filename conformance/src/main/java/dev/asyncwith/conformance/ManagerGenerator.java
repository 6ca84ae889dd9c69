package dev.asyncwith.conformance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes blocks, managers and exit stacks. */
final class ManagerGenerator {
  private final Source source;
  private final Generator statements;
  private final ObjectNode managers = Source.JSON.objectNode();

  /** The managers by the task that uses them. */
  private final Map<String, List<String>> users = new HashMap<>();

  ManagerGenerator(Source source, Generator statements) {
    this.source = source;
    this.statements = statements;
  }

  /** The managers of the program so far. */
  ObjectNode made() {
    return managers;
  }

  ObjectNode block(Scope scope) {
    ObjectNode block = Source.statement("block").put("id", source.name("b"));
    ArrayNode of = block.putArray("managers");
    int count = source.chance(60) ? 1 : 1 + source.below(4);
    for (int i = 0; i < count; i++) {
      of.add(manager(scope, true));
    }
    if (count == 1) {
      block.put("form", source.pick(List.of("call", "run", "try_call")));
    }
    block.set("body", statements.body(scope.deeper(), source.below(3)));
    return block;
  }

  private String manager(Scope scope, boolean anyKind) {
    List<String> own = users.getOrDefault(scope.task(), List.of());
    boolean again = anyKind && !scope.exit() && source.chance(4);
    if (again && !own.isEmpty()) { // which a generator refuses
      return source.pick(own);
    }
    String name = source.name("m");
    ObjectNode made = Source.JSON.objectNode();
    int kind = source.below(100);
    if (anyKind && kind < 45) {
      generator(made, scope);
    } else if (anyKind && kind < 50) {
      made.put("kind", "suppress");
      made.putArray("types").add(source.pick(List.of("A", "B", "C", "any")));
    } else {
      classManager(made, scope);
    }
    managers.set(name, made);
    if (!scope.exit()) {
      users.computeIfAbsent(scope.task(), _ -> new ArrayList<>()).add(name);
    }
    return name;
  }

  private void classManager(ObjectNode made, Scope scope) {
    made.put("kind", "class");
    made.set("enter", entering());
    made.set("exit", exiting(scope, false));
    if (source.chance(25)) {
      made.put("suppress", suppressed());
    }
  }

  private String suppressed() {
    return source.chance(3) ? "cancelled" : source.chance(60) ? "any" : source.pick(Source.TYPES);
  }

  private ArrayNode entering() {
    ArrayNode enter = Source.JSON.arrayNode();
    if (source.chance(35)) {
      enter.add(source.acting("sleep"));
    }
    if (source.chance(8)) {
      enter.add(source.raise());
    }
    return enter;
  }

  /** The body of an exit; one that is told a failure may raise it again or translate it. */
  private ArrayNode exiting(Scope scope, boolean told) {
    ArrayNode exit = Source.JSON.arrayNode();
    if (source.chance(12)) {
      exit.add(source.acting("sleep"));
    } else if (source.chance(10) && source.hasBudget()) {
      source.spend();
      ObjectNode acting = statements.inExit(scope.inExit());
      exit.add(acting);
      if (acting.get("do").textValue().equals("cancel")) {
        exit.add(source.acting("sleep"));
      }
    }
    if (told && source.chance(30)) {
      exit.add(source.acting("raise"));
    } else if (told
        && !scope.exit()
        && source.chance(30)) { // in an exit, Python hides what that was told
      exit.add(source.raise().put("from", "told"));
    } else if (source.chance(15)) {
      exit.add(source.raise());
    }
    return exit;
  }

  private void generator(ObjectNode made, Scope scope) {
    int yields = source.below(100);
    made.put("kind", "generator");
    made.put(
        "yields",
        yields < 88 ? "once" : yields < 92 ? "never" : yields < 96 ? "twice" : "after throw");
    made.set("before", entering());
    if (source.chance(40)) {
      ObjectNode handler = made.putObject("catch");
      handler.put("type", suppressed());
      handler.set("then", exiting(scope, true));
    }
    made.set("after", exiting(scope, false));
    made.set("finally", source.chance(50) ? Source.JSON.arrayNode() : exiting(scope, false));
  }

  ObjectNode stack(Scope scope) {
    String name = source.name("k");
    ObjectNode stack = Source.statement("stack").put("id", name);
    Scope inside = scope.deeper();
    ArrayNode body = stack.putArray("body");
    int entries = 1 + source.below(3);
    scope.stacks().add(name);
    for (int i = 0; i < entries; i++) {
      body.add(onStack(inside, name));
    }
    body.addAll(statements.body(inside, source.below(3)));
    if (source.chance(95)) { // some programs use it after its end
      scope.stacks().remove(name);
    }
    return stack;
  }

  ObjectNode onStack(Scope scope) {
    return onStack(scope, source.pick(scope.stacks()));
  }

  private ObjectNode onStack(Scope scope, String name) {
    source.spend();
    int choice = source.below(100);
    if (choice < 50) {
      return Source.statement("enter").put("stack", name).put("manager", manager(scope, true));
    } else if (choice < 65) {
      return Source.statement("push").put("stack", name).put("manager", manager(scope, false));
    } else if (choice < 85) {
      ObjectNode callback =
          Source.statement("callback").put("stack", name).put("id", source.name("c"));
      callback.set("body", exiting(scope, false));
      return callback;
    } else if (choice < 92) {
      String into = source.name("k");
      scope.stacks().add(into);
      return Source.statement("pop_all").put("stack", name).put("into", into);
    } else if (choice < 94) {
      String made = source.name("k");
      scope.stacks().add(made);
      return Source.statement("new_stack").put("id", made);
    }
    ObjectNode close = source.acting("close").put("stack", name);
    if (source.chance(50)) {
      close.putObject("failure").put("type", source.pick(Source.TYPES)).put("id", source.name("x"));
    }
    return close;
  }
}
