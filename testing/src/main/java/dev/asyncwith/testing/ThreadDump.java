package dev.asyncwith.testing;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** A dump of all threads, the virtual ones included, in a file. */
final class ThreadDump {
  private ThreadDump() {}

  /** Writes one; returns a sentence that says where it is, or why there is none. */
  static String write(String test) {
    boolean available = ModuleLayer.boot().findModule("jdk.management").isPresent();
    if (!available) {
      return "there is no dump of the threads, for the JVM lacks the module jdk.management";
    }
    try {
      Path file = HotSpot.dump(test.replaceAll("[^A-Za-z0-9]+", "-"));
      return "all threads stand in " + file;
    } catch (IOException | RuntimeException | LinkageError e) {
      return "there is no dump of the threads: " + e;
    }
  }

  /** In the folder of the build, where it is cleaned up with the rest. */
  private static Path folder() throws IOException {
    for (String build : new String[] {"target", "build"}) {
      if (Files.isDirectory(Path.of(build))) {
        return Files.createDirectories(Path.of(build, "leaks"));
      }
    }
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  /** The class that needs the module. */
  private static final class HotSpot {
    static Path dump(String name) throws IOException {
      String prefix = name.length() > 60 ? name.substring(0, 60) : name;
      Path file = Files.createTempFile(folder(), prefix + "-", ".txt").toAbsolutePath();
      Files.delete(file); // the JVM writes new files only
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
      return file;
    }
  }
}
