package dev.asyncwith.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asyncwith.conformance.Comparison.Divergence;
import dev.asyncwith.conformance.Comparison.Event;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What differences.json explains, and what it does not. */
class DifferencesTest {
  /** Both ends of a race are right. */
  private static final Set<String> OF_RACES =
      Set.of(
          "outer-cancel-at-once",
          "outer-cancel-late",
          "lock-line",
          "wait-wakes-once",
          "ended-or-cancelled",
          "broken-or-cancelled");

  private final Differences differences;

  DifferencesTest() throws Exception {
    differences = Differences.read(Path.of(""));
  }

  @Test
  void eachIsASectionOfThePage() throws Exception {
    assertThat(differences.all())
        .extracting(Differences.Difference::section)
        .isSubsetOf(
            PortsTable.sections(Files.readAllLines(Path.of("../docs/differences-from-python.md"))));
  }

  @Test
  void eachHasAReasonAndAProgram() throws Exception {
    Programs language = new Programs(Path.of(""));
    assertThat(differences.byId()).hasSameSizeAs(differences.all());
    assertThat(differences.all())
        .allSatisfy(
            difference -> {
              assertThat(difference.reason()).isNotBlank();
              if (!OF_RACES.contains(difference.id())) {
                assertThat(difference.example()).isNotNull();
                assertThat(language.isValid(difference.example())).isTrue();
                assertThat(difference.shows()).startsWith("python: ");
              }
            });
  }

  private static Divergence divergence(String python, String java, String history) {
    return new Divergence(
        "main",
        new Event(5, "main", python),
        new Event(5, "main", java),
        List.of(history.split(";")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cancelled waiting in exit of m1 in body | m1 exited false          | x                                        | exit-goes-on
          cancelled waiting in exit of m1 in body | cancelled wait in body   | x                                        |
          cancelled waiting in body               | m1 exited false          | x                                        |
          slept                                   | cancelled waiting in body| cancels main                             | cancelled-stays-cancelled
          slept                                   | cancelled waiting in body| cancels j1                               |
          slept                                   | cancelled waiting in body| cancelled wait in body;t1 expired true   |
          slept                                   | cancelled waiting in body| slept                                    |
          b1 ended suppressed                     | b1 raised B:x2           | m1 exits, told A:x1 + B:x2               | suppressed-compound
          b1 ended suppressed                     | b1 raised B:x2           | m1 exits, told A:x1                      |
          k1 raised A:x2                          | k1 raised A:x1 + A:x2    | x                                        | both-failures
          b1 raised A:x2                          | b1 raised A:x1 + A:x2    | x                                        |
          k1 raised A:x2                          | k1 raised A:x1           | x                                        |
          cancelled acquire in body               | lock acquired            | x                                        | result-before-cancel
          cancelled wait in body                  | caught broken            | x                                        | result-before-cancel
          cancelled wait in body                  | caught A:x1              | x                                        |
          task raised broken                      | cancelled wait in body   | x                                        | broken-or-cancelled
          task raised A:x1                        | cancelled wait in body   | x                                        |
          lock acquired                           | cancelled acquire in body| x                                        |
          b1 raised A:x1 + B:x2                   | b1 raised B:x2 + A:x1    | m1 exits, told A:x1 + B:x2               |
          b1 ended suppressed                     | b1 raised B:x1           | m1 exits, told A:x3 + B:x12              |
          m3 exits, told ok                       | m3 exits, told A:x1      | k1 ended None                            |
          m3 exits, told ok                       | m3 exits, told closed    | k1 ended None                            | closed-stack
          slept                                   | k1 refuses enter         | k2 ended None                            |
          slept                                   | k1 refuses callback      | k1 ended None;slept                      |
          g1 ended None                           | g1 raised cancelled      | main: cancels j2                         |
          g1 ended None                           | g1 raised cancelled      | cancels main                             | group-end-waits
          later, slept                            | cancelled waiting in body| main: b1 raised A:x1                     | group-at-once
          later, slept                            | cancelled waiting in body| main: b1 raised cancelled                |
          a1 raised A:x1                          | a1 raised B:x2 + A:x1    | x                                        | gather-suppresses
          a1 raised A:x1                          | a1 raised B:x2           | x                                        |
          lock raised A:x1                        | lock raised A:x1 + misuse| a1 raised A:x1                           | gather-siblings-release
          lock raised A:x1                        | lock raised A:x1 + misuse| x                                        |
          lock raised cancelled                   | lock raised misuse       | a1 raised cancelled                      | gather-siblings-release
          lock raised cancelled                   | lock raised misuse       | x                                        |
          lock raised A:x1                        | lock raised misuse       | a1 raised A:x1                           |
          t3 raised cancelled                     | t3 raised timeout        | j2: task raised A:x1                     | outer-cancel-late
          t3 raised cancelled                     | t3 raised timeout        | j2: task raised cancelled                |
          t3 raised cancelled                     | t4 raised timeout        | j2: task raised A:x1                     |
          got cancelled                           | cancelled get in body    | j2: task raised A:x1                     | ended-or-cancelled
          got cancelled                           | cancelled get in body    | j2: task raised cancelled                |
          m2 exited true                          | b1 raised B:x2           | m2 exits, told group(A:x1, B:x2) + A:x3  | suppress-sees-group-first
          m2 exited true                          | b1 raised B:x2           | m2 exits, told group(A:x1, B:x2)         |
          m2 exited true                          | b1 raised B:x2           | m2 exits, told B:x2 + A:x1               |
          got cancelled                           | got A:x1                 | x                                        |
          got cancelled                           | got 5                    | x                                        | cancelled-task-returns
          lock acquired                           | lock raised waits for itself| x                                     |
          slept                                   | cancelled waiting in exit of m1 in body| cancels main               |
          """)
  void explainsNoMoreThanItSays(String python, String java, String history, String explained) {
    Differences.Difference found = differences.explaining(divergence(python, java, history), 11);
    assertThat(found == null ? null : found.id()).isEqualTo(explained);
  }

  @Test
  void whatLaterVersionsDoAsWellIsNoDifferenceFromThem() {
    Divergence divergence =
        divergence("m1 exited false", "m1 exited true", "g1 raised A:x1;m1 exits, told A:x1");
    assertThat(differences.explaining(divergence, 11)).isNotNull();
    assertThat(differences.explaining(divergence, 12)).isNull();
  }
}
