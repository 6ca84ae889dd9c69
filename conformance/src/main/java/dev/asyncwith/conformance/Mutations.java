package dev.asyncwith.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * Breaks the library, one way after the other, and sees whether the programs find it: a class of
 * the core is compiled with a change and stands before that of the core in the class path of a
 * process that runs programs until one diverges.
 */
final class Mutations {

  /**
   * A way to break the library.
   *
   * @param id says what is broken
   * @param file the source, in the package of the core
   * @param find what stands there once
   * @param replace what is to stand there
   */
  record Mutation(String id, String file, String find, String replace) {

    /** The broken source. */
    String applied(Path sources) throws IOException {
      String source = Files.readString(sources.resolve(file));
      int at = source.indexOf(find);
      if (at < 0 || source.indexOf(find, at + 1) >= 0) {
        throw new IOException(
            "'%s' does not stand once in %s any more: change the mutation '%s' in mutations.json"
                .formatted(find, file, id));
      }
      return source.substring(0, at) + replace + source.substring(at + find.length());
    }
  }

  private static final Pattern RAN = Pattern.compile("(\\d+) programs, (\\d+) divergences");

  private static final int LIMIT_MINUTES = 10;

  private static final int NOT_FOUND = -1;

  /** The library does as Python does, so that no program diverges, but for the differences' own. */
  private static final int BY_EXAMPLE = 0;

  private static final int HANGS = -2;

  private final Path home;
  private final Path sources;
  private final @Nullable String python;
  private final PrintStream out;

  Mutations(Path home, @Nullable String python, PrintStream out) {
    this.home = home;
    this.python = python;
    this.out = out;
    sources = home.resolve("../core/src/main/java/dev/asyncwith").normalize();
  }

  /** The mutations of mutations.json. */
  static List<Mutation> read(Path home) throws IOException {
    List<Mutation> mutations = new ArrayList<>();
    for (JsonNode each : Programs.JSON.readTree(Files.readString(home.resolve("mutations.json")))) {
      mutations.add(Programs.JSON.treeToValue(each, Mutation.class));
    }
    return mutations;
  }

  Path sources() {
    return sources;
  }

  /**
   * Tries mutations.
   *
   * @param only what their descriptions contain
   * @param seed makes the programs
   * @param programs how many programs may run for each
   * @return whether each was found
   */
  boolean run(String only, long seed, int programs, int size)
      throws IOException, InterruptedException {
    if (programsToFind(null, seed, programs, size) != NOT_FOUND) {
      out.println("the programs diverge without a mutation: mend that first");
      return false;
    }
    List<Mutation> mutations =
        read(home).stream().filter(mutation -> mutation.id.contains(only)).toList();
    int found = 0;
    for (Mutation mutation : mutations) {
      int needed = programsToFind(mutation, seed, programs, size);
      String how =
          switch (needed) {
            case NOT_FOUND -> "MISSED";
            case BY_EXAMPLE -> "by example";
            case HANGS -> "hangs";
            default -> "found " + needed;
          };
      out.printf("%-14s %s%n", how, mutation.id);
      found += needed == NOT_FOUND ? 0 : 1;
    }
    out.printf(
        "%d mutations, %d found, %d missed%n", mutations.size(), found, mutations.size() - found);
    return found == mutations.size();
  }

  /**
   * After how many programs a mutation, or the library itself, was found to diverge; or one of the
   * above.
   */
  int programsToFind(@Nullable Mutation mutation, long seed, int programs, int size)
      throws IOException, InterruptedException {
    Path classes = Files.createTempDirectory("asyncwith-mutation");
    try {
      if (mutation != null) {
        compile(mutation, classes);
      }
      return run(classes, seed, programs, size);
    } finally {
      delete(classes);
    }
  }

  /** Compiles the broken class into a folder. */
  void compile(Mutation mutation, Path classes) throws IOException {
    Path source = classes.resolve("source").resolve(mutation.file);
    Files.createDirectories(source.getParent());
    Files.writeString(source, mutation.applied(sources));
    JavaCompiler compiler =
        Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "this is no JDK");
    var messages = new StringWriter();
    List<String> options =
        List.of(
            "-d",
            classes.toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "-nowarn",
            "-proc:none",
            "-XDignore.symbol.file");
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(messages, files, null, options, null, files.getJavaFileObjects(source))
              .call();
      if (!compiled) {
        throw new IOException("the mutation '" + mutation.id + "' does not compile: " + messages);
      }
    }
  }

  private int run(Path classes, long seed, int programs, int size)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classes + File.pathSeparator + System.getProperty("java.class.path"),
                "-Dconformance.home=" + home,
                Main.class.getName(),
                "--stop",
                "--show=0",
                "--seed=" + seed,
                "--programs=" + programs,
                "--size=" + size));
    if (python != null) {
      command.add("--python=" + python);
    }
    Path output = classes.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
        return HANGS;
      }
    } finally {
      process.destroyForcibly();
    }
    String said = Files.readString(output);
    Matcher ran = RAN.matcher(said);
    if (process.exitValue() == Main.CANNOT_RUN || !ran.find()) {
      throw new IOException("the programs could not run: " + said);
    }
    if (process.exitValue() == 0) {
      return NOT_FOUND;
    }
    return ran.group(2).equals("0") ? BY_EXAMPLE : Integer.parseInt(ran.group(1));
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }
}
