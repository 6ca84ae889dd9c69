package dev.asyncwith.files;

import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a file is opened for: Python's mode string.
 *
 * @param text as the caller wrote it, for messages
 * @param action one of r, w, a, x
 * @param update whether {@code +} was given: both reading and writing
 */
record OpenMode(String text, char action, boolean update) {

  /**
   * Reads a mode string; its characters may stand in any order, as in Python.
   *
   * @param mode r, w, a or x, with an optional + and an optional {@code kind}
   * @param kind t for text, b for bytes
   */
  static OpenMode parse(String mode, char kind) {
    char action = 0;
    boolean update = false;
    boolean kindGiven = false;
    for (int i = 0; i < mode.length(); i++) {
      char c = mode.charAt(i);
      if ("rwax".indexOf(c) >= 0 && action == 0) {
        action = c;
      } else if (c == '+' && !update) {
        update = true;
      } else if (c == kind && !kindGiven) {
        kindGiven = true;
      } else {
        throw malformed(mode, kind);
      }
    }
    if (action == 0) {
      throw malformed(mode, kind);
    }
    return new OpenMode(mode, action, update);
  }

  private static IllegalArgumentException malformed(String mode, char kind) {
    boolean text = kind == 't';
    char otherKind = text ? 'b' : 't';
    String otherMethod = text ? "openBinary opens files of bytes" : "open opens files of text";
    return new IllegalArgumentException(
        ("the mode \"%s\" is none of r, w, a, x (read, write anew, append, create),"
                + " with an optional + (read and write) and an optional %c%s")
            .formatted(mode, kind, mode.indexOf(otherKind) < 0 ? "" : "; " + otherMethod));
  }

  boolean reads() {
    return action == 'r' || update;
  }

  boolean writes() {
    return action != 'r' || update;
  }

  boolean appends() {
    return action == 'a';
  }

  boolean creates() {
    return action != 'r';
  }

  /** The options of the channel; that of a+ does not read, for the JDK refuses READ + APPEND. */
  Set<OpenOption> options() {
    Set<StandardOpenOption> options = EnumSet.noneOf(StandardOpenOption.class);
    if (reads() && !appends()) {
      options.add(StandardOpenOption.READ);
    }
    if (writes() && !appends()) {
      options.add(StandardOpenOption.WRITE);
    }
    switch (action) {
      case 'w' -> {
        options.add(StandardOpenOption.CREATE);
        options.add(StandardOpenOption.TRUNCATE_EXISTING);
      }
      case 'a' -> {
        options.add(StandardOpenOption.CREATE);
        options.add(StandardOpenOption.APPEND);
      }
      case 'x' -> options.add(StandardOpenOption.CREATE_NEW);
      default -> {}
    }
    return Set.copyOf(options);
  }

  @Override
  public String toString() {
    return "mode \"" + text + '"';
  }
}
