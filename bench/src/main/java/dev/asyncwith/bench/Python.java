package dev.asyncwith.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CPython, and the script that does the work in it.
 *
 * @param command how it is started
 * @param script the file
 * @param version what it says of itself; null if there is none
 */
record Python(String command, String script, @Nullable String version) {
  private static final List<String> CANDIDATES =
      List.of("python3", "python3.14", "python3.13", "python3.12", "python3.11", "python");

  /**
   * Looks for one.
   *
   * @param named the only one to look for; null to look for the usual names
   * @param home the folder of the benchmarks
   */
  static Python find(@Nullable String named, Path home) throws InterruptedException {
    String script = home.resolve("python").resolve("scale.py").toString();
    List<String> candidates = named == null ? CANDIDATES : List.of(named);
    for (String command : candidates) {
      String version = version(command);
      if (version != null) {
        return new Python(command, script, version);
      }
    }
    return new Python(String.join(", ", candidates), script, null);
  }

  private static @Nullable String version(String command) throws InterruptedException {
    String asks = "import sys; assert sys.version_info >= (3, 11); print(sys.version.split()[0])";
    try {
      Process process =
          new ProcessBuilder(command, "-c", asks)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 ? said : null;
    } catch (IOException e) {
      return null; // there is no such command
    }
  }

  /** Why it is missing, and what to do; null if it is there. */
  @Nullable String missing() {
    return version != null
        ? null
        : "no CPython 3.11 or newer: looked for "
            + command
            + " on the path; install one, or name it by --python";
  }
}
