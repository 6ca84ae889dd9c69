package dev.asyncwith;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where something was opened: an exception for its stack alone. */
final class OpenedHere extends Throwable {
  private static final long serialVersionUID = 1;

  private static final String[] LIBRARY = {"dev.asyncwith.files.", "dev.asyncwith.http."};

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
    return Arrays.stream(getStackTrace())
        .filter(frame -> !frame.getClassName().equals(ofThing.getName()) && !isOfLibrary(frame))
        .findFirst()
        .orElse(null);
  }

  private static boolean isOfLibrary(StackTraceElement frame) {
    String name = frame.getClassName();
    if (Arrays.stream(LIBRARY).anyMatch(name::startsWith)) {
      return true;
    }
    if (!name.startsWith("dev.asyncwith.")) {
      return false;
    }
    try { // a program, or a test, may stand in the same package
      Class<?> type = Class.forName(name, false, OpenedHere.class.getClassLoader());
      return location(type).equals(location(OpenedHere.class));
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  private static String location(Class<?> type) {
    var source = type.getProtectionDomain().getCodeSource();
    return source == null ? "" : String.valueOf(source.getLocation());
  }
}
