package dev.asyncwith.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The sources of the examples, which are packed beside their classes. */
public final class ExampleSource {
  private ExampleSource() {}

  /** The source of an example, as it was compiled. */
  public static String of(Class<?> example) {
    String file = example.getSimpleName() + ".java";
    try (var source = example.getResourceAsStream(file)) {
      if (source == null) {
        throw new IllegalArgumentException(
            "no source is packed beside " + example.getName() + ": give a class of this package");
      }
      return new String(source.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the packed " + file, e);
    }
  }
}
