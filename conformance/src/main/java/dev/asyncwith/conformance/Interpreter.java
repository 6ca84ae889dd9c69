package dev.asyncwith.conformance;

import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.with;

import com.fasterxml.jackson.databind.JsonNode;
import dev.asyncwith.CancelScope;
import dev.asyncwith.Runner;
import dev.asyncwith.testing.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs programs on the public API of the library, by the test clock: the twin of
 * python/interpreter.py.
 */
final class Interpreter {

  /** A part of a statement that has a body; gives what a return in it gave. */
  interface Part {
    String run() throws Throwable;
  }

  /** A call that waits for something. */
  interface Wait<T> {
    T run() throws Exception;
  }

  /** A call that waits. */
  interface Call {
    void run() throws Exception;
  }

  /** No program takes a hundredth of it, unless it waits for ever. */
  private static final int LIMIT_SECONDS = 10;

  private static ExecutorService worker = newWorker();

  private final JsonNode program;
  private final int stride;
  private final TestClock clock = TestClock.create();
  private final Trace trace;
  private final ManagerStatements managers;
  private final TaskStatements tasks;
  private final PrimitiveStatements primitives;

  private Interpreter(JsonNode program) {
    this.program = program;
    stride = program.get("stride").intValue();
    trace = new Trace(clock);
    managers = new ManagerStatements(this, program.get("managers"));
    tasks = new TaskStatements(this);
    primitives = new PrimitiveStatements(this, program.get("primitives"));
  }

  /**
   * Runs a program to its end.
   *
   * @return its trace; its last event says so if the program did not end
   */
  static List<String> execute(JsonNode program) throws InterruptedException {
    Interpreter interpreter = new Interpreter(program);
    Future<?> run = worker.submit(interpreter::runAll);
    try {
      run.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      List<String> trace = interpreter.trace.endInDeadlock();
      run.cancel(true);
      worker.shutdown(); // it is left with its program, which may not hear of that
      worker = newWorker();
      return trace;
    } catch (ExecutionException e) {
      interpreter.log(Context.of("main"), "crash " + e.getCause());
    }
    return interpreter.trace.end();
  }

  private static ExecutorService newWorker() {
    return Executors.newSingleThreadExecutor(
        Thread.ofPlatform().daemon().name("java programs").factory());
  }

  private void runAll() {
    try (Runner runner = Runner.create(c -> c.withClock(clock).withName("program"))) {
      runner.run(this::main);
    } catch (InterruptedException e) {
      throw new IllegalStateException("the main body was cancelled from outside", e);
    }
  }

  private void main() throws InterruptedException {
    Context context = Context.of("main");
    CancelScope scope = CancelScope.create();
    tasks.putMain(scope);
    try {
      with(scope).run(() -> tells(context, "main", () -> value(program.get("main"), context)));
    } catch (Throwable e) {
      // it is in the trace
    }
    tasks.awaitShielded();
  }

  void log(Context context, String text) {
    trace.log(context, text);
  }

  /** What a statement made before, if it was reached; null, with an event that says so, if not. */
  <T> @Nullable T known(Map<String, T> things, JsonNode name, Context context) {
    T thing = things.get(name.textValue());
    if (thing == null) {
      log(context, "no " + name.textValue());
    }
    return thing;
  }

  /** The time from now to the first that belongs to a slot, some rounds from now. */
  Duration until(JsonNode wait) {
    long now = clock.instant().toEpochMilli();
    long time = now - now % stride + wait.get(0).longValue() * stride + wait.get(1).longValue();
    return Duration.ofMillis((time > now ? time : time + stride) - now);
  }

  <T> T waitsFor(Context context, String what, Wait<T> wait) throws Exception {
    try {
      return wait.run();
    } catch (InterruptedException e) {
      log(context, "cancelled " + what + " in " + context.place());
      throw e;
    }
  }

  void waits(Context context, String what, Call wait) throws Exception {
    var _ =
        waitsFor(
            context,
            what,
            () -> {
              wait.run();
              return true;
            });
  }

  /** Runs statements; what a return gave, as Python shows it. */
  String value(@Nullable JsonNode body, Context context) throws Exception {
    String value = run(body, context);
    return value == null ? "None" : value;
  }

  /** Runs statements; what a return gave, null without one. */
  @Nullable String run(@Nullable JsonNode body, Context context) throws Exception {
    if (body == null) {
      return null;
    }
    for (JsonNode statement : body) {
      JsonNode wait = statement.get("wait");
      if (wait != null) {
        waits(context, "waiting", () -> sleep(until(wait)));
      }
      String value = execute(statement, context);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  /** Runs a statement with a body, and logs how it ended; gives what a return in it gave. */
  String tells(Context context, String what, Part part) throws Exception {
    String value;
    try {
      value = part.run();
    } catch (Throwable e) {
      log(context, what + " raised " + Failures.normalForm(e));
      throw Interpreter.<RuntimeException>sneaky(e);
    }
    log(context, what + " ended " + value);
    return value;
  }

  /** Throws any throwable where only some are declared. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <X extends Throwable> X sneaky(Throwable e) throws X {
    throw (X) e;
  }

  private @Nullable String execute(JsonNode statement, Context context) throws Exception {
    String what = statement.get("do").textValue();
    switch (what) {
      case "sleep" -> log(context, "slept");
      case "return" -> {
        return statement.get("value").asText();
      }
      case "try" -> {
        return managers.tries(statement, context);
      }
      case "block" -> managers.block(statement, context);
      case "raise" -> managers.raise(statement, context);
      case "stack" -> managers.stack(statement, context);
      case "new_stack" -> managers.newStack(statement);
      case "enter" -> managers.enter(statement, context);
      case "push" -> managers.push(statement, context);
      case "callback" -> managers.callback(statement, context);
      case "pop_all" -> managers.popAll(statement, context);
      case "close" -> managers.close(statement, context);
      case "cancel" -> tasks.cancel(statement, context);
      case "timeout" -> tasks.timeout(statement, context);
      case "reschedule" -> tasks.reschedule(statement, context);
      case "wait_for" -> tasks.waitFor(statement, context);
      case "group" -> tasks.group(statement, context);
      case "fork" -> tasks.fork(statement, context);
      case "gather" -> tasks.gather(statement, context);
      case "shield" -> tasks.shield(statement, context);
      case "wait" -> tasks.wait(statement, context);
      case "get" -> tasks.get(statement, context);
      default -> primitives.execute(what, statement, context);
    }
    return null;
  }
}
