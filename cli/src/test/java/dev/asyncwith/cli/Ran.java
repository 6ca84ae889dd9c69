package dev.asyncwith.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;

/** What a command printed, and its exit code. */
record Ran(int exitCode, String out, String err) {

  /** Runs the command in this JVM, with pauses of no length. */
  static Ran tour(Language language, String... options) {
    var command = Stream.concat(Stream.of("tour", "--pace", "0"), Stream.of(options));
    return command(language, command.toArray(String[]::new));
  }

  static Ran command(Language language, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var screen = new Screen(new PrintWriter(out), false, true);
    int exitCode =
        Main.commandLine(language, screen, new PrintWriter(err, true)).execute(arguments);
    return new Ran(exitCode, out.toString(), err.toString());
  }

  /** The lines that were printed, those of an example without their times. */
  List<String> lines() {
    return out.lines().map(line -> line.replaceFirst("\\[ *\\d+\\.\\d\\d s]", "[]")).toList();
  }
}
