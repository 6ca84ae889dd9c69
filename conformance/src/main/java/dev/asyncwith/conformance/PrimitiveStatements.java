package dev.asyncwith.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.asyncwith.AsyncBarrier;
import dev.asyncwith.AsyncBoundedSemaphore;
import dev.asyncwith.AsyncCondition;
import dev.asyncwith.AsyncEvent;
import dev.asyncwith.AsyncGuard;
import dev.asyncwith.AsyncLock;
import dev.asyncwith.AsyncQueue;
import dev.asyncwith.AsyncSemaphore;
import dev.asyncwith.AsyncWith;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Locks and their siblings, and queues. */
final class PrimitiveStatements {
  private final Interpreter interpreter;
  private final JsonNode specs;
  private final Map<String, Object> made = new ConcurrentHashMap<>();

  PrimitiveStatements(Interpreter interpreter, JsonNode specs) {
    this.interpreter = interpreter;
    this.specs = specs;
    specs.fieldNames().forEachRemaining(this::primitive);
  }

  private Object primitive(String name) {
    Object known = made.get(name);
    if (known == null) {
      known = make(specs.get(name));
      made.put(name, known);
    }
    return known;
  }

  private Object make(JsonNode spec) {
    return switch (spec.get("kind").textValue()) {
      case "lock" -> AsyncLock.create();
      case "semaphore" -> AsyncSemaphore.of(spec.get("permits").intValue());
      case "bounded" -> AsyncBoundedSemaphore.of(spec.get("permits").intValue());
      case "condition" -> AsyncCondition.of((AsyncLock) primitive(spec.get("lock").textValue()));
      case "event" -> AsyncEvent.create();
      case "barrier" -> AsyncBarrier.of(spec.get("parties").intValue());
      case "queue" -> queue(spec.get("order").textValue(), spec.get("size").intValue());
      default -> throw new IllegalArgumentException("a primitive of no kind: " + spec);
    };
  }

  private static AsyncQueue<Integer> queue(String order, int size) {
    return switch (order) {
      case "lifo" -> size == 0 ? AsyncQueue.lifo() : AsyncQueue.lifo(size);
      case "priority" -> size == 0 ? AsyncQueue.priority() : AsyncQueue.priority(size);
      default -> size == 0 ? AsyncQueue.create() : AsyncQueue.of(size);
    };
  }

  private <P> P of(JsonNode statement, Class<P> type) {
    return type.cast(primitive(statement.get("primitive").textValue()));
  }

  @SuppressWarnings("unchecked") // queues of integers are the only ones
  private AsyncQueue<Integer> queueOf(JsonNode statement) {
    return (AsyncQueue<Integer>) of(statement, AsyncQueue.class);
  }

  void execute(String what, JsonNode statement, Context context) throws Exception {
    switch (what) {
      case "with" -> with(statement, context);
      case "acquire" -> acquire(statement, context);
      case "release" -> release(statement, context);
      case "await" -> await(statement, context);
      case "notify" -> of(statement, AsyncCondition.class).signal(statement.get("n").intValue());
      case "notify_all" -> of(statement, AsyncCondition.class).signalAll();
      case "set" -> of(statement, AsyncEvent.class).set();
      case "clear" -> of(statement, AsyncEvent.class).clear();
      case "abort" -> of(statement, AsyncBarrier.class).abort();
      case "reset" -> of(statement, AsyncBarrier.class).reset();
      case "put" -> put(statement, context);
      case "get_item" -> getItem(statement, context);
      case "try_put" -> tryPut(statement, context);
      case "try_get" -> tryGet(statement, context);
      case "task_done" -> queueOf(statement).taskDone();
      case "join" -> join(statement, context);
      default -> throw new IllegalArgumentException("no statement is called " + what);
    }
  }

  @SuppressWarnings("unchecked") // all guards of the primitives throw nothing checked
  private void with(JsonNode statement, Context context) throws Exception {
    String name = statement.get("primitive").textValue();
    AsyncGuard<RuntimeException> guard = of(statement, AsyncGuard.class);
    boolean[] held = {false};
    interpreter.tells(
        context,
        name,
        () -> {
          try {
            return AsyncWith.with(guard)
                .call(
                    () -> {
                      held[0] = true;
                      interpreter.log(context, name + " acquired");
                      return interpreter.value(statement.get("body"), context);
                    });
          } catch (InterruptedException e) {
            if (!held[0]) {
              interpreter.log(context, "cancelled acquire in " + context.place());
            }
            throw e;
          }
        });
  }

  private void acquire(JsonNode statement, Context context) throws Exception {
    interpreter.waits(
        context,
        "acquire",
        () -> {
          switch (of(statement, Object.class)) {
            case AsyncLock lock -> lock.acquire();
            case AsyncSemaphore semaphore -> semaphore.acquire();
            case Object condition -> ((AsyncCondition) condition).acquire();
          }
        });
    interpreter.log(context, statement.get("primitive").textValue() + " acquired");
  }

  private void release(JsonNode statement, Context context) {
    switch (of(statement, Object.class)) {
      case AsyncLock lock -> lock.release();
      case AsyncSemaphore semaphore -> semaphore.release();
      case Object condition -> ((AsyncCondition) condition).release();
    }
    interpreter.log(context, statement.get("primitive").textValue() + " released");
  }

  private void await(JsonNode statement, Context context) throws Exception {
    interpreter.waits(
        context,
        "wait",
        () -> {
          switch (of(statement, Object.class)) {
            case AsyncEvent event -> event.await();
            case AsyncCondition condition -> condition.await();
            case Object barrier -> ((AsyncBarrier) barrier).await();
          }
        });
    interpreter.log(context, statement.get("primitive").textValue() + " came");
  }

  private void put(JsonNode statement, Context context) throws Exception {
    int item = statement.get("item").intValue();
    interpreter.waits(context, "put", () -> queueOf(statement).put(item));
    interpreter.log(context, "put " + item);
  }

  private void getItem(JsonNode statement, Context context) throws Exception {
    int item = interpreter.waitsFor(context, "get", () -> queueOf(statement).get());
    interpreter.log(context, "got " + item);
  }

  private void tryPut(JsonNode statement, Context context) {
    int item = statement.get("item").intValue();
    interpreter.log(context, queueOf(statement).tryPut(item) ? "put " + item : "full");
  }

  private void tryGet(JsonNode statement, Context context) {
    Optional<Integer> item = queueOf(statement).tryGet();
    interpreter.log(context, item.map(got -> "got " + got).orElse("empty"));
  }

  private void join(JsonNode statement, Context context) throws Exception {
    interpreter.waits(context, "join", () -> queueOf(statement).join());
    interpreter.log(context, statement.get("primitive").textValue() + " joined");
  }
}
