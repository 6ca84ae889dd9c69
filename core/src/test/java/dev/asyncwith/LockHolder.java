package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A process that holds the lock of a file until its input ends. */
final class LockHolder {
  private LockHolder() {}

  static Process start(Path file) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.getInputStream().read()).as("the lock is held").isEqualTo('!');
    return process;
  }

  public static void main(String[] args) throws IOException {
    try (var channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE);
        var _ = channel.lock()) {
      System.out.print('!');
      System.out.flush();
      while (System.in.read() >= 0) {}
    }
  }
}
