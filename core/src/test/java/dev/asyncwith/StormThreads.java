package dev.asyncwith;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The threads that a storm left: by thread dumps, which have the virtual ones. */
final class StormThreads {
  private static final Pattern FIELD = Pattern.compile("\"(tid|name|virtual)\": \"?([^\"]*)\"?,?$");

  private final Path directory;
  private final Map<String, String> before;
  private int dumps;

  /** To be made before the storm: other tests may have left threads. */
  StormThreads(Path directory) throws IOException {
    this.directory = directory;
    this.before = now();
  }

  /** The names of those that have not ended, though they were given some time for it. */
  Map<String, String> left() throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    Map<String, String> left;
    do {
      left = now();
      left.keySet().removeAll(before.keySet());
    } while (!left.isEmpty() && System.nanoTime() < end);
    return left;
  }

  /** All virtual threads, and those of the storm that are not. */
  private Map<String, String> now() throws IOException {
    Path dump = directory.resolve("threads-" + dumps++ + ".json");
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(dump.toString(), ThreadDumpFormat.JSON);
    Map<String, String> found = new LinkedHashMap<>();
    String tid = "";
    String name = "";
    for (String line : Files.readAllLines(dump)) {
      Matcher field = FIELD.matcher(line.strip());
      if (!field.matches()) {
        continue;
      }
      switch (field.group(1)) {
        case "tid" -> tid = field.group(2);
        case "name" -> {
          name = field.group(2);
          if (name.startsWith(StormProgram.PREFIX)) {
            found.put(tid, name);
          }
        }
        default -> found.put(tid, name + " (virtual)");
      }
    }
    return found;
  }
}
