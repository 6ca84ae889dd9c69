package dev.asyncwith.http;

import java.util.ServiceLoader;
import org.eclipse.jetty.util.Jetty;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.SLF4JServiceProvider;

/** What has to be right before the first class of Jetty's client is touched. */
final class JettyCheck {
  static final String WANTED = "12.1";

  private JettyCheck() {}

  /** Loaded once, with the logging first: all of Jetty's classes log. */
  private static final class Once {
    static final String VERSION;

    static {
      quietWithoutLogging();
      VERSION = Jetty.VERSION;
    }

    private Once() {}
  }

  static void run() {
    checkVersion(Once.VERSION);
  }

  /** Frameworks that pin versions (Spring Boot 3.5: 12.0) put another Jetty on the path. */
  static void checkVersion(String version) {
    if (!version.equals(WANTED) && !version.startsWith(WANTED + ".")) {
      throw new IllegalStateException(
          "dev.asyncwith.http runs on Jetty "
              + WANTED
              + " and found "
              + version
              + ": pin org.eclipse.jetty:jetty-bom to "
              + WANTED
              + " in the build (with Spring Boot: the property jetty.version)");
    }
  }

  /**
   * Jetty logs by SLF4J, which complains on System.err when a program has no logging for it. A
   * library cannot bring that logging along, for a program may have one. So where there is none,
   * SLF4J is started here with its complaints off, and its own settings are left as they were.
   */
  private static void quietWithoutLogging() {
    String key = "slf4j.internal.verbosity";
    boolean chosen =
        System.getProperty(key) != null
            || System.getProperty("slf4j.provider") != null
            || ServiceLoader.load(SLF4JServiceProvider.class).findFirst().isPresent();
    if (!chosen) {
      System.setProperty(key, "ERROR");
      try {
        var _ = LoggerFactory.getILoggerFactory();
      } finally {
        System.clearProperty(key);
      }
    }
  }
}
