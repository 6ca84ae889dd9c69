package dev.asyncwith;

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

  /** A number of things in words. */
  static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
