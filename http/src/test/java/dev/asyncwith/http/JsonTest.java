package dev.asyncwith.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void readsPlainValues() throws Exception {
    assertThat(Json.parse(" {\"a\" : [ ] , \"b\":{}, \"c\":[true,false,null]} "))
        .isEqualTo(Map.of("a", List.of(), "b", Map.of(), "c", Arrays.asList(true, false, null)));
    assertThat(Json.parse("\"\\u65e5\\ud83d\\ude00\\n\\/\\\\\\\"\""))
        .isEqualTo("\u65e5\ud83d\ude00\n/\\\"");
    assertThat(Json.parse("\ufeff1")).isEqualTo(1L);
    assertThat(Json.parse("{\"a\":1,\"a\":2}")).as("the last wins").isEqualTo(Map.of("a", 2L));
    assertThat(Json.parse("{\"class\":\"java.lang.String\"}"))
        .as("no class is made of it")
        .isEqualTo(Map.of("class", "java.lang.String"));
  }

  @Test
  void readsNumbersWithoutLoss() throws Exception {
    assertThat(Json.parse("-0")).isEqualTo(0L);
    assertThat(Json.parse("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
    assertThat(Json.parse("-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
    assertThat(Json.parse("9223372036854775808")).isEqualTo(new BigInteger("9223372036854775808"));
    assertThat(Json.parse("1.5e3")).isEqualTo(1500.0);
    assertThat(Json.parse("1E0")).isEqualTo(1.0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[",
        "\"",
        "[1",
        "[1,",
        "[1,]",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "[1 2]",
        "1 2",
        "tru",
        "nul",
        "NaN",
        "Infinity",
        "-",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "0x1",
        "'a'",
        "\"\t\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u\uff11\uff12\uff13\uff14\"",
        "[1]x",
        "// c\n1",
        "undefined",
        "\u00a01"
      })
  void refusesWhatIsNoJson(String text) {
    assertThatThrownBy(() -> Json.parse(text))
        .isInstanceOf(Json.SyntaxException.class)
        .hasMessageMatching(".* \\(line \\d+, column \\d+\\)");
  }

  @Test
  void saysWhereItIsNone() {
    assertThatThrownBy(() -> Json.parse("[\n 1,\n x]"))
        .hasMessage("no value begins with x (line 3, column 2)");
    assertThatThrownBy(() -> Json.parse("")).hasMessage("it is empty (line 1, column 1)");
    assertThatThrownBy(() -> Json.parse("[1,")).hasMessage("a value is missing (line 1, column 4)");
    assertThatThrownBy(() -> Json.parse("nil"))
        .hasMessage("this is no value, nor null (line 1, column 1)");
  }

  @Test
  void refusesWhatWouldExhaustTheStackOrTheProcessor() {
    assertThatThrownBy(() -> Json.parse("[".repeat(1_000_000)))
        .hasMessageContaining("nested deeper than 1000");
    assertThatThrownBy(() -> Json.parse("9".repeat(5000)))
        .hasMessageContaining("more than 4300 digits");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"1 | 1", "-2.5 | -2.5", "true | true", "\"a\" | \"a\"", "[1,[]] | [1,[]]"})
  void writesWhatItReads(String text, String written) throws Exception {
    assertThat(JsonWriter.write(Json.parse(text))).isEqualTo(written);
  }

  @Test
  void writesPlainValues() {
    var map = new LinkedHashMap<String, Object>();
    map.put("text", "\"\\\n\r\t\u0001\u65e5");
    map.put("none", null);
    map.put("many", new Object[] {1, 2L, new BigDecimal("1.10"), Thread.State.NEW, List.of()});
    map.put("map", Map.of());
    assertThat(JsonWriter.write(map))
        .isEqualTo(
            "{\"text\":\"\\\"\\\\\\n\\r\\t\\u0001\\u65e5\",\"none\":null,"
                + "\"many\":[1,2,1.10,\"NEW\",[]],\"map\":{}}");
  }

  @Test
  void refusesToWriteWhatHasNoForm() {
    var round = new ArrayList<Object>();
    round.add(round);
    var twice = List.of(List.of());
    assertThat(JsonWriter.write(List.of(twice, twice))).isEqualTo("[[[]],[[]]]");
    assertThatThrownBy(() -> JsonWriter.write(round)).hasMessageContaining("holds itself");
    assertThatThrownBy(() -> JsonWriter.write(Map.of(1, 2))).hasMessageContaining("the key 1");
    assertThatThrownBy(() -> JsonWriter.write(Float.POSITIVE_INFINITY))
        .hasMessageContaining("Infinity has no form in JSON");
  }
}
