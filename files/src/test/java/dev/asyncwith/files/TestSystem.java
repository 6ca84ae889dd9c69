package dev.asyncwith.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** What the tests need of the operating system and of threads. */
final class TestSystem {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private TestSystem() {}

  /** Makes a pipe with a name; skips the test where there are none. */
  static Path fifo(Path folder, String name) throws IOException, InterruptedException {
    Path fifo = folder.resolve(name);
    int exit;
    try {
      exit = new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor();
    } catch (IOException e) {
      exit = -1;
    }
    assumeTrue(exit == 0, "mkfifo works here");
    return fifo;
  }

  static Path existing(String path) {
    assumeTrue(Files.exists(Path.of(path)), path + " exists");
    return Path.of(path);
  }

  /** What this process has open under a folder. */
  static List<Path> openUnder(Path folder) throws IOException {
    assumeTrue(Files.isDirectory(DESCRIPTORS), DESCRIPTORS + " lists the open files");
    Path real = folder.toRealPath();
    List<Path> open = new ArrayList<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path descriptor : descriptors) {
        try {
          Path target = Files.readSymbolicLink(descriptor);
          if (target.startsWith(real)) {
            open.add(target);
          }
        } catch (IOException e) {
          // Closed meanwhile.
        }
      }
    }
    return open;
  }

  static void assertNothingOpenUnder(Path folder) throws IOException {
    assertThat(openUnder(folder)).isEmpty();
  }

  /** Waits until a thread waits; the test's own time limit bounds it. */
  static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      assertThat(thread.getState()).isNotEqualTo(Thread.State.TERMINATED);
      Thread.onSpinWait();
    }
  }

  /** A call that runs on a virtual thread of its own. */
  static final class Running<T> {
    private final FutureTask<T> task;
    final Thread thread;

    private Running(Callable<T> call) {
      task = new FutureTask<>(call);
      thread = Thread.ofVirtual().start(task);
    }

    static <T> Running<T> start(Callable<T> call) {
      return new Running<>(call);
    }

    T get() throws Exception {
      return task.get();
    }
  }
}
