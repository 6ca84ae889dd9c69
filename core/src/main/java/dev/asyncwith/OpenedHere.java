package dev.asyncwith;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where something was opened: an exception for its stack alone. */
final class OpenedHere extends Throwable {
  private static final long serialVersionUID = 1;

  /** Other modules of the library whose values are opened by hand. */
  private static final String[] MODULES = {"dev.asyncwith.files.", "dev.asyncwith.http."};

  /** By its name: the thread may be gone when somebody asks. */
  private final String thread;

  private final long at = System.nanoTime();

  OpenedHere(Thread thread, boolean withStack) {
    super(null, null, false, withStack);
    this.thread = threadName(thread);
  }

  /** When it was opened, by {@link System#nanoTime}. */
  long at() {
    return at;
  }

  static String threadName(Thread thread) {
    String name = thread.getName();
    return name.isEmpty() ? "thread " + thread.threadId() : name;
  }

  @Override
  public String getMessage() {
    return "opened here, by " + thread;
  }

  @Override
  public String toString() {
    return getMessage();
  }

  /**
   * The line that opened it, outside the library and the thing's own code; null if there is none.
   */
  @Nullable StackTraceElement line(Class<?> ofThing) {
    boolean ofLibrary = Arrays.stream(MODULES).anyMatch(ofThing.getName()::startsWith);
    String module = location(ofLibrary ? ofThing : OpenedHere.class);
    return Arrays.stream(getStackTrace())
        .filter(frame -> !frame.getClassName().equals(ofThing.getName()))
        .filter(frame -> !isIn(frame, location(OpenedHere.class)) && !isIn(frame, module))
        .findFirst()
        .orElse(null);
  }

  /** By where the class is loaded from: a program, or a test, may stand in the same package. */
  private static boolean isIn(StackTraceElement frame, String module) {
    if (!frame.getClassName().startsWith("dev.asyncwith.")) {
      return false;
    }
    try {
      ClassLoader loader = OpenedHere.class.getClassLoader();
      return location(Class.forName(frame.getClassName(), false, loader)).equals(module);
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  private static String location(Class<?> type) {
    var source = type.getProtectionDomain().getCodeSource();
    return source == null ? "" : String.valueOf(source.getLocation());
  }
}
