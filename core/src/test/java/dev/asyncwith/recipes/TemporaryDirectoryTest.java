package dev.asyncwith.recipes;

import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncContextManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryDirectoryTest {
  @TempDir Path parent;

  // docs: temporary-directory
  static AsyncContextManager<Path, IOException> temporaryDirectory(Path parent, String prefix) {
    return manager(
        () -> Files.createTempDirectory(parent, prefix), TemporaryDirectoryTest::deleteTree);
  }

  private static void deleteTree(Path root) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> paths = Files.walk(root)) {
      deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }

  // end

  // docs: temporary-directory-use
  static long sizeOfDraft(Path parent) throws IOException, InterruptedException {
    return with(temporaryDirectory(parent, "draft-"))
        .call(
            directory -> {
              Path draft = Files.createDirectories(directory.resolve("a/b")).resolve("draft.txt");
              Files.writeString(draft, "hello");
              return Files.size(draft);
            });
  }

  // end

  @Test
  void deletesTheTreeAfterTheBody() throws Exception {
    assertThat(sizeOfDraft(parent)).isEqualTo(5);
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void deletesTheTreeAfterAFailure() {
    assertThatThrownBy(
            () ->
                with(temporaryDirectory(parent, "draft-"))
                    .run(
                        directory -> {
                          Files.createFile(directory.resolve("draft.txt"));
                          throw new IOException("no");
                        }))
        .hasMessage("no");
    assertThat(parent).isEmptyDirectory();
  }
}
