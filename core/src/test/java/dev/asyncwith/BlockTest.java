package dev.asyncwith;

import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.nullContext;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a block of several managers and guards gives its body, and what its types say. */
class BlockTest {
  private final Trail trail = new Trail();

  private record Guard(Trail trail, String name) implements AsyncGuard<RuntimeException> {
    @Override
    public @Nullable Void enter() {
      trail.add("enter " + name);
      return null;
    }

    @Override
    public boolean exit(Outcome outcome) {
      trail.add("exit " + name);
      return false;
    }
  }

  /** Every shape of up to four places, each a manager (m) or a guard (g). */
  static List<String> shapes() {
    List<String> shapes = new ArrayList<>(List.of("m", "g"));
    for (int i = 0; shapes.get(i).length() < 4; i++) {
      shapes.add(shapes.get(i) + "m");
      shapes.add(shapes.get(i) + "g");
    }
    return shapes;
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void givesTheBodyTheValuesInOrderWithoutThoseOfGuards(String shape) throws Throwable {
    Block block = null;
    var values = new StringBuilder();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < shape.length(); i++) {
      String name = "ABCD".substring(i, i + 1);
      names.add(name);
      boolean guard = shape.charAt(i) == 'g';
      if (!guard) {
        values.append(name);
      }
      block = add(block, name, guard);
    }
    assertThat(call(block)).isEqualTo(values.toString());
    var expected = new Trail();
    names.forEach(name -> expected.add("enter " + name));
    names.reversed().forEach(name -> expected.add("exit " + name));
    assertThat(trail.steps().stream().map(s -> s.replace(": succeeded", "")))
        .containsExactlyElementsOf(expected.steps());
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private Block add(@Nullable Block block, String name, boolean guard) {
    var manager = trail.manager(name);
    var guarding = new Guard(trail, name);
    return switch (block) {
      case null -> guard ? with(guarding) : with(manager);
      case With0 b -> guard ? b.and(guarding) : b.and(manager);
      case With1 b -> guard ? b.and(guarding) : b.and(manager);
      case With2 b -> guard ? b.and(guarding) : b.and(manager);
      case With3 b -> guard ? b.and(guarding) : b.and(manager);
      case With4 _ -> throw new AssertionError("four are the most");
    };
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Object call(Block block) throws Throwable {
    return switch (block) {
      case With0 b -> b.call(() -> "");
      case With1 b -> b.call(v -> v);
      case With2 b -> b.call((v, w) -> "" + v + w);
      case With3 b -> b.call((v, w, x) -> "" + v + w + x);
      case With4 b -> b.call((v, w, x, y) -> "" + v + w + x + y);
    };
  }

  @Test
  void aFifthIsRefusedBeforeAnythingIsEntered() {
    var full = with(new Guard(trail, "A")).and(nullContext("B")).and(nullContext("C"));
    assertThatThrownBy(() -> full.and(new Guard(trail, "D")).and(trail.manager("E")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "a block takes four managers, and E is the fifth: enter them in an AsyncExitStack, or"
                + " nest two blocks");
    trail.assertSteps();
  }

  @Test
  void aBlockMayRunAgainIfItsManagersMay() throws Exception {
    var block = with(trail.manager("A"));
    block.run(_ -> {});
    block.run(_ -> {});
    trail.assertSteps("enter A", "exit A: succeeded", "enter A", "exit A: succeeded");
  }

  @Test
  void nullsAreNamed() {
    AsyncContextManager<String, RuntimeException> none = null;
    assertThatThrownBy(() -> with(none))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("the manager is null");
    assertThatThrownBy(() -> with(trail.manager("A")).and(none))
        .hasMessageContaining("the manager is null");
    assertThatThrownBy(() -> with(trail.manager("A")).run(null))
        .hasMessageContaining("the body is null");
    trail.assertSteps();
  }

  /** Compiles only if each checked exception is declared exactly, and none more. */
  @Test
  void declaresExactlyWhatManagersAndBodyThrow() throws InterruptedException {
    AsyncContextManager<String, IOException> io = manager(BlockTest::open, _ -> {});
    AsyncContextManager<String, SQLException> sql = manager(BlockTest::query, _ -> {});
    var lock = AsyncLock.create();
    try {
      assertThat(
              with(io)
                  .and(lock)
                  .and(sql)
                  .<Object, TimeoutException>call(
                      (a, b) -> {
                        if (a.isEmpty()) {
                          throw new TimeoutException();
                        }
                        return a + b;
                      }))
          .isEqualTo("openquery");
    } catch (IOException | SQLException | TimeoutException e) {
      throw new AssertionError(e);
    }
    with(lock).run(() -> assertThat(lock.locked()).isTrue());
  }

  private static String open() throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new IOException("interrupted");
    }
    return "open";
  }

  private static String query() throws SQLException {
    if (Thread.currentThread().isInterrupted()) {
      throw new SQLException("interrupted");
    }
    return "query";
  }
}
