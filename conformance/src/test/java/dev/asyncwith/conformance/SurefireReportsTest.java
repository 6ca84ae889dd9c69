package dev.asyncwith.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the reports say about the tests of a table, and how that can fail. */
class SurefireReportsTest {
  @TempDir Path folder;
  private Path reports;
  private Path classes;

  @BeforeEach
  void twoFolders() throws IOException {
    reports = folder.resolve("reports");
    classes = Files.createDirectories(folder.resolve("classes/x"));
    classes = classes.getParent();
  }

  private void report(String testcases) throws IOException {
    Files.createDirectories(reports);
    Files.writeString(
        reports.resolve("TEST-x.Y.xml"), "<testsuite name='x.Y'>" + testcases + "</testsuite>");
  }

  private static PortsTable table(String java) {
    return PortsTable.parse(List.of(PortsTable.HEADER, "test_a.B\ttest_x\t" + java + "\t"));
  }

  private List<String> problems(String java) throws IOException {
    return SurefireReports.read(reports, classes).problems(table(java));
  }

  @Test
  void aTestThatPassedIsNoProblem() throws IOException {
    report(
        "<testcase name='z' classname='x.Y'/>"
            + "<testcase name='of(Form)[2]' classname='x.Y'><system-out>text</system-out></testcase>");
    assertThat(problems("x.Y#z")).isEmpty();
    assertThat(problems("x.Y#of")).isEmpty();
  }

  @Test
  void missingReportsNameTheCommandToRun() throws IOException {
    assertThatThrownBy(() -> problems("x.Y#z"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("run 'mvn -pl core,conformance verify'");
    Files.createDirectories(reports);
    assertThatThrownBy(() -> problems("x.Y#z")).hasMessageContaining("left no reports in");
  }

  @Test
  void aTestThatDidNotRunIsFound() throws IOException {
    report("<testcase name='z' classname='x.Y'/><testcase name='w' classname='x.Other'/>");
    assertThat(problems("x.Y#w"))
        .containsExactly(
            "line 2, test_a.B.test_x: x.Y#w did not run in core's tests, or did not pass");
  }

  @Test
  void aTestThatWasSkippedOrFailedIsFound() throws IOException {
    report(
        "<testcase name='skipped' classname='x.Y'><skipped/></testcase>"
            + "<testcase name='failed' classname='x.Y'><failure/></testcase>"
            + "<testcase name='broken' classname='x.Y'><error/></testcase>");
    assertThat(problems("x.Y#skipped")).hasSize(1);
    assertThat(problems("x.Y#failed")).hasSize(1);
    assertThat(problems("x.Y#broken")).hasSize(1);
  }

  @Test
  void aTestThatWasCompiledAfterItsLastRunIsFound() throws IOException {
    report("<testcase name='z' classname='x.Y'/>");
    Path compiled = Files.createFile(classes.resolve("x/Y.class"));
    Files.setLastModifiedTime(reports.resolve("TEST-x.Y.xml"), FileTime.fromMillis(2_000));
    Files.setLastModifiedTime(compiled, FileTime.fromMillis(1_000));
    assertThat(problems("x.Y#z")).isEmpty();
    Files.setLastModifiedTime(compiled, FileTime.fromMillis(3_000));
    assertThat(problems("x.Y#z"))
        .containsExactly("line 2, test_a.B.test_x: x.Y was compiled after its last run");
  }

  @Test
  void aReportThatIsNoXmlIsNamed() throws IOException {
    Files.createDirectories(reports);
    Files.writeString(reports.resolve("TEST-x.Y.xml"), "not XML");
    assertThatThrownBy(() -> problems("x.Y#z"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("TEST-x.Y.xml");
  }
}
