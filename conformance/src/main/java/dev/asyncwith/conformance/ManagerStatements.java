package dev.asyncwith.conformance;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.suppress;
import static dev.asyncwith.AsyncWith.with;

import com.fasterxml.jackson.databind.JsonNode;
import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.AsyncExitStack;
import dev.asyncwith.AsyncGuard;
import dev.asyncwith.NoResultException;
import dev.asyncwith.Outcome;
import dev.asyncwith.With1;
import dev.asyncwith.Yield;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Blocks, managers, exit stacks and failures. */
final class ManagerStatements {
  private final Interpreter interpreter;
  private final JsonNode specs;
  private final Map<String, AsyncContextManager<Object, Exception>> made =
      new ConcurrentHashMap<>();
  private final Map<String, AsyncExitStack> stacks = new ConcurrentHashMap<>();

  ManagerStatements(Interpreter interpreter, JsonNode specs) {
    this.interpreter = interpreter;
    this.specs = specs;
  }

  /** The manager of that name, made when it is first used. */
  private AsyncContextManager<Object, Exception> manager(String name, Context context) {
    var manager = made.computeIfAbsent(name, _ -> make(name, specs.get(name), context));
    if (manager instanceof Placed placed) {
      placed.context = context; // it runs where it is used last
    }
    return manager;
  }

  private AsyncContextManager<Object, Exception> make(String name, JsonNode spec, Context context) {
    return switch (spec.get("kind").textValue()) {
      case "class" -> new ClassManager(interpreter, name, spec, context);
      case "generator" -> asyncContextManager(name, yield -> generate(yield, name, spec, context));
      case "suppress" -> new Suppress(interpreter, name, suppressing(spec), context);
      default -> throw new IllegalArgumentException(name + " is of no kind: " + spec);
    };
  }

  /** A manager that may be used again. */
  private abstract static class Placed implements AsyncContextManager<Object, Exception> {
    final Interpreter interpreter;
    final String name;
    volatile Context context;

    Placed(Interpreter interpreter, String name, Context context) {
      this.interpreter = interpreter;
      this.name = name;
      this.context = context;
    }
  }

  /** A manager with an enter and an exit. */
  private static final class ClassManager extends Placed {
    private final JsonNode spec;

    ClassManager(Interpreter interpreter, String name, JsonNode spec, Context context) {
      super(interpreter, name, context);
      this.spec = spec;
    }

    @Override
    public String enter() throws Exception {
      Context enters = context.within("enter of " + name);
      interpreter.run(spec.get("enter"), enters);
      interpreter.log(enters, name + " entered");
      return name;
    }

    @Override
    public boolean exit(Outcome outcome) throws Exception {
      Throwable failure = outcome.failure();
      Context exits = context.within("exit of " + name, failure);
      interpreter.log(exits, name + " exits, told " + Failures.normalForm(failure));
      interpreter.run(spec.get("exit"), exits);
      JsonNode suppresses = spec.get("suppress");
      boolean answer =
          failure != null
              && suppresses != null
              && Failures.matches(failure, suppresses.textValue());
      interpreter.log(exits, name + " exited " + answer);
      return answer;
    }
  }

  private void generate(Yield<Object> yield, String name, JsonNode spec, Context context)
      throws Exception {
    interpreter.run(spec.get("before"), context.within("enter of " + name));
    String yields = spec.get("yields").textValue();
    if (yields.equals("never")) {
      return;
    }
    Context exits = context.within("exit of " + name);
    interpreter.log(exits, name + " yields");
    boolean[] again = {yields.equals("twice")};
    @Nullable Throwable[] told = {null};
    var _ =
        andFinally(
            () -> {
              try {
                yield.yield(name);
                interpreter.log(exits, name + " goes on");
              } catch (Throwable e) {
                told[0] = e;
                interpreter.log(exits, name + " is thrown " + Failures.normalForm(e));
                JsonNode handler = spec.get("catch");
                if (handler == null || !Failures.matches(e, handler.get("type").textValue())) {
                  throw e;
                }
                again[0] = yields.equals("after throw");
                interpreter.run(handler.get("then"), context.within("exit of " + name, e));
              }
              return interpreter.run(spec.get("after"), exits);
            },
            () -> {
              interpreter.run(spec.get("finally"), exits);
              interpreter.log(exits, name + " ends");
            },
            told);
    if (again[0]) {
      yield.yield(name);
    }
  }

  /** What runs first; gives what a return in it gave. */
  private interface Body {
    @Nullable String run() throws Throwable;
  }

  /** What runs in the end. */
  private interface Finally {
    void run() throws Exception;
  }

  /**
   * Python's try and finally: a failure of the finally is raised after that of the body, where
   * Java's would take its place. What an exit was told is not the body's own: the library keeps it.
   */
  private static @Nullable String andFinally(Body body, Finally end, @Nullable Throwable[] told)
      throws Exception {
    String value;
    try {
      value = body.run();
    } catch (Throwable e) {
      try {
        end.run();
      } catch (Throwable later) {
        if (e == told[0] || Failures.isCancellation(e) || Failures.isCancellation(later)) {
          throw later;
        }
        e.addSuppressed(later);
      }
      throw Interpreter.<RuntimeException>sneaky(e);
    }
    end.run();
    return value;
  }

  /** A suppress that is seen in the trace. */
  private static final class Suppress extends Placed {
    private final AsyncGuard<RuntimeException> suppress;

    Suppress(
        Interpreter interpreter,
        String name,
        AsyncGuard<RuntimeException> suppress,
        Context context) {
      super(interpreter, name, context);
      this.suppress = suppress;
    }

    @Override
    public String enter() throws InterruptedException {
      suppress.enter();
      return name;
    }

    @Override
    public boolean exit(Outcome outcome) throws InterruptedException {
      interpreter.log(context, name + " exits, told " + Failures.normalForm(outcome.failure()));
      boolean answer = suppress.exit(outcome);
      interpreter.log(context, name + " exited " + answer);
      return answer;
    }
  }

  @SuppressWarnings("unchecked") // an array of classes cannot say what of
  private static AsyncGuard<RuntimeException> suppressing(JsonNode spec) {
    List<Class<? extends Throwable>> types = new ArrayList<>();
    spec.get("types").forEach(type -> types.add(Failures.type(type.textValue())));
    return suppress(types.toArray(Class[]::new));
  }

  void block(JsonNode statement, Context context) throws Exception {
    Interpreter.Part body = () -> interpreter.value(statement.get("body"), context);
    interpreter.tells(
        context,
        statement.get("id").textValue(),
        () -> {
          List<AsyncContextManager<Object, Exception>> managers = new ArrayList<>();
          for (JsonNode name : statement.get("managers")) {
            managers.add(manager(name.textValue(), context));
          }
          return suppressible(() -> block(managers, body, statement.path("form").asText("call")));
        });
  }

  private static String block(
      List<AsyncContextManager<Object, Exception>> managers, Interpreter.Part body, String form)
      throws Throwable {
    var one = with(managers.getFirst());
    if (managers.size() == 1) {
      return block(one, body, form);
    }
    var two = one.and(managers.get(1));
    if (managers.size() == 2) {
      return two.call((_, _) -> body.run());
    }
    var three = two.and(managers.get(2));
    if (managers.size() == 3) {
      return three.call((_, _, _) -> body.run());
    }
    return three.and(managers.get(3)).call((_, _, _, _) -> body.run());
  }

  /** The three ways to run a body are one to Python. */
  private static String block(
      With1<Object, Exception, RuntimeException, RuntimeException, RuntimeException> with,
      Interpreter.Part body,
      String form)
      throws Throwable {
    return switch (form) {
      case "run" -> {
        String[] value = {"suppressed"};
        with.run(_ -> value[0] = body.run());
        yield value[0];
      }
      case "try_call" -> with.tryCall(_ -> body.run()).orElse("suppressed");
      default -> with.call(_ -> body.run());
    };
  }

  private static String suppressible(Interpreter.Part block) throws Throwable {
    try {
      return block.run();
    } catch (NoResultException e) {
      return "suppressed";
    }
  }

  void raise(JsonNode statement, Context context) throws Exception {
    JsonNode type = statement.get("type");
    Throwable told = context.told();
    if (type == null) {
      if (told == null) {
        throw new IllegalStateException("nothing was told that could be raised again");
      }
      throw Interpreter.<RuntimeException>sneaky(told);
    }
    throw Failures.of(
        type.textValue(), statement.get("id").textValue(), statement.has("from") ? told : null);
  }

  @Nullable String tries(JsonNode statement, Context context) throws Exception {
    return andFinally(
        () -> handled(statement, context),
        () -> interpreter.run(statement.get("finally"), context.within("finally")),
        new @Nullable Throwable[1]);
  }

  private @Nullable String handled(JsonNode statement, Context context) throws Exception {
    JsonNode handler = statement.get("catch");
    Throwable caught;
    try {
      return interpreter.run(statement.get("body"), context);
    } catch (Throwable e) {
      if (handler == null || !Failures.matches(e, handler.get("type").textValue())) {
        throw e;
      }
      caught = e;
    }
    interpreter.log(context, "caught " + Failures.normalForm(caught));
    return interpreter.run(handler.get("then"), context.within("handler", caught));
  }

  void stack(JsonNode statement, Context context) throws Exception {
    AsyncExitStack stack = AsyncExitStack.create();
    stacks.put(statement.get("id").textValue(), stack);
    interpreter.tells(
        context,
        statement.get("id").textValue(),
        () ->
            suppressible(
                () -> with(stack).call(_ -> interpreter.value(statement.get("body"), context))));
  }

  void newStack(JsonNode statement) {
    stacks.put(statement.get("id").textValue(), AsyncExitStack.create());
  }

  void enter(JsonNode statement, Context context) throws Exception {
    AsyncExitStack stack = stackOf(statement, context);
    if (stack != null) {
      refusing(
          statement,
          context,
          () -> stack.enter(manager(statement.get("manager").textValue(), context)));
    }
  }

  void push(JsonNode statement, Context context) throws Exception {
    AsyncExitStack stack = stackOf(statement, context);
    if (stack != null) {
      refusing(
          statement,
          context,
          () -> stack.push(manager(statement.get("manager").textValue(), context)));
    }
  }

  void callback(JsonNode statement, Context context) throws Exception {
    String name = statement.get("id").textValue();
    AsyncExitStack stack = stackOf(statement, context);
    if (stack != null) {
      refusing(
          statement,
          context,
          () ->
              stack.callback(
                  () -> {
                    interpreter.log(context, name + " called");
                    interpreter.run(statement.get("body"), context.within("exit of " + name));
                    interpreter.log(context, name + " done");
                  }));
    }
  }

  /** Logs that a stack takes nothing any more. */
  private void refusing(JsonNode statement, Context context, Interpreter.Call call)
      throws Exception {
    try {
      call.run();
    } catch (IllegalStateException e) {
      String form = Failures.normalForm(e);
      if (form.startsWith("closed")) {
        interpreter.log(
            context,
            statement.get("stack").textValue()
                + " refuses "
                + statement.get("do").textValue()
                + (form.equals("closed") ? "" : " whose release failed"));
      }
      throw e;
    }
  }

  void popAll(JsonNode statement, Context context) throws Exception {
    AsyncExitStack stack = stackOf(statement, context);
    if (stack != null) {
      refusing(
          statement, context, () -> stacks.put(statement.get("into").textValue(), stack.popAll()));
    }
  }

  void close(JsonNode statement, Context context) throws Exception {
    AsyncExitStack stack = stackOf(statement, context);
    if (stack == null) {
      return;
    }
    JsonNode failure = statement.get("failure");
    interpreter.tells(
        context,
        statement.get("stack").textValue() + " closed",
        () -> {
          if (failure == null) {
            stack.close();
            return "None";
          }
          Throwable e =
              Failures.of(failure.get("type").textValue(), failure.get("id").textValue(), null);
          if (!stack.close(e)) {
            throw e;
          }
          return "suppressed";
        });
  }

  private @Nullable AsyncExitStack stackOf(JsonNode statement, Context context) {
    return interpreter.known(stacks, statement.get("stack"), context);
  }
}
