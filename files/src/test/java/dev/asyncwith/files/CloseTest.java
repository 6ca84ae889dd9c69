package dev.asyncwith.files;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A close that cannot write all closes all the same, and says so. */
class CloseTest {
  /** A file of the kernel that counts as regular and refuses to be written garbage. */
  private static final String REFUSES = "/proc/self/oom_score_adj";

  @Test
  void fullDeviceSurfacesAtClose() throws Exception {
    Path full = TestSystem.existing("/dev/full");
    var file = AsyncFiles.open(full, "w").open();
    file.write("text");
    assertThatThrownBy(file::close)
        .isInstanceOf(FileSystemException.class)
        .hasMessageContainingAll("/dev/full", "No space left on device");
    assertThat(file.isClosed()).isTrue();
    TestSystem.assertNothingOpenUnder(full);
    file.close();
  }

  @Test
  void fullDeviceSurfacesAtFlushAndAgainAtClose() throws Exception {
    Path full = TestSystem.existing("/dev/full");
    var file = AsyncFiles.openBinary(full, "a").open();
    file.write(new byte[10]);
    assertThatThrownBy(file::flush).hasMessageContaining("No space left on device");
    assertThatThrownBy(() -> file.write(new byte[100_000])).hasMessageContaining("/dev/full");
    assertThatThrownBy(file::close).hasMessageContaining("No space left on device");
    TestSystem.assertNothingOpenUnder(full);
  }

  @Test
  void failedCloseTellsHowMuchIsLost() throws Exception {
    Path path = TestSystem.existing(REFUSES);
    var file = AsyncFiles.open(path, "w").open();
    file.write("garbage");
    assertThatThrownBy(file::close)
        .isInstanceOf(FileSystemException.class)
        .hasMessageContainingAll(REFUSES, "the last 7 bytes were not written")
        .hasRootCauseInstanceOf(IOException.class);
    TestSystem.assertNothingOpenUnder(path);
  }

  @Test
  void failedCloseOfABlockIsItsFailure() {
    Path full = TestSystem.existing("/dev/full");
    assertThatThrownBy(() -> with(AsyncFiles.open(full, "w")).run(file -> file.write("text")))
        .hasMessageContaining("No space left on device");
    var failure = new IOException("body");
    assertThatThrownBy(
            () ->
                with(AsyncFiles.open(full, "w"))
                    .run(
                        file -> {
                          file.write("text");
                          throw failure;
                        }))
        .isSameAs(failure)
        .satisfies(
            e ->
                assertThat(e.getSuppressed())
                    .singleElement()
                    .asString()
                    .contains("No space left on device"));
  }
}
