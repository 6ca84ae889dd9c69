package dev.asyncwith.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The links between the pages: to files that exist and to headings that are there. */
class LinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```.*?^```");

  static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.walk(Docs.root().resolve("docs"));
        Stream<Path> root = Files.list(Docs.root())) {
      return Stream.concat(docs, root).filter(p -> p.toString().endsWith(".md")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkOfAPageLeadsSomewhere(Path page) {
    Matcher link = LINK.matcher(CODE_BLOCK.matcher(Docs.read(page)).replaceAll(""));
    while (link.find()) {
      if (!link.group(1).matches("[a-z]+:.*")) {
        assertLeadsSomewhere(page, link.group(1));
      }
    }
  }

  private static void assertLeadsSomewhere(Path page, String link) {
    String[] parts = link.split("#", 2);
    Path target = parts[0].isEmpty() ? page : page.getParent().resolve(parts[0]).normalize();
    assertThat(target).as("the target of (%s) in %s", link, page).exists();
    if (parts.length == 2 && target.toString().endsWith(".md")) {
      assertThat(anchors(target)).as("the anchors of %s", target).contains(parts[1]);
    }
  }

  /** As GitHub makes them of headings: lower case, without punctuation, hyphens for spaces. */
  private static List<String> anchors(Path page) {
    return CODE_BLOCK
        .matcher(Docs.read(page))
        .replaceAll("")
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ +", "").toLowerCase(java.util.Locale.ROOT))
        .map(title -> title.replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-'))
        .toList();
  }

  @Test
  void thereArePages() throws IOException {
    assertThat(pages()).hasSizeGreaterThan(10);
  }
}
