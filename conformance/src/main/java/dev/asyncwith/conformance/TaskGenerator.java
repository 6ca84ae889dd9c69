package dev.asyncwith.conformance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Makes tasks, cancellation and timeouts. */
final class TaskGenerator {
  private final Source source;
  private final Generator statements;

  TaskGenerator(Source source, Generator statements) {
    this.source = source;
    this.statements = statements;
  }

  ObjectNode timeout(Scope scope) {
    String name = source.name("t");
    ObjectNode timeout = Source.statement("timeout").put("id", name);
    if (source.chance(90)) {
      timeout.set("for", source.wait(source.below(5)));
    } else {
      timeout.putNull("for");
    }
    scope.timeouts().add(name);
    timeout.set("body", statements.body(scope.deeper(), 1 + source.below(3)));
    scope.timeouts().remove(name);
    return timeout;
  }

  ObjectNode reschedule(Scope scope) {
    if (scope.timeouts().isEmpty()) {
      return source.acting("sleep");
    }
    String name = scope.timeouts().getLast();
    if (name.equals("t0")) {
      return source.acting("sleep");
    }
    ObjectNode reschedule = source.acting("reschedule").put("timeout", name);
    if (source.chance(85)) {
      reschedule.set("for", source.wait(source.below(5)));
    } else {
      reschedule.putNull("for");
    }
    return reschedule;
  }

  ObjectNode waitFor(Scope scope) {
    ObjectNode waitFor = Source.statement("wait_for").put("id", source.name("w"));
    waitFor.set("for", source.wait(source.below(4)));
    waitFor.set("body", statements.body(scope.apart(), 1 + source.below(2)));
    return waitFor;
  }

  ObjectNode group(Scope scope) {
    String name = source.name("g");
    ObjectNode group = Source.statement("group").put("id", name);
    Scope inside = scope.inGroup(name);
    ArrayNode body = group.putArray("body");
    for (int i = 1 + source.below(3); i > 0; i--) {
      body.add(fork(inside));
      body.add(source.acting("sleep"));
    }
    body.addAll(statements.body(inside, source.below(3)));
    return group;
  }

  /** Several tasks that want the same at a time, some of which are cancelled meanwhile. */
  ObjectNode contention(Scope scope, PrimitiveGenerator primitives) {
    String name = source.name("g");
    ObjectNode group = Source.statement("group").put("id", name);
    ArrayNode body = group.putArray("body");
    String contended = primitives.any();
    List<String> contenders = new ArrayList<>();
    for (int i = 2 + source.below(3); i > 0; i--) {
      String task = source.name("j");
      contenders.add(task);
      ObjectNode fork = source.acting("fork").put("group", name).put("task", task);
      Scope inside = Scope.of(task, true, List.of(), scope.tasks());
      ArrayNode uses = fork.putArray("body").add(source.acting("sleep"));
      for (int k = 1 + source.below(3); k > 0; k--) {
        uses.add(primitives.use(inside, contended));
      }
      body.add(fork).add(source.acting("sleep"));
      if (source.chance(20)) {
        cancelOne(contenders, body); // before the next comes, or it would be too late
      }
    }
    for (int i = source.below(3); i > 0; i--) {
      cancelOne(contenders, body);
    }
    scope.tasks().addAll(contenders);
    return group;
  }

  private void cancelOne(List<String> tasks, ArrayNode body) {
    body.add(source.acting("cancel").put("task", source.pick(tasks)));
    body.add(source.acting("sleep"));
  }

  ObjectNode fork(Scope scope) {
    source.spend();
    String name = source.name("j");
    ObjectNode fork =
        source.acting("fork").put("group", scope.groups().getLast()).put("task", name);
    scope.tasks().add(name);
    fork.set("body", task(Scope.of(name, true, scope.groups(), scope.tasks())));
    return fork;
  }

  private ArrayNode task(Scope scope) {
    ArrayNode body = Source.JSON.arrayNode();
    body.add(source.acting("sleep"));
    body.addAll(statements.body(scope, 1 + source.below(2)));
    return body;
  }

  ObjectNode cancel(Scope scope) {
    String self = scope.cancellable() && source.chance(25) ? "self" : source.pick(scope.tasks());
    return source.acting("cancel").put("task", self);
  }

  ObjectNode gather(Scope scope) {
    ObjectNode gather = source.acting("gather").put("id", source.name("a"));
    gather.put("settled", source.chance(60));
    ArrayNode children = gather.putArray("children");
    for (int i = 1 + source.below(3); i > 0; i--) {
      String name = source.name("j");
      ObjectNode child = children.addObject().put("task", name);
      child.set("body", task(Scope.of(name, false, List.of(), scope.tasks())));
    }
    return gather;
  }

  ObjectNode shield(Scope scope) {
    String name = source.name("j");
    ObjectNode shield = source.acting("shield").put("id", source.name("h")).put("task", name);
    ArrayNode body = shield.putArray("body");
    ObjectNode bounded = body.addObject().put("do", "timeout").put("id", source.name("t"));
    bounded.set("for", source.wait(100)); // nobody else would end it
    bounded.set("body", task(Scope.of(name, false, List.of(), new ArrayList<>(scope.tasks()))));
    return shield;
  }

  ObjectNode waits(Scope scope) {
    List<String> others =
        scope.tasks().stream()
            .filter(task -> !task.equals("main") && !task.equals(scope.task()))
            .toList();
    if (others.isEmpty()) {
      return source.acting("sleep");
    }
    if (source.chance(40)) {
      return source.acting("get").put("task", source.pick(others));
    }
    ObjectNode wait =
        source.acting("wait").put("until", source.pick(List.of("all", "first", "failure")));
    ArrayNode tasks = wait.putArray("tasks");
    others.stream().skip(source.below(others.size())).forEach(tasks::add);
    if (source.chance(50)) {
      wait.set("for", source.wait(source.below(4)));
    }
    return wait;
  }
}
