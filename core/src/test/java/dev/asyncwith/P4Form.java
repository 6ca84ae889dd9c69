package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asyncGuard;
import static dev.asyncwith.AsyncWith.with;

import java.util.List;

/** The ways to write the managers of a row, and to enter them. */
enum P4Form {
  CLASS,
  CLASS_IN_STACK,
  GENERATOR,
  GENERATOR_IN_STACK,
  GENERATOR_THAT_ATTEMPTS;

  boolean inStack() {
    return this == CLASS_IN_STACK || this == GENERATOR_IN_STACK;
  }

  boolean canRun(P4Row row) {
    // attempt suppresses nothing
    return this != GENERATOR_THAT_ATTEMPTS || !row.exits().contains("true");
  }

  enum Call {
    RUN,
    CALL,
    TRY_CALL
  }

  /** What the block returned, or what it threw. */
  Object run(P4Row row, P4Row.Cast cast, Call call) throws Exception {
    List<AsyncGuard<Exception>> guards =
        row.exits().reversed().stream().map(exit -> guard(cast, exit)).toList();
    try {
      return inStack()
          ? inStack(guards, call, () -> cast.body(row))
          : inBlock(guards, call, () -> cast.body(row));
    } catch (Throwable thrown) {
      return thrown;
    }
  }

  private static Object inBlock(
      List<AsyncGuard<Exception>> guards, Call call, With0.Body<Object, Exception> body)
      throws Exception {
    With0<? extends Exception, ? extends Exception, ? extends Exception, ? extends Exception>
        block =
            switch (guards.size()) {
              case 1 -> with(guards.get(0));
              case 2 -> with(guards.get(0)).and(guards.get(1));
              default -> with(guards.get(0)).and(guards.get(1)).and(guards.get(2));
            };
    return switch (call) {
      case RUN -> {
        block.run(() -> body.call());
        yield null;
      }
      case CALL -> block.call(body);
      case TRY_CALL -> block.tryCall(body);
    };
  }

  private static Object inStack(
      List<AsyncGuard<Exception>> guards, Call call, With0.Body<Object, Exception> body)
      throws Exception {
    With1.Body<AsyncExitStack, Object, Exception> inside =
        stack -> {
          for (AsyncGuard<Exception> guard : guards) {
            stack.enter(guard);
          }
          return body.call();
        };
    var block = with(AsyncExitStack.create());
    return switch (call) {
      case RUN -> {
        block.run(stack -> inside.call(stack));
        yield null;
      }
      case CALL -> block.call(inside);
      case TRY_CALL -> block.tryCall(inside);
    };
  }

  private AsyncGuard<Exception> guard(P4Row.Cast cast, String exit) {
    return switch (this) {
      case CLASS, CLASS_IN_STACK -> new ScriptedGuard(cast, exit);
      case GENERATOR, GENERATOR_IN_STACK ->
          asyncGuard(
              body -> {
                try {
                  body.yield();
                } catch (Throwable failure) {
                  if (!cast.exit(exit)) {
                    throw P4Row.sneaky(failure);
                  }
                  return;
                }
                cast.exit(exit);
              });
      case GENERATOR_THAT_ATTEMPTS ->
          asyncGuard(
              body -> {
                body.attempt();
                cast.exit(exit);
              });
    };
  }

  private record ScriptedGuard(P4Row.Cast cast, String exit) implements AsyncGuard<Exception> {
    @Override
    public Void enter() {
      return null;
    }

    @Override
    public boolean exit(Outcome outcome) {
      return cast.exit(exit);
    }
  }
}
