package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asyncGuard;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.asyncwith.docs.Docs;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Runs every row of the tables of rule P4 in docs/protocol.md and its translation. */
class P4TableTest {
  private static final String RESULT = "the result";

  /** The ways to write the managers of a row, and to enter them. */
  private enum Form {
    CLASS,
    CLASS_IN_STACK,
    GENERATOR,
    GENERATOR_IN_STACK,
    GENERATOR_THAT_ATTEMPTS;

    boolean inStack() {
      return this == CLASS_IN_STACK || this == GENERATOR_IN_STACK;
    }

    boolean canRun(Row row) {
      if (this == GENERATOR_THAT_ATTEMPTS) {
        return !row.exits.contains("true"); // attempt suppresses nothing
      }
      // A stack in a block: what it throws is combined with the failure a second time.
      return !inStack() || row.exits.size() == 1 || !row.exits.contains("true");
    }
  }

  private enum Call {
    RUN,
    CALL,
    TRY_CALL
  }

  /** A row; the exits stand innermost first. */
  private record Row(
      String body, List<String> exits, String run, String call, String suppressed, String flag) {
    static Row of(List<String> cells) {
      assertThat(cells).hasSize(6);
      return new Row(
          cells.get(0),
          List.of(cells.get(1).split(", ")),
          cells.get(2),
          cells.get(3),
          cells.get(4),
          cells.get(5));
    }
  }

  /** The exceptions of one run of a row, by their names in the table. */
  private static final class Cast {
    private final Map<String, Throwable> byName = new LinkedHashMap<>();

    Cast(Row row) {
      switch (row.body) {
        case "succeeded" -> {}
        case "failed e1" -> byName.put("e1", new Exception("e1"));
        case "cancelled e1" -> byName.put("e1", new InterruptedException("e1"));
        case "cancelled e1 by channel" -> byName.put("e1", new ClosedByInterruptException());
        default -> throw new AssertionError("unknown body: " + row.body);
      }
      for (String exit : row.exits) {
        switch (exit) {
          case "false", "true" -> {}
          case "throws e1" -> assertThat(byName).containsKey("e1");
          case "throws e2" -> byName.put("e2", new IOException("e2"));
          case "throws e3" -> byName.put("e3", new IllegalStateException("e3"));
          case "throws e2 from e1" -> byName.put("e2", new IOException("e2", get("e1")));
          case "throws e3 from e1" -> byName.put("e3", new IllegalStateException("e3", get("e1")));
          case "throws c2" -> byName.put("c2", new InterruptedException("c2"));
          default -> throw new AssertionError("unknown exit: " + exit);
        }
      }
    }

    Throwable get(String name) {
      assertThat(byName).containsKey(name);
      return byName.get(name);
    }

    Object body(Row row) {
      if (row.body.equals("succeeded")) {
        return RESULT;
      }
      if (row.body.endsWith("by channel")) {
        Thread.currentThread().interrupt();
      }
      throw sneaky(get("e1"));
    }

    boolean exit(String exit) {
      if (exit.startsWith("throws ")) {
        throw sneaky(get(exit.split(" ")[1]));
      }
      return exit.equals("true");
    }
  }

  @TestFactory
  Stream<DynamicContainer> oneExit() {
    return rows("one-exit", 22);
  }

  @TestFactory
  Stream<DynamicContainer> severalExits() {
    return rows("several-exits", 10);
  }

  @Test
  void everyCombinationHasOneRow() {
    List<String> wanted = new ArrayList<>();
    for (String body :
        List.of("succeeded", "failed e1", "cancelled e1", "cancelled e1 by channel")) {
      for (String exit :
          List.of("false", "true", "throws e2", "throws e1", "throws e2 from e1", "throws c2")) {
        if (!body.equals("succeeded") || !exit.contains("e1")) {
          wanted.add(body + " / " + exit);
        }
      }
    }
    assertThat(Docs.table("protocol.md", "one-exit").stream().map(r -> r.get(0) + " / " + r.get(1)))
        .containsExactlyElementsOf(wanted);
  }

  @Test
  void theTranslationHasTheSameTables() {
    for (String table : List.of("one-exit", "several-exits")) {
      assertThat(Docs.table("ja/protocol.md", table)).isEqualTo(Docs.table("protocol.md", table));
    }
  }

  /** Said below the second table: the one case where a stack and a block differ. */
  @Test
  void aStackKeepsTheResultWhenAnEntrySuppressesTheFailureOfAnother() throws Exception {
    Row row = Row.of(List.of("succeeded", "throws e2, true", "returns", "-", "-", "-"));
    assertThat(outcome(row, new Cast(row), Form.CLASS_IN_STACK, Call.CALL)).isEqualTo(RESULT);
    Cast cast = new Cast(row);
    assertThat(outcome(row, cast, Form.CLASS, Call.CALL))
        .isInstanceOf(NoResultException.class)
        .extracting(thrown -> ((Throwable) thrown).getCause())
        .isSameAs(cast.get("e2"));
  }

  private static Stream<DynamicContainer> rows(String table, int count) {
    List<Row> rows = Docs.table("protocol.md", table).stream().map(Row::of).toList();
    assertThat(rows).hasSize(count);
    return rows.stream().map(row -> dynamicContainer(row.body + " / " + row.exits, tests(row)));
  }

  private static Stream<DynamicNode> tests(Row row) {
    return Arrays.stream(Form.values())
        .filter(form -> form.canRun(row))
        .flatMap(
            form ->
                Arrays.stream(Call.values())
                    .map(call -> dynamicTest(form + " " + call, () -> check(row, form, call))));
  }

  private static void check(Row row, Form form, Call call) throws Exception {
    Cast cast = new Cast(row);
    Object got;
    boolean flag;
    try {
      got = outcome(row, cast, form, call);
    } finally {
      flag = Thread.interrupted();
    }
    switch (call) {
      case RUN -> checkRun(row, cast, got);
      case CALL -> checkCall(row, cast, got);
      case TRY_CALL -> checkTryCall(row, cast, got);
    }
    checkSuppressed(row, cast);
    assertThat(flag ? "set" : "clear").as("interrupt flag").isEqualTo(row.flag);
  }

  private static void checkRun(Row row, Cast cast, Object got) {
    if (row.run.equals("returns")) {
      assertThat(got).isNull();
    } else {
      assertThat(row.run).startsWith("throws ");
      assertThat(got).isSameAs(cast.get(row.run.substring("throws ".length())));
    }
  }

  private static void checkCall(Row row, Cast cast, Object got) {
    String noResult = "throws NoResultException from ";
    if (row.call.equals("returns")) {
      assertThat(got).isEqualTo(RESULT);
    } else if (row.call.startsWith(noResult)) {
      assertThat(got).isInstanceOf(NoResultException.class);
      assertThat(((Throwable) got).getCause())
          .isSameAs(cast.get(row.call.substring(noResult.length())));
    } else {
      assertThat(row.call).isEqualTo(row.run);
      checkRun(row, cast, got);
    }
  }

  /** Said above the table: tryCall is empty where call has no result. */
  private static void checkTryCall(Row row, Cast cast, Object got) {
    if (row.call.equals("returns")) {
      assertThat(got).isEqualTo(Optional.of(RESULT));
    } else if (row.call.startsWith("throws NoResultException")) {
      assertThat(got).isEqualTo(Optional.empty());
    } else {
      checkRun(row, cast, got);
    }
  }

  private static void checkSuppressed(Row row, Cast cast) {
    Map<Throwable, List<Throwable>> wanted = new LinkedHashMap<>();
    cast.byName.values().forEach(e -> wanted.put(e, new ArrayList<>()));
    if (!row.suppressed.equals("none")) {
      for (String pair : row.suppressed.split(", ")) {
        String[] names = pair.split(" in ");
        assertThat(names).hasSize(2);
        wanted.get(cast.get(names[1])).add(cast.get(names[0]));
      }
    }
    wanted.forEach((e, list) -> assertThat(e.getSuppressed()).containsExactlyElementsOf(list));
  }

  /** What the block returned, or what it threw. */
  private static Object outcome(Row row, Cast cast, Form form, Call call) throws Exception {
    List<AsyncGuard<Exception>> guards =
        row.exits.reversed().stream().map(exit -> guard(form, cast, exit)).toList();
    try {
      return form.inStack()
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

  private static AsyncGuard<Exception> guard(Form form, Cast cast, String exit) {
    return switch (form) {
      case CLASS, CLASS_IN_STACK -> new ScriptedGuard(cast, exit);
      case GENERATOR, GENERATOR_IN_STACK ->
          asyncGuard(
              body -> {
                try {
                  body.yield();
                } catch (Throwable failure) {
                  if (!cast.exit(exit)) {
                    throw sneaky(failure);
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

  private record ScriptedGuard(Cast cast, String exit) implements AsyncGuard<Exception> {
    @Override
    public Void enter() {
      return null;
    }

    @Override
    public boolean exit(Outcome outcome) {
      return cast.exit(exit);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <X extends Throwable> RuntimeException sneaky(Throwable failure) throws X {
    throw (X) failure;
  }
}
