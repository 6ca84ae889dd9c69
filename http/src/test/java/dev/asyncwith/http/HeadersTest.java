package dev.asyncwith.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadersTest {
  private final Headers headers =
      Headers.NONE.with("Accept", "a").with("Cookie", "secret").with("X", "1");

  @Test
  void areFoundInAnyCaseAndKeepTheirOrder() {
    assertThat(headers.get("ACCEPT")).isEqualTo("a");
    assertThat(headers.contains("accept")).isTrue();
    assertThat(headers.all("none")).isEmpty();
    assertThat(headers).extracting(Headers.Field::name).containsExactly("Accept", "Cookie", "X");
    assertThat(headers.with("accept", "b").all("Accept")).containsExactly("b");
    assertThat(headers.without("ACCEPT", "x")).hasSize(1);
  }

  @Test
  void areEqualByTheirLinesAndShowNoSecrets() {
    var same =
        new Headers(
            List.of(
                new Headers.Field("Accept", "a"),
                new Headers.Field("Cookie", "secret"),
                new Headers.Field("X", "1")));
    assertThat(headers).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(Headers.NONE);
    assertThat(headers).hasToString("Accept: a\nCookie: (hidden)\nX: 1\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/html                         | text/html        |",
        "Text/HTML ; Charset = 'x'         | text/html        | x",
        "text/plain; a=b; charset=\"y\"    | text/plain       | y",
        "nonsense; charset=z               | application/octet-stream | z",
      })
  void nameAMediaType(String header, String type, String charset) {
    assertThat(MediaType.parse(header)).isEqualTo(new MediaType(type, charset));
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, application/json, true",
    "application/ld+json, application/json, true",
    "application/json-seq, application/json, false",
    "text/json, application/json, false",
    "text/json, Text/JSON, true",
    "image/png, */*, true",
  })
  void matchWhatACallerExpects(String type, String expected, boolean matches) {
    assertThat(new MediaType(type, null).isA(expected)).isEqualTo(matches);
  }
}
