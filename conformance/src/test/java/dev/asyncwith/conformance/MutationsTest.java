package dev.asyncwith.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The ways to break the library still are some. */
@Timeout(60)
class MutationsTest {
  private static final Path HOME = Path.of("").toAbsolutePath();

  private final Mutations mutations = new Mutations(HOME, null, System.out);

  static Iterable<Mutations.Mutation> all() throws IOException {
    return Mutations.read(HOME);
  }

  @ParameterizedTest
  @MethodSource("all")
  void compiles(Mutations.Mutation mutation, @TempDir Path classes) throws IOException {
    mutations.compile(mutation, classes);
    assertThat(classes.resolve("dev/asyncwith").resolve(mutation.file().replace(".java", ".class")))
        .exists();
  }

  @Test
  void areMoreThanTwenty() throws IOException {
    assertThat(all()).hasSizeGreaterThan(20);
  }

  @Test
  void oneThatStandsNowhereIsRefused() {
    var gone = new Mutations.Mutation("gone", "Exits.java", "no such code", "");
    assertThatThrownBy(() -> gone.applied(mutations.sources()))
        .hasMessageContaining("'no such code' does not stand once in Exits.java any more");
  }

  @Test
  void withoutAPythonTheCommandSaysWhatItLookedFor() {
    assertThatThrownBy(() -> Python.start("no-such-python", HOME))
        .isInstanceOf(Python.MissingException.class)
        .hasMessageContaining("looked for no-such-python on the path");
    assertThat(Main.execute(HOME, System.out, System.out, "--python=no-such-python"))
        .isEqualTo(Main.CANNOT_RUN);
  }
}
