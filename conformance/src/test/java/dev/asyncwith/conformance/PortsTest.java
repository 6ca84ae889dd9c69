package dev.asyncwith.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The promises of {@code ports.tsv}, held. Maven runs it in the folder of this module. */
class PortsTest {
  /**
   * Modules of CPython 3.11 with what 3.13 added to them. Of test_contextlib and test_coroutines
   * what the parity of core is about, the others whole.
   */
  private static final Map<String, Integer> ROWS =
      Map.ofEntries(
          Map.entry("test_contextlib_async", 57),
          Map.entry("test_contextlib", 36),
          Map.entry("test_coroutines", 13),
          Map.entry("test_tasks", 159),
          Map.entry("test_runners", 29),
          Map.entry("test_timeouts", 35),
          Map.entry("test_taskgroups", 39),
          Map.entry("test_waitfor", 20),
          Map.entry("test_threads", 6),
          Map.entry("test_queues", 41),
          Map.entry("test_locks", 75));

  private static final Path CORE = Path.of("../core/target");
  private static final Path DIFFERENCES = Path.of("../docs/differences-from-python.md");

  private final PortsTable table = PortsTable.read(Path.of("ports.tsv"));

  PortsTest() throws Exception {}

  @Test
  void everyRowIsWellFormed() {
    assertThat(table.malformed()).isEmpty();
    assertThat(table.overused()).isEmpty();
    System.out.println(table.summary());
  }

  @Test
  void noTestOfCPythonIsMissing() {
    assertThat(table.missing(ROWS)).isEmpty();
  }

  @Test
  void everyNamedTestExists() {
    assertThat(TestMethods.problems(table, getClass().getClassLoader())).isEmpty();
  }

  @Test
  void everyNamedTestRan() throws Exception {
    var reports =
        SurefireReports.read(CORE.resolve("surefire-reports"), CORE.resolve("test-classes"));
    assertThat(reports.problems(table)).isEmpty();
  }

  @Test
  void everyNamedDifferenceIsExplained() throws Exception {
    if (Files.notExists(DIFFERENCES)) {
      System.out.println(
          "ports: the named differences are not looked up, there is no " + DIFFERENCES);
      return;
    }
    assertThat(table.unexplained(Files.readAllLines(DIFFERENCES))).isEmpty();
  }
}
