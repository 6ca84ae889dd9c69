package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A row of a table of rule P4; the exits stand innermost first. */
record P4Row(
    String body, List<String> exits, String run, String call, String suppressed, String flag) {
  static final String RESULT = "the result";

  static P4Row of(List<String> cells) {
    assertThat(cells).hasSize(6);
    return new P4Row(
        cells.get(0),
        List.of(cells.get(1).split(", ")),
        cells.get(2),
        cells.get(3),
        cells.get(4),
        cells.get(5));
  }

  /** The exceptions of one run of a row, by their names in the table. */
  static final class Cast {
    final Map<String, Throwable> byName = new LinkedHashMap<>();

    Cast(P4Row row) {
      switch (row.body()) {
        case "succeeded" -> {}
        case "failed e1" -> byName.put("e1", new Exception("e1"));
        case "cancelled e1" -> byName.put("e1", new InterruptedException("e1"));
        case "cancelled e1 by channel" -> byName.put("e1", new ClosedByInterruptException());
        default -> throw new AssertionError("unknown body: " + row.body());
      }
      for (String exit : row.exits()) {
        switch (exit) {
          case "false", "true" -> {}
          case "throws e1" -> assertThat(byName).containsKey("e1");
          case "throws e2" -> byName.put("e2", new IOException("e2"));
          case "throws e3" -> byName.put("e3", new IllegalStateException("e3"));
          case "throws e2 from e1" -> byName.put("e2", new IOException("e2", get("e1")));
          case "throws e3 from e1" -> byName.put("e3", new IllegalStateException("e3", get("e1")));
          case "throws c2" -> byName.put("c2", new InterruptedException("c2"));
          default -> throw new AssertionError("unknown exit: " + exit);
        }
      }
    }

    Throwable get(String name) {
      assertThat(byName).containsKey(name);
      return byName.get(name);
    }

    Object body(P4Row row) {
      if (row.body().equals("succeeded")) {
        return RESULT;
      }
      if (row.body().endsWith("by channel")) {
        Thread.currentThread().interrupt();
      }
      throw sneaky(get("e1"));
    }

    boolean exit(String exit) {
      if (exit.startsWith("throws ")) {
        throw sneaky(get(exit.split(" ")[1]));
      }
      return exit.equals("true");
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <X extends Throwable> RuntimeException sneaky(Throwable failure) throws X {
    throw (X) failure;
  }
}
