package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.asyncwith.InterruptProbe.Effect;
import dev.asyncwith.docs.Docs;
import java.net.SocketException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnJre;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs every row of the table in docs/cancellation.md of how an interrupt comes out of a call. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
@EnabledOnJre(JRE.JAVA_25)
class ForeignInterruptTest {
  private static final String NOTHING = "nothing";

  static Stream<Arguments> rows() {
    return table().stream()
        .flatMap(
            row ->
                Stream.of(
                    arguments(row.get(0), "virtual", row.get(1), row.get(3), row.get(4)),
                    arguments(row.get(0), "platform", row.get(2), row.get(3), row.get(4))));
  }

  private static List<List<String>> table() {
    return Docs.tableWithProse("cancellation.md", "calls");
  }

  @ParameterizedTest(name = "{0} on a {1} thread: {2}")
  @MethodSource("rows")
  void aCallIsInterrupted(String name, String kind, String words, String thrown, String flag)
      throws Exception {
    Effect effect = Effect.of(words);
    Thread.Builder threads =
        kind.equals("virtual") ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
    ForeignCall.Setup setup = ForeignCall.all().get(name);
    assertThat(setup).as(name).isNotNull();
    InterruptProbe.Result result =
        with(AsyncExitStack.create())
            .call(resources -> InterruptProbe.interrupt(setup.prepare(resources), threads, effect));
    assertThat(result.effect()).isEqualTo(effect);
    assertThat(shape(result.thrown())).isEqualTo(effect == Effect.NOT_WOKEN ? NOTHING : thrown);
    assertThat(result.flag() ? "set" : "clear")
        .as("interrupt flag")
        .isEqualTo(effect == Effect.NOT_WOKEN ? "set" : flag);
    if (result.thrown() != null) {
      assertCounts(result.thrown());
    }
  }

  /** The classes of the causes; with the message where that decides whose failure it is. */
  private static String shape(@Nullable Throwable thrown) {
    if (thrown == null) {
      return NOTHING;
    }
    String type = thrown.getClass().getSimpleName();
    String name = thrown instanceof SocketException ? type + ": " + thrown.getMessage() : type;
    return thrown.getCause() == null ? name : name + " from " + shape(thrown.getCause());
  }

  private static void assertCounts(Throwable thrown) {
    String counts =
        Docs.table("cancellation.md", "shapes").stream()
            .filter(row -> row.get(0).equals(shape(thrown)))
            .map(row -> row.get(1))
            .findAny()
            .orElseThrow();
    assertThat(counts).isIn("always", "in a scope", "never");
    assertThat(Cancellations.isCancellation(thrown)).isEqualTo(counts.equals("always"));
    assertThat(Cancellations.isWithin(thrown)).isEqualTo(!counts.equals("never"));
  }

  @Test
  void everyCallHasOneRow() {
    assertThat(table())
        .extracting(row -> row.get(0))
        .containsExactlyInAnyOrderElementsOf(ForeignCall.all().keySet());
  }

  @Test
  void everyShapeHasOneRow() {
    assertThat(Docs.table("cancellation.md", "shapes"))
        .extracting(row -> row.get(0))
        .containsExactlyInAnyOrderElementsOf(
            table().stream()
                .map(row -> row.get(3))
                .filter(thrown -> !thrown.equals(NOTHING))
                .collect(Collectors.toSet()));
  }
}
