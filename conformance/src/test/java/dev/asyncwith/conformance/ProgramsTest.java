package dev.asyncwith.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no program is refused, by its line and the path in it. */
class ProgramsTest {
  private final Programs programs;

  ProgramsTest() throws Exception {
    programs = new Programs(Path.of(""));
  }

  private static String program(String main) {
    return "{'stride':9,'primitives':{'lock':{'kind':'lock'}},'managers':{},'main':[%s]}"
        .formatted(main)
        .replace('\'', '"');
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {'do':'dance'}                                                  | $.main[0].do:
          {'do':'sleep','wait':[0]}                                       | $.main[0].wait:
          {'do':'sleep','wait':[0,9]}                                     | $.main[0].wait: slot 9 is not below the stride of 9
          {'do':'block','id':'b1','managers':['m1'],'body':[]}            | $.main[0].managers[0]: the program has no manager called m1
          {'do':'with','primitive':'event','body':[]}                     | $.main[0]: the program has no bounded or condition or lock or semaphore called event
          {'do':'put','primitive':'lock','item':1}                        | $.main[0]: the program has no queue called lock
          {'do':'get','task':'main'}                                      | $.main[0]: main is no task that can be waited for
          {'do':'raise','type':'A'}                                       | $.main[0]:
          {'do':'timeout','id':'t1','for':[0,1],'body':[{'do':'return'}]} | $.main[0].body[0]: required property 'value' not found
          """)
  void saysWhere(String statement, String where) {
    assertThatThrownBy(() -> programs.parse("file, line 3", program(statement)))
        .isInstanceOf(Programs.MalformedException.class)
        .hasMessageStartingWith("file, line 3: " + where);
  }

  @Test
  void whatIsNoJson() {
    assertThatThrownBy(() -> programs.parse("file, line 1", "{\"main\":"))
        .isInstanceOf(Programs.MalformedException.class)
        .hasMessageStartingWith("file, line 1, column 9: no JSON: ");
  }

  @Test
  void namesTheLine(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("some.jsonl");
    Files.writeString(file, program("{'do':'sleep'}") + "\n\n" + program("{'do':'x'}") + "\n");
    assertThatThrownBy(() -> programs.read(file)).hasMessageStartingWith(file + ", line 3: $.main");
  }

  @Test
  void generatedProgramsAreValid() throws Exception {
    for (ObjectNode program : Main.generated(1, 500, 40).toList()) {
      assertThat(programs.parse("generated", program.toString())).isEqualTo(program);
    }
  }

  @Test
  void aSeedMakesTheSameProgramsAgain() {
    assertThat(Main.generated(7, 50, 24))
        .containsExactlyElementsOf(Main.generated(7, 50, 24).toList());
    assertThat(Main.generated(7, 50, 24).toList()).isNotEqualTo(Main.generated(8, 50, 24).toList());
  }
}
