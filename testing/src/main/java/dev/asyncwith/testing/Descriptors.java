package dev.asyncwith.testing;

import dev.asyncwith.OpenScope;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The descriptors of this process that tests may have opened, at a moment: files, sockets and
 * pipes. Empty where the system has no {@code /proc/self/fd}.
 */
final class Descriptors {
  private static final Path FOLDER = Path.of("/proc/self/fd");
  private static final String DELETED = " (deleted)";

  /** What the module of files calls one, which is not known here. */
  private static final Pattern TRACKED_FILE =
      Pattern.compile("file (.*) \\(mode \"[^\"]*\".*\\)", Pattern.DOTALL);

  /** What is open by its number; a number is used again for the next file. */
  private final Map<String, String> targets;

  private Descriptors(Map<String, String> targets) {
    this.targets = targets;
  }

  /**
   * Has the JVM open what it opens with the first socket and keeps: no test is to be told of it.
   */
  static void openThoseOfTheJvm() {
    if (!Files.isDirectory(FOLDER)) {
      return;
    }
    try (var _ = SocketChannel.open();
        var _ = new ServerSocket()) {
      var _ = now();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("no socket can be opened", e);
    }
  }

  static Descriptors now() {
    Map<String, String> targets = new HashMap<>();
    if (Files.isDirectory(FOLDER)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(FOLDER)) {
        for (Path descriptor : all) {
          add(targets, descriptor);
        }
      } catch (IOException e) {
        throw new java.io.UncheckedIOException("the open files cannot be read", e);
      }
    }
    return new Descriptors(targets);
  }

  private static void add(Map<String, String> targets, Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      if (!isOfTheJvm(target)) {
        targets.put(descriptor.getFileName().toString(), target);
      }
    } catch (IOException e) {
      // closed since the folder was read, as is that of the folder itself
    }
  }

  private static boolean isOfTheJvm(String target) {
    return target.startsWith("/proc/")
        || target.startsWith("/dev/")
        || target.startsWith("anon_inode:")
        || target.endsWith(".jar")
        || target.startsWith(System.getProperty("java.home"));
  }

  /** The names of those that were not open before. */
  List<String> openedSince(Descriptors before, boolean filesOnly) {
    List<String> opened = new ArrayList<>();
    targets.forEach(
        (number, target) -> {
          boolean counts = !filesOnly || target.startsWith("/");
          if (counts && !target.equals(before.targets.get(number))) {
            opened.add("descriptor " + number + ", " + target);
          }
        });
    return opened;
  }

  /** Those of the descriptors that are not of a tracked file, each of which has one. */
  static List<String> untracked(List<String> descriptors, Stream<OpenScope> tracked) {
    List<String> rest = new ArrayList<>(descriptors);
    tracked.forEach(
        scope -> {
          Matcher file = TRACKED_FILE.matcher(scope.name());
          if (file.matches()) {
            removeOne(rest, file.group(1));
          }
        });
    return rest;
  }

  private static void removeOne(List<String> descriptors, String path) {
    String target = canonical(path);
    for (String descriptor : descriptors) {
      String of = descriptor.substring(descriptor.indexOf(", ") + 2);
      if (of.equals(target) || of.equals(target + DELETED)) {
        descriptors.remove(descriptor);
        return;
      }
    }
  }

  /** As the system writes it, whether the file is still there or not. */
  private static String canonical(String path) {
    try {
      return new File(path).getCanonicalPath();
    } catch (IOException e) {
      return path;
    }
  }
}
