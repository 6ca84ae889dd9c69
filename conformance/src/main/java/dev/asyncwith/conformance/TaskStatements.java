package dev.asyncwith.conformance;

import static dev.asyncwith.AsyncWith.waitAll;
import static dev.asyncwith.AsyncWith.waitFirst;
import static dev.asyncwith.AsyncWith.waitFirstFailure;
import static dev.asyncwith.AsyncWith.with;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.asyncwith.AsyncEvent;
import dev.asyncwith.AsyncWith;
import dev.asyncwith.CancelScope;
import dev.asyncwith.Settled;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.Timeout;
import dev.asyncwith.Waited;
import dev.asyncwith.With0;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/** Tasks, cancellation and timeouts. */
final class TaskStatements {
  private final Interpreter interpreter;
  private final Map<String, Runnable> cancels = new ConcurrentHashMap<>();
  private final Map<String, Task<String>> tasks = new ConcurrentHashMap<>();
  private final Map<String, TaskGroup> groups = new ConcurrentHashMap<>();
  private final Queue<AsyncEvent> shielded = new ConcurrentLinkedQueue<>();
  private final Map<String, Timeout> timeouts = new ConcurrentHashMap<>();

  TaskStatements(Interpreter interpreter) {
    this.interpreter = interpreter;
  }

  /** The main body is no task here, but may be cancelled like one. */
  void putMain(CancelScope scope) {
    cancels.put("main", scope::cancel);
  }

  private String task(JsonNode child, String place) throws Exception {
    Context context = new Context(child.get("task").textValue(), place, null);
    return interpreter.tells(context, "task", () -> interpreter.value(child.get("body"), context));
  }

  void cancel(JsonNode statement, Context context) {
    String named = statement.get("task").textValue();
    String name = named.equals("self") ? context.task() : named;
    Runnable cancel = interpreter.known(cancels, TextNode.valueOf(name), context);
    if (cancel != null) {
      interpreter.log(context, "cancels " + name);
      cancel.run();
    }
  }

  private Timeout timeoutFor(JsonNode after) {
    return after.isNull() ? AsyncWith.timeoutAt(null) : AsyncWith.timeout(interpreter.until(after));
  }

  void timeout(JsonNode statement, Context context) throws Exception {
    String name = statement.get("id").textValue();
    Timeout timeout = timeoutFor(statement.get("for"));
    timeouts.put(name, timeout);
    interpreter.tells(
        context,
        name,
        () -> {
          try {
            return with(timeout).call(() -> interpreter.value(statement.get("body"), context));
          } finally {
            interpreter.log(context, name + " expired " + timeout.expired());
          }
        });
  }

  void reschedule(JsonNode statement, Context context) {
    JsonNode after = statement.get("for");
    Timeout timeout = interpreter.known(timeouts, statement.get("timeout"), context);
    if (timeout == null) {
      return;
    }
    if (after.isNull()) {
      timeout.rescheduleAt(null);
    } else {
      timeout.reschedule(interpreter.until(after));
    }
  }

  void waitFor(JsonNode statement, Context context) throws Exception {
    Duration limit = interpreter.until(statement.get("for"));
    interpreter.tells(
        context,
        statement.get("id").textValue(),
        () -> AsyncWith.waitFor(limit, () -> interpreter.value(statement.get("body"), context)));
  }

  void group(JsonNode statement, Context context) throws Exception {
    String name = statement.get("id").textValue();
    String around = context.ofChild();
    interpreter.tells(
        context,
        around.equals("body") ? name : name + " in " + around,
        () ->
            with(TaskGroup.create())
                .call(
                    group -> {
                      groups.put(name, group);
                      return interpreter.value(statement.get("body"), context);
                    }));
  }

  void fork(JsonNode statement, Context context) {
    String name = statement.get("task").textValue();
    TaskGroup group = interpreter.known(groups, statement.get("group"), context);
    if (group == null) {
      return;
    }
    Task<String> task = group.fork(name, () -> task(statement, context.ofChild()));
    tasks.put(name, task);
    cancels.put(name, task::cancel);
  }

  void gather(JsonNode statement, Context context) throws Exception {
    List<With0.Body<String, Exception>> children = new ArrayList<>();
    boolean settled = statement.get("settled").booleanValue();
    String place = context.ofGather((settled ? "settled " : "") + statement.get("id").textValue());
    statement.get("children").forEach(child -> children.add(() -> task(child, place)));
    interpreter.tells(
        context,
        statement.get("id").textValue(),
        () ->
            interpreter.waitsFor(
                context,
                "gather",
                () ->
                    settled
                        ? AsyncWith.gatherSettled(children).stream()
                            .map(TaskStatements::result)
                            .collect(Collectors.joining(", "))
                        : String.join(", ", AsyncWith.gather(children))));
  }

  private static String result(Settled<String> settled) {
    return switch (settled) {
      case Settled.Succeeded(String value) -> value;
      case Settled.Failed(Throwable cause) ->
          cause instanceof CancellationException ? "cancelled" : Failures.normalForm(cause);
    };
  }

  void shield(JsonNode statement, Context context) throws Exception {
    interpreter.tells(
        context,
        statement.get("id").textValue(),
        () ->
            interpreter.waitsFor(
                context, "shield", () -> AsyncWith.shield(() -> shielded(statement, context))));
  }

  private String shielded(JsonNode statement, Context context) throws Exception {
    AsyncEvent ended = AsyncEvent.create();
    shielded.add(ended);
    try {
      return task(statement, context.ofChild());
    } finally {
      ended.set();
    }
  }

  /** Waits for what was shielded, which goes on after its caller. */
  void awaitShielded() throws InterruptedException {
    for (AsyncEvent ended = shielded.poll(); ended != null; ended = shielded.poll()) {
      ended.await();
    }
  }

  void wait(JsonNode statement, Context context) throws Exception {
    Map<Task<?>, String> names = new LinkedHashMap<>();
    for (JsonNode name : statement.get("tasks")) {
      Task<?> task = interpreter.known(tasks, name, context);
      if (task != null) {
        names.put(task, name.textValue());
      }
    }
    if (names.isEmpty()) {
      return;
    }
    JsonNode after = statement.get("for");
    Waited<Task<?>> waited =
        interpreter.waitsFor(
            context,
            "wait",
            () ->
                after == null
                    ? wait(statement.get("until").textValue(), names)
                    : wait(statement.get("until").textValue(), names, interpreter.until(after)));
    interpreter.log(
        context,
        waited.done().stream()
            .map(task -> names.get(task) + " " + state(task))
            .sorted()
            .collect(Collectors.joining(", ", "done ", "")));
  }

  private static Waited<Task<?>> wait(String until, Map<Task<?>, String> tasks)
      throws InterruptedException {
    return switch (until) {
      case "all" -> waitAll(tasks.keySet());
      case "first" -> waitFirst(tasks.keySet());
      default -> waitFirstFailure(tasks.keySet());
    };
  }

  private static Waited<Task<?>> wait(String until, Map<Task<?>, String> tasks, Duration limit)
      throws InterruptedException {
    return switch (until) {
      case "all" -> waitAll(tasks.keySet(), limit);
      case "first" -> waitFirst(tasks.keySet(), limit);
      default -> waitFirstFailure(tasks.keySet(), limit);
    };
  }

  private static String state(Task<?> task) {
    if (task.isCancelled()) {
      return "cancelled";
    }
    Throwable failure = task.exception();
    if (failure != null) {
      return Failures.normalForm(failure);
    }
    try {
      return "ok " + AsyncWith.shielded(() -> task.get());
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(task + " had succeeded", e);
    }
  }

  void get(JsonNode statement, Context context) throws Exception {
    String name = statement.get("task").textValue();
    Task<String> task = interpreter.known(tasks, statement.get("task"), context);
    if (task == null) {
      return;
    }
    String value =
        interpreter.waitsFor(
            context,
            "get",
            () -> {
              try {
                return task.get();
              } catch (CancellationException e) {
                interpreter.log(context, "got cancelled");
                throw new Failures.CancelledTask(name);
              } catch (ExecutionException e) {
                Throwable failure = Objects.requireNonNull(e.getCause(), "it is of a task");
                interpreter.log(context, "got " + Failures.normalForm(failure));
                throw Interpreter.<RuntimeException>sneaky(failure);
              }
            });
    interpreter.log(context, "got " + value);
  }
}
