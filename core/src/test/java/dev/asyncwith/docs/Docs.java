package dev.asyncwith.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The pages of {@code docs/}, for the tests that keep them true.
 *
 * <p>A table is found by the comment {@code <!-- table: name -->} before it. A block of Java code
 * stands after {@code <!-- source: path#name -->} and repeats what stands in that file between
 * {@code // docs: name} and {@code // end}.
 */
public final class Docs {
  private static final Pattern CODE =
      Pattern.compile("(?:<!-- source: (\\S+)#(\\S+) -->\\n)?```java\\n(.*?)```", Pattern.DOTALL);

  private Docs() {}

  /** The root of the repository: the parent of the directory of the module under test. */
  public static Path root() {
    return Path.of(System.getProperty("basedir", "")).toAbsolutePath().normalize().getParent();
  }

  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String page(String name) {
    return read(root().resolve("docs").resolve(name));
  }

  /** The rows of a table without its head, each cell without its code font, which it must have. */
  public static List<List<String>> table(String page, String name) {
    return rows(page, name).map(Docs::cells).toList();
  }

  /** As {@link #table}, of a table that ends with a cell of prose, which is left out. */
  public static List<List<String>> tableWithProse(String page, String name) {
    return rows(page, name).map(row -> cells(row.replaceFirst(" [^|]+ \\|$", ""))).toList();
  }

  private static Stream<String> rows(String page, String name) {
    String marker = "<!-- table: " + name + " -->\n";
    String text = page(page);
    assertThat(text).as(page).containsOnlyOnce(marker);
    List<String> rows =
        text.substring(text.indexOf(marker) + marker.length())
            .lines()
            .takeWhile(line -> line.startsWith("|"))
            .skip(2)
            .toList();
    assertThat(rows).as("table %s of %s", name, page).isNotEmpty();
    return rows.stream();
  }

  private static List<String> cells(String row) {
    assertThat(row).matches("(\\| `[^`|]+` )+\\|");
    return Pattern.compile("`([^`]+)`").matcher(row).results().map(cell -> cell.group(1)).toList();
  }

  /** Fails unless each block of Java code of a page repeats a source that the build compiles. */
  public static void assertCodeIsCompiled(String page, int blocks) {
    List<MatchResult> found = new ArrayList<>();
    Matcher matcher = CODE.matcher(page(page));
    while (matcher.find()) {
      found.add(matcher.toMatchResult());
    }
    assertThat(found).as("blocks of Java code in %s", page).hasSize(blocks);
    for (MatchResult block : found) {
      assertThat(block.group(1)).as("source of the block%n%s", block.group(3)).isNotNull();
      assertThat(normalized(block.group(3)))
          .as("%s of %s in %s", block.group(2), block.group(1), page)
          .isEqualTo(normalized(region(block.group(1), block.group(2))));
    }
  }

  private static String region(String source, String name) {
    String text = read(root().resolve(source));
    String begin = "// docs: " + name + "\n";
    assertThat(text).as(source).containsOnlyOnce(begin);
    int from = text.indexOf(begin) + begin.length();
    int to = text.indexOf("// end\n", from);
    assertThat(to).as("end of %s in %s", name, source).isPositive();
    return text.substring(from, to);
  }

  private static String normalized(String code) {
    return code.strip().replaceAll("\\s+", " ");
  }
}
