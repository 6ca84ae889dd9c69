package dev.asyncwith.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** When two traces are equal, and where they part first. */
class ComparisonTest {
  @Test
  void whatTasksDoInOneInstantHasNoOrder() {
    assertThat(
            Comparison.of(
                List.of("1 main a", "5 j1 b", "5 j2 c", "5 j1 d"),
                List.of("1 main a", "5 j2 c", "5 j1 b", "5 j1 d")))
        .isNull();
  }

  @Test
  void whatOneTaskDoesHas() {
    assertThat(Comparison.of(List.of("5 j1 b", "5 j1 d"), List.of("5 j1 d", "5 j1 b")).toString())
        .isEqualTo("5 j1 python: b | java: d");
  }

  @Test
  void theTimeCounts() {
    assertThat(Comparison.of(List.of("5 main slept"), List.of("6 main slept")).toString())
        .isEqualTo("5 main python: slept | java: later, slept");
    assertThat(Comparison.of(List.of("7 main slept"), List.of("6 main slept")).toString())
        .isEqualTo("6 main python: later, slept | java: slept");
  }

  @Test
  void anEventMoreIsADivergence() {
    assertThat(Comparison.of(List.of("5 main a", "6 main b"), List.of("5 main a")).toString())
        .isEqualTo("6 main python: b | java: -");
    assertThat(Comparison.of(List.of(), List.of("5 main a")).toString())
        .isEqualTo("5 main python: - | java: a");
  }

  @Test
  void ofSeveralInOneInstantPythonsFirstIsTheCause() {
    assertThat(
            Comparison.of(
                List.of("5 j2 cancelled", "5 j1 cancelled"), List.of("6 j1 slept", "6 j2 slept")))
        .hasToString("5 j2 python: cancelled | java: later, slept");
  }

  @Test
  void aDeadlockComesAfterAll() {
    assertThat(
            Comparison.of(
                List.of("1000000000 main deadlock"), List.of("5 j1 cancelled", "6 main b")))
        .hasToString("5 j1 python: - | java: cancelled");
  }

  @Test
  void theHistoryIsThatOfTheTaskAndOfWhatWasCancelled() {
    Comparison.Divergence divergence =
        Comparison.of(
            List.of("1 main a", "2 j1 cancels main", "2 j1 x", "3 main b", "4 main c"),
            List.of("1 main a", "2 j1 cancels main", "2 j1 x", "3 main b", "5 main c"));
    assertThat(divergence.history()).containsExactly("a", "j1: cancels main", "b");
  }

  @Test
  void theHistoryEndsWhereTheTracesPart() {
    Comparison.Divergence divergence =
        Comparison.of(
            List.of("1 main a", "7 j1 cancels main", "9 main b"),
            List.of("1 main a", "5 main b", "7 j1 cancels main"));
    assertThat(divergence).hasToString("5 main python: later, b | java: b");
    assertThat(divergence.history()).containsExactly("a");
  }
}
