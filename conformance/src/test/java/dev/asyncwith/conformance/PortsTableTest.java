package dev.asyncwith.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each check of the table can fail. */
class PortsTableTest {
  private static final String THIS = PortsTableTest.class.getName();

  private static PortsTable table(String... rows) {
    List<String> lines = new ArrayList<>(List.of(PortsTable.HEADER));
    for (String row : rows) {
      lines.add(row.replace('|', '\t'));
    }
    return PortsTable.parse(lines);
  }

  private static String ported(String name, String java) {
    return "test_a.B|test_" + name + "|" + java + "|";
  }

  @Test
  void aGoodTableHasNoProblems() {
    var table =
        table(
            ported("whole", "x.Y#z"),
            "test_a.B|test_half|x.Y#z|deliberate difference: Order",
            "test_c.D|testOldName|n/a|compile time: types");
    assertThat(table.malformed()).isEmpty();
    assertThat(table.overused()).isEmpty();
    assertThat(table.missing(Map.of("test_a", 2, "test_c", 1))).isEmpty();
    assertThat(table.unexplained(List.of("# Differences", "## Order"))).isEmpty();
    assertThat(table.summary()).isEqualTo("ports: 2 of 3 ported, 1 n/a");
  }

  @Test
  void aMissingHeaderIsFound() {
    assertThat(PortsTable.parse(List.of("suite,python,java,reason")).malformed())
        .containsExactly("line 1: the header is not 'suite<tab>python<tab>java<tab>reason'");
    assertThat(PortsTable.parse(List.of()).malformed()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          test_a.B|test_x|x.Y#z                          ; 3 columns instead of 4
          ``                                             ; 1 columns instead of 4
          A|test_x|x.Y#z|                                ; the suite is not of the form
          test_a.B|x|x.Y#z|                              ; the Python test does not begin with test
          test_a.B|test_x|x.Y.z|                         ; neither class#method nor n/a
          test_a.B|test_x||                              ; neither class#method nor n/a
          test_a.B|test_x|n/a|                           ; is none of 'compile time
          test_a.B|test_x|n/a|later                      ; 'later' is none of
          test_a.B|test_x|n/a|compile time:              ; is none of
          test_a.B|test_x|n/a|deliberate difference:     ; is none of
          test_a.B|test_x|x.Y#z|see there                ; 'see there' is none of
          """)
  void aMalformedRowIsFound(String row, String problem) {
    var table = table(ported("good", "x.Y#z"), row);
    assertThat(table.malformed()).singleElement().asString().startsWith("line 3").contains(problem);
    assertThat(table.rows()).hasSize(1);
  }

  @Test
  void aTestThatStandsTwiceIsFound() {
    assertThat(table(ported("x", "x.Y#z"), ported("x", "x.Y#a")).malformed())
        .containsExactly("line 3, test_a.B.test_x: stands in the table twice");
  }

  @Test
  void aMethodInThreeRowsIsFound() {
    var table = table(ported("a", "x.Y#z"), ported("b", "x.Y#z"), ported("c", "x.Y#z"));
    assertThat(table.malformed()).isEmpty();
    assertThat(table.overused())
        .containsExactly(
            "x.Y#z stands in 3 rows (lines 2, 3, 4), and may in 2: write a test for each of the"
                + " others");
  }

  @Test
  void aLostRowIsFound() {
    var table = table(ported("a", "x.Y#z"));
    assertThat(table.missing(Map.of("test_a", 2)))
        .containsExactly("test_a has 1 rows instead of 2");
    assertThat(table.missing(Map.of("test_b", 1)))
        .containsExactly("test_b has 0 rows instead of 1");
  }

  @Test
  void aDifferenceWithoutASectionIsFound() {
    var table = table("test_a.B|test_x|n/a|deliberate difference: Order");
    assertThat(table.unexplained(List.of("# Differences", "## Another order", "Order")))
        .containsExactly(
            "line 2, test_a.B.test_x: docs/differences-from-python.md has no section 'Order'");
  }

  private static List<String> methodProblems(String java) {
    return TestMethods.problems(table(ported("x", java)), PortsTableTest.class.getClassLoader());
  }

  @Test
  void aTestThatExistsIsNoProblem() {
    assertThat(methodProblems(THIS + "#aTestThatExistsIsNoProblem")).isEmpty();
    assertThat(methodProblems(THIS + "#aMalformedRowIsFound")).isEmpty();
  }

  @Test
  void aClassThatDoesNotExistIsFound() {
    assertThat(methodProblems("x.Y#z"))
        .containsExactly("line 2, test_a.B.test_x: there is no class x.Y");
  }

  @Test
  void aMethodThatDoesNotExistIsFound() {
    assertThat(methodProblems(THIS + "#nowhere")).singleElement().asString().contains("no method");
  }

  @Test
  void aMethodThatIsNoTestIsFound() {
    assertThat(methodProblems(THIS + "#ported"))
        .singleElement()
        .asString()
        .contains("it lacks @Test and @ParameterizedTest");
  }
}
