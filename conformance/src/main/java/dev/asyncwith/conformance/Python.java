package dev.asyncwith.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A process of CPython that runs programs. */
final class Python implements AutoCloseable {
  private static final ThreadFactory THREADS =
      Thread.ofPlatform().daemon().name("python programs ", 0).factory();

  private static final List<String> CANDIDATES =
      List.of("python3", "python3.14", "python3.13", "python3.12", "python3.11", "python");

  /** A batch takes a second or less, so this is a program that never ends. */
  private static final int LIMIT_SECONDS = 120;

  private static final int OLDEST = 11;

  private final Process process;
  private final int version;
  private final BufferedWriter programs;
  private final BufferedReader traces;

  /** One batch after the other. */
  private final ExecutorService batches = Executors.newSingleThreadExecutor(THREADS);

  /** Writes while the traces are read, or both sides would wait for each other. */
  private final ExecutorService writer = Executors.newSingleThreadExecutor(THREADS);

  private Python(Process process, int version) {
    this.process = process;
    this.version = version;
    programs = process.outputWriter();
    traces = process.inputReader();
  }

  /** No Python that the programs can run on. */
  static final class MissingException extends Exception {
    private static final long serialVersionUID = 1;

    MissingException(List<String> looked) {
      super(
          "no CPython 3.11 or newer: looked for "
              + String.join(", ", looked)
              + " on the path; install one, or name it by --python");
    }
  }

  /**
   * Starts the interpreter.
   *
   * @param named the command of CPython 3.11 or newer, null to look for one
   * @param home the folder with interpreter.py
   * @throws MissingException if there is none
   * @throws IOException if it cannot be started
   */
  static Python start(@Nullable String named, Path home) throws IOException, MissingException {
    List<String> candidates = named == null ? CANDIDATES : List.of(named);
    for (String command : candidates) {
      int version = version(command);
      if (version >= OLDEST) {
        Process process =
            new ProcessBuilder(command, home.resolve("python/interpreter.py").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new Python(process, version);
      }
    }
    throw new MissingException(candidates);
  }

  /** The minor version of a CPython 3 of that command, or -1. */
  private static int version(String command) throws IOException {
    String asked =
        "import sys; print(sys.version_info.minor if sys.version_info.major == 3 else -1)";
    Process process;
    try {
      process = new ProcessBuilder(command, "-c", asked).start();
    } catch (IOException e) {
      return -1; // there is no such command
    }
    try (BufferedReader said = process.inputReader()) {
      String line = said.readLine();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0 && line != null
          ? Integer.parseInt(line)
          : -1;
    } catch (NumberFormatException e) {
      return -1; // it is no Python
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + command + " was asked its version");
    } finally {
      process.destroy();
    }
  }

  /** Its minor version: 11 for 3.11. */
  int version() {
    return version;
  }

  /** Has programs run while the caller goes on; the traces come in the order of the programs. */
  CompletableFuture<List<List<String>>> execute(List<? extends JsonNode> batch) {
    return CompletableFuture.supplyAsync(
            () -> {
              try {
                return traces(batch);
              } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
              }
            },
            batches)
        .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  /** Waits for the traces of programs; says what went wrong. */
  static List<List<String>> join(CompletableFuture<List<List<String>>> traces) {
    try {
      return traces.join();
    } catch (CompletionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      String why =
          cause instanceof TimeoutException
              ? "python did not end a batch of programs within " + LIMIT_SECONDS + " s"
              : String.valueOf(cause.getMessage());
      throw new IllegalStateException(why, e);
    }
  }

  private List<List<String>> traces(List<? extends JsonNode> batch) throws IOException {
    CompletableFuture<Void> written = CompletableFuture.runAsync(() -> write(batch), writer);
    List<List<String>> found = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      String line = traces.readLine();
      if (line == null) {
        throw new EOFException("python ended while it ran " + batch.get(i));
      }
      found.add(List.of(Programs.JSON.readValue(line, String[].class)));
    }
    try {
      written.join();
    } catch (CompletionException e) {
      throw new IOException("the programs could not be written to python", e);
    }
    return found;
  }

  private void write(List<? extends JsonNode> batch) {
    try {
      for (JsonNode program : batch) {
        programs.write(Programs.JSON.writeValueAsString(program));
        programs.write('\n');
      }
      programs.write('\n');
      programs.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the process. */
  @Override
  public void close() {
    batches.shutdown();
    writer.shutdown();
    process.destroy();
  }
}
