package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.asyncwith.docs.Docs;
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
    P4Row row = P4Row.of(List.of("succeeded", "throws e2, true", "returns", "-", "-", "-"));
    assertThat(P4Form.CLASS_IN_STACK.run(row, new P4Row.Cast(row), P4Form.Call.CALL))
        .isEqualTo(P4Row.RESULT);
    P4Row.Cast cast = new P4Row.Cast(row);
    assertThat(P4Form.CLASS.run(row, cast, P4Form.Call.CALL))
        .isInstanceOf(NoResultException.class)
        .extracting(thrown -> ((Throwable) thrown).getCause())
        .isSameAs(cast.get("e2"));
  }

  private static Stream<DynamicContainer> rows(String table, int count) {
    List<P4Row> rows = Docs.table("protocol.md", table).stream().map(P4Row::of).toList();
    assertThat(rows).hasSize(count);
    return rows.stream().map(row -> dynamicContainer(row.body() + " / " + row.exits(), tests(row)));
  }

  private static Stream<DynamicNode> tests(P4Row row) {
    return Arrays.stream(P4Form.values())
        .filter(form -> form.canRun(row))
        .flatMap(
            form ->
                Arrays.stream(P4Form.Call.values())
                    .map(call -> dynamicTest(form + " " + call, () -> check(row, form, call))));
  }

  private static void check(P4Row row, P4Form form, P4Form.Call call) throws Exception {
    P4Row.Cast cast = new P4Row.Cast(row);
    Object got;
    boolean flag;
    try {
      got = form.run(row, cast, call);
    } finally {
      flag = Thread.interrupted();
    }
    switch (call) {
      case RUN -> checkRun(row, cast, got);
      case CALL -> checkCall(row, cast, got);
      case TRY_CALL -> checkTryCall(row, cast, got);
    }
    checkSuppressed(row, cast);
    assertThat(flag ? "set" : "clear").as("interrupt flag").isEqualTo(row.flag());
  }

  private static void checkRun(P4Row row, P4Row.Cast cast, Object got) {
    if (row.run().equals("returns")) {
      assertThat(got).isNull();
    } else {
      assertThat(row.run()).startsWith("throws ");
      assertThat(got).isSameAs(cast.get(row.run().substring("throws ".length())));
    }
  }

  private static void checkCall(P4Row row, P4Row.Cast cast, Object got) {
    String noResult = "throws NoResultException from ";
    if (row.call().equals("returns")) {
      assertThat(got).isEqualTo(P4Row.RESULT);
    } else if (row.call().startsWith(noResult)) {
      assertThat(got).isInstanceOf(NoResultException.class);
      assertThat(((Throwable) got).getCause())
          .isSameAs(cast.get(row.call().substring(noResult.length())));
    } else {
      assertThat(row.call()).isEqualTo(row.run());
      checkRun(row, cast, got);
    }
  }

  /** Said above the table: tryCall is empty where call has no result. */
  private static void checkTryCall(P4Row row, P4Row.Cast cast, Object got) {
    if (row.call().equals("returns")) {
      assertThat(got).isEqualTo(Optional.of(P4Row.RESULT));
    } else if (row.call().startsWith("throws NoResultException")) {
      assertThat(got).isEqualTo(Optional.empty());
    } else {
      checkRun(row, cast, got);
    }
  }

  private static void checkSuppressed(P4Row row, P4Row.Cast cast) {
    Map<Throwable, List<Throwable>> wanted = new LinkedHashMap<>();
    cast.byName.values().forEach(e -> wanted.put(e, new ArrayList<>()));
    if (!row.suppressed().equals("none")) {
      for (String pair : row.suppressed().split(", ")) {
        String[] names = pair.split(" in ");
        assertThat(names).hasSize(2);
        wanted.get(cast.get(names[1])).add(cast.get(names[0]));
      }
    }
    wanted.forEach((e, list) -> assertThat(e.getSuppressed()).containsExactlyElementsOf(list));
  }
}
