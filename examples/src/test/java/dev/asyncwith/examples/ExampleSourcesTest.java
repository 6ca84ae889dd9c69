package dev.asyncwith.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExampleSourcesTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/asyncwith/examples");

  static List<Class<?>> examples() {
    return List.of(
        FirstBlock.class,
        ConnectionClass.class,
        GeneratorTimer.class,
        FileRoundTrip.class,
        PageFetch.class,
        LockedTasks.class,
        StackedResources.class,
        Transaction.class);
  }

  @Test
  void theExamplesAreTheFilesWithAMain() throws Exception {
    try (Stream<Path> files = Files.list(SOURCES)) {
      List<String> withMain = files.filter(ExampleSourcesTest::hasMain).map(this::name).toList();

      assertThat(withMain)
          .containsExactlyInAnyOrderElementsOf(
              examples().stream().map(type -> type.getSimpleName() + ".java").toList());
    }
  }

  private String name(Path file) {
    return file.getFileName().toString();
  }

  private static boolean hasMain(Path file) {
    try {
      return Files.readString(file).contains("static void main()");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anExampleFitsFortyLines(Class<?> example) {
    assertThat(ExampleSource.of(example).lines()).hasSizeBetween(20, 40);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void thePackedSourceIsTheCompiledOne(Class<?> example) throws Exception {
    Path source = SOURCES.resolve(example.getSimpleName() + ".java");

    assertThat(ExampleSource.of(example)).isEqualTo(Files.readString(source));
  }

  @Test
  void aClassWithoutPackedSourceIsNamed() {
    assertThatThrownBy(() -> ExampleSource.of(String.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no source is packed beside java.lang.String: give a class of this package");
  }
}
