package dev.asyncwith.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.eclipse.jetty.util.Jetty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JettyCheckTest {
  @Test
  void acceptsTheVersionOnThePath() {
    assertThat(Jetty.VERSION).startsWith("12.1.");
    assertThatCode(() -> JettyCheck.checkVersion(Jetty.VERSION)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"12.0.20", "11.0.0", "12.10.1", "13.0.0"})
  void refusesAnother(String version) {
    assertThatThrownBy(() -> JettyCheck.checkVersion(version))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "dev.asyncwith.http runs on Jetty 12.1 and found %s: pin org.eclipse.jetty:jetty-bom to"
                    .formatted(version)
                + " 12.1 in the build (with Spring Boot: the property jetty.version)");
  }
}
