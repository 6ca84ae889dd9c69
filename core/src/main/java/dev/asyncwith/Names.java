package dev.asyncwith;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Readable names of things for messages. */
final class Names {
  private Names() {}

  /** The simple name of a class; for a lambda or an anonymous class, of the class it stands in. */
  static String of(Class<?> type) {
    String name = type.getName();
    String simple = name.substring(name.lastIndexOf('.') + 1);
    int lambda = simple.indexOf("$$Lambda");
    if (lambda >= 0) {
      return "lambda in " + simple.substring(0, lambda).replace('$', '.');
    }
    if (type.isAnonymousClass()) {
      return simple.substring(0, simple.lastIndexOf('$')).replace('$', '.') + " (anonymous)";
    }
    return simple.replace('$', '.');
  }

  /** An object's class and identity. */
  static String ofObject(Object object) {
    return of(object.getClass()) + "@" + Integer.toHexString(System.identityHashCode(object));
  }

  /** What something calls itself; that a user's code for it fails is said in the name. */
  static String describe(Object named) {
    try {
      String name = named instanceof AsyncExit<?> exit ? exit.describe() : named.toString();
      return name == null ? of(named.getClass()) + " without a name" : name;
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      return "%s, whose name fails with %s".formatted(ofObject(named), e.getClass().getName());
    }
  }

  /** A time for people: at most three digits, and a unit. */
  static String time(Duration time) {
    double seconds = time.toNanos() / 1e9;
    if (seconds >= 100) {
      return time.truncatedTo(ChronoUnit.SECONDS).toString().substring(2).toLowerCase(Locale.ROOT);
    }
    return seconds >= 1
        ? String.format(Locale.ROOT, "%.1f s", seconds)
        : "%d ms".formatted(time.toMillis());
  }

  /** A number of things in words. */
  static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
