package dev.asyncwith.files;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncExitStack;
import dev.asyncwith.Outcome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manager of a file, in blocks and by hand. */
class ManagerTest {
  @TempDir Path folder;

  @Test
  void closesAfterTheBodyAndAfterItsFailure() throws Exception {
    List<AsyncTextFile> seen = new ArrayList<>();
    var manager = AsyncFiles.open(folder.resolve("f"), "w");
    var failure = new IOException("body");
    with(manager).run(seen::add);
    assertThatThrownBy(
            () ->
                with(manager)
                    .run(
                        file -> {
                          seen.add(file);
                          file.write("kept");
                          throw failure;
                        }))
        .isSameAs(failure);
    assertThat(seen).hasSize(2).allMatch(AsyncTextFile::isClosed).doesNotHaveDuplicates();
    assertThat(folder.resolve("f")).hasContent("kept");
    TestSystem.assertNothingOpenUnder(folder);
  }

  @Test
  void servesOneBlockAtATimeAndIsReusable() throws Exception {
    Path path = folder.resolve("f");
    var manager = AsyncFiles.open(path, "x");
    with(manager)
        .run(
            file ->
                // Refused before any I/O: the mode would refuse the file too.
                assertThatThrownBy(() -> with(manager).run(_ -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll(path.toString(), "already entered"));
    Files.delete(path);
    with(manager).run(file -> file.write("again"));
    assertThat(path).hasContent("again");
  }

  @Test
  void isFreeAgainAfterAnEnterThatFailed() throws Exception {
    Path path = folder.resolve("f");
    var manager = AsyncFiles.open(path);
    assertThatThrownBy(manager::enter).isInstanceOf(NoSuchFileException.class);
    Files.writeString(path, "there");
    String text = with(manager).call(file -> file.read());
    assertThat(text).isEqualTo("there");
  }

  @Test
  void exitWithoutEnterIsRefused() {
    var manager = AsyncFiles.open(folder.resolve("f"));
    assertThatThrownBy(() -> manager.exit(Outcome.succeeded()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("without having been entered");
  }

  @Test
  void opensAnyNumberByHand() throws Exception {
    Path path = Files.writeString(folder.resolve("f"), "ab");
    var manager = AsyncFiles.openBinary(path, "r");
    try (var first = manager.open();
        var second = manager.open()) {
      assertThat(first).isNotSameAs(second);
      assertThat(first.read(1)).containsExactly('a');
      assertThat(second.read(2)).containsExactly('a', 'b');
      assertThat(first.path()).isEqualTo(path);
    }
    TestSystem.assertNothingOpenUnder(folder);
  }

  @Test
  void closingInTheBodyIsFine() throws Exception {
    with(AsyncFiles.open(folder.resolve("f"), "w"))
        .run(
            file -> {
              file.write("x");
              file.close();
              file.close();
              assertThatThrownBy(() -> file.write("y"))
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContainingAll(file.path().toString(), "is closed");
              assertThatThrownBy(file::flush).isInstanceOf(IllegalStateException.class);
            });
    assertThat(folder.resolve("f")).hasContent("x");
  }

  @Test
  void goesIntoAnExitStack() throws Exception {
    Path from = Files.writeString(folder.resolve("from"), "text");
    Path to = folder.resolve("to");
    with(AsyncExitStack.create())
        .run(
            stack -> {
              AsyncTextFile in = stack.enter(AsyncFiles.open(from));
              AsyncTextFile out = stack.enter(AsyncFiles.open(to, "w"));
              out.write(in.read());
            });
    assertThat(to).hasContent("text");
    TestSystem.assertNothingOpenUnder(folder);
  }

  @Test
  void opensFilesOfOtherFileSystems() throws Exception {
    var archive = URI.create("jar:" + folder.resolve("archive.zip").toUri());
    try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
      Path inside = zip.getPath("inside.txt");
      with(AsyncFiles.open(inside, "w")).run(file -> file.write("zipped"));
      String text = with(AsyncFiles.open(inside)).call(file -> file.read());
      assertThat(text).isEqualTo("zipped");
    }
  }

  @Test
  void opensAndClosesTenThousandTimes() throws Exception {
    Path path = Files.writeString(folder.resolve("f"), "text");
    var manager = AsyncFiles.open(path);
    for (int i = 0; i < 10_000; i++) {
      with(manager).run(_ -> {});
    }
    TestSystem.assertNothingOpenUnder(folder);
  }
}
