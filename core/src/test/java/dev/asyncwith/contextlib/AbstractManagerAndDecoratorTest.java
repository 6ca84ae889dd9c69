package dev.asyncwith.contextlib;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.asyncGuard;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncContextDecorator;
import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.AsyncExitStack;
import dev.asyncwith.AsyncGuard;
import dev.asyncwith.NoResultException;
import dev.asyncwith.Outcome;
import dev.asyncwith.testing.Trail;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Managers written as classes, and functions wrapped by managers: {@code
 * AbstractAsyncContextManager}, {@code AsyncContextDecorator} and {@code ContextDecorator}.
 */
@Timeout(60)
class AbstractManagerAndDecoratorTest {
  private final Trail trail = new Trail();

  /** A manager and a decorator in one, as a class with Python's mixin is. */
  private static final class MyContext
      implements AsyncContextManager<MyContext, RuntimeException>,
          AsyncContextDecorator<RuntimeException> {
    boolean started;
    boolean catches;
    Outcome outcome;

    @Override
    public MyContext enter() {
      started = true;
      return this;
    }

    @Override
    public boolean exit(Outcome how) {
      outcome = how;
      return catches;
    }

    @Override
    public MyContext manager() {
      return this;
    }
  }

  /** Python's NameError. */
  private static final class NameException extends Exception {
    NameException() {
      super("foo");
    }
  }

  private AsyncGuard<RuntimeException> context() {
    return asyncGuard(
        body -> {
          trail.add("entered");
          try {
            body.yield();
          } finally {
            trail.add("exited");
          }
        });
  }

  @Test
  void aManagerMayBeItsOwnValue() throws Exception {
    var context = new MyContext();
    with(context)
        .run(
            result -> {
              assertThat(result).isSameAs(context);
              assertThat(context.started).isTrue();
              assertThat(context.outcome).isNull();
            });
    assertThat(context.outcome).isEqualTo(Outcome.succeeded());
  }

  @Test
  void aManagerIsToldOfTheFailureAndMaySuppressIt() throws Exception {
    var failure = new NameException();
    var context = new MyContext();
    assertThatThrownBy(
            () ->
                with(context)
                    .run(
                        _ -> {
                          throw failure;
                        }))
        .isSameAs(failure);
    assertThat(context.outcome).isEqualTo(new Outcome.Failed(failure));
    var catching = new MyContext();
    catching.catches = true;
    with(catching)
        .run(
            _ -> {
              throw failure;
            });
    assertThat(catching.outcome).isEqualTo(new Outcome.Failed(failure));
  }

  /** Python closes a suspended generator by throwing GeneratorExit at its yield. */
  @Test
  void whatEndsASuspendedGeneratorGoesThroughTheBlockItIsIn() throws Exception {
    AsyncContextManager<Integer, RuntimeException> outer =
        asyncContextManager(
            body -> with(trail.manager("A")).and(context()).run(_ -> body.yield(11)));
    var stack = AsyncExitStack.create();
    assertThat(stack.enter(outer)).isEqualTo(11);
    assertThat(stack.close(new CancellationException("end"))).isFalse();
    trail.assertSteps(
        "enter A",
        "entered",
        "exited",
        "exit A: failed with java.util.concurrent.CancellationException: end");
  }

  @Test
  void aFunctionRunsInTheBlockOfAManager() throws Exception {
    var context = new MyContext();
    AsyncContextDecorator<RuntimeException> decorator = () -> context;
    var test =
        decorator.wrap(
            () -> {
              assertThat(context.started).isTrue();
              assertThat(context.outcome).isNull();
              return "result";
            });
    assertThat(context.started).isFalse();
    assertThat(test.call()).isEqualTo("result");
    assertThat(context.outcome).isEqualTo(Outcome.succeeded());
  }

  @Test
  void theFailureOfAFunctionReachesTheManager() {
    var context = new MyContext();
    var failure = new NameException();
    AsyncContextDecorator<RuntimeException> decorator = () -> context;
    var test =
        decorator.<Void, NameException>wrap(
            () -> {
              assertThat(context.started).isTrue();
              throw failure;
            });
    assertThatThrownBy(test::call).isSameAs(failure);
    assertThat(context.outcome).isEqualTo(new Outcome.Failed(failure));
  }

  @Test
  void aClassMayBeManagerAndDecoratorAtOnce() throws Exception {
    var context = new MyContext();
    var test =
        context.wrap(
            () -> {
              assertThat(context.started).isTrue();
              assertThat(context.outcome).isNull();
              return 42;
            });
    assertThat(test.call()).isEqualTo(42);
    assertThat(context.outcome).isEqualTo(Outcome.succeeded());
  }

  @Test
  void aFunctionRunsInTheBlockOfAGenerator() throws Exception {
    AsyncContextDecorator<RuntimeException> decorator = this::context;
    var test =
        decorator.wrap(
            () -> {
              trail.add("function");
              return "result";
            });
    trail.assertSteps();
    assertThat(test.call()).isEqualTo("result");
    trail.assertSteps("entered", "function", "exited");
  }

  @Test
  void theFailureOfAFunctionReachesTheGenerator() {
    var failure = new NameException();
    AsyncContextDecorator<RuntimeException> decorator = this::context;
    var test =
        decorator.<Void, NameException>wrap(
            () -> {
              trail.add("function");
              throw failure;
            });
    assertThatThrownBy(test::call).isSameAs(failure);
    trail.assertSteps("entered", "function", "exited");
  }

  private record Arguments(Object a, Object b, Object c) {}

  private final List<Arguments> methodCalls = new ArrayList<>();

  private int method(Arguments arguments) {
    trail.add("method");
    methodCalls.add(arguments);
    return methodCalls.size();
  }

  @Test
  void argumentsAndResultOfAMethodGoThrough() throws Exception {
    AsyncContextDecorator<RuntimeException> decorator = this::context;
    var wrapped = decorator.wrap(this::method);
    var numbers = new Arguments(1, 2, null);
    var letters = new Arguments("a", "b", "c");
    assertThat(wrapped.call(numbers)).isEqualTo(1);
    assertThat(wrapped.call(letters)).isEqualTo(2);
    assertThat(methodCalls).containsExactly(numbers, letters);
    trail.assertSteps("entered", "method", "exited", "entered", "method", "exited");
  }

  private static AsyncGuard<RuntimeException> woohoo(List<Object> state, int y) {
    return asyncGuard(
        body -> {
          state.add(y);
          body.yield();
          state.add(999);
        });
  }

  @Test
  void aFunctionWrappedByAGeneratorIsReusable() throws Exception {
    List<Object> state = new ArrayList<>();
    AsyncContextDecorator<RuntimeException> decorator = () -> woohoo(state, 1);
    var test = decorator.<String, Boolean, RuntimeException>wrap(state::add);
    assertThat(test.call("something")).isTrue();
    assertThat(state).containsExactly(1, "something", 999);
    state.clear();
    assertThat(test.call("something else")).isTrue();
    assertThat(state).containsExactly(1, "something else", 999);
  }

  @FunctionalInterface
  private interface Recursion {
    int call() throws InterruptedException;
  }

  private int depth;
  private int managers;
  private Recursion recursive;

  @Test
  void aWrappedFunctionMayRecurse() throws Exception {
    AsyncContextDecorator<RuntimeException> decorator =
        () ->
            asyncGuard(
                body -> {
                  managers++;
                  int before = depth++;
                  body.yield();
                  depth--;
                  assertThat(depth).isEqualTo(before);
                });
    recursive = decorator.wrap(() -> depth < 10 ? recursive.call() : depth)::call;
    assertThat(recursive.call()).isEqualTo(10);
    assertThat(managers).isEqualTo(10);
    assertThat(depth).isZero();
  }

  @Test
  void concurrentCallsHaveAManagerEach() throws Exception {
    AsyncContextDecorator<RuntimeException> decorator = this::context;
    var both = new CountDownLatch(2);
    var wrapped =
        decorator.wrap(
            (String name) -> {
              both.countDown();
              both.await(); // each is in its block while the other is in its own
              trail.add("function");
              return name;
            });
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> first = executor.submit(() -> wrapped.call("first"));
      Future<String> second = executor.submit(() -> wrapped.call("second"));
      assertThat(first.get()).isEqualTo("first");
      assertThat(second.get()).isEqualTo("second");
    }
    assertThat(trail.steps())
        .startsWith("entered", "entered", "function")
        .containsExactlyInAnyOrder(
            "entered", "entered", "function", "function", "exited", "exited");
  }

  @Test
  void aDecoratorThatGivesTheSameManagerOfOneShotFailsAtItsSecondCall() throws Exception {
    var once = context();
    AsyncContextDecorator<RuntimeException> decorator = () -> once;
    var wrapped = decorator.wrap(() -> "result");
    assertThat(wrapped.call()).isEqualTo("result");
    assertThatThrownBy(wrapped::call)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was already used")
        .hasMessageContaining("call the method that makes it once for each");
    trail.assertSteps("entered", "exited");
  }

  @Test
  void aFunctionWhoseFailureIsSuppressedHasNoResult() {
    var catching = new MyContext();
    catching.catches = true;
    var failure = new NameException();
    var wrapped =
        catching.<Integer, NameException>wrap(
            () -> {
              throw failure;
            });
    assertThatThrownBy(wrapped::call).isInstanceOf(NoResultException.class).hasCause(failure);
  }
}
