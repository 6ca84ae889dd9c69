package dev.asyncwith.conformance;

import dev.asyncwith.BarrierBrokenException;
import dev.asyncwith.ExceptionGroup;
import dev.asyncwith.TimeoutExceededException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The failures of the programs, and their normal form, which both sides print. */
final class Failures {

  /** A failure that a program raises. */
  abstract static sealed class Raised extends Exception {
    private static final long serialVersionUID = 1;

    Raised(String id, @Nullable Throwable cause) {
      super(id, cause);
    }
  }

  /** One type of failure. */
  static final class A extends Raised {
    private static final long serialVersionUID = 1;

    A(String id, @Nullable Throwable cause) {
      super(id, cause);
    }
  }

  /** Another. */
  static final class B extends Raised {
    private static final long serialVersionUID = 1;

    B(String id, @Nullable Throwable cause) {
      super(id, cause);
    }
  }

  /** And another. */
  static final class C extends Raised {
    private static final long serialVersionUID = 1;

    C(String id, @Nullable Throwable cause) {
      super(id, cause);
    }
  }

  /** What a get throws for a task that was cancelled. */
  static final class CancelledTask extends Raised {
    private static final long serialVersionUID = 1;

    CancelledTask(String task) {
      super(task, null);
    }
  }

  /** Where a message says what was done wrong, both sides have a name for it. */
  private static final Map<String, String> MISUSES =
      Map.of(
          " ended without a yield", "no yield",
          " yields a second time", "second yield",
          " yields again after", "second yield",
          " was already used", "used twice",
          " is closed, so ", "closed",
          " takes no entries", "closed",
          " cannot hand over its entries: ", "closed",
          " was already entered or closed", "closed",
          " would wait for itself", "waits for itself",
          " waits for itself", "waits for itself");

  private Failures() {}

  static Raised of(String type, String id, @Nullable Throwable cause) {
    return switch (type) {
      case "A" -> new A(id, cause);
      case "B" -> new B(id, cause);
      default -> new C(id, cause);
    };
  }

  static Class<? extends Throwable> type(String name) {
    return switch (name) {
      case "A" -> A.class;
      case "B" -> B.class;
      case "C" -> C.class;
      default -> Exception.class;
    };
  }

  static boolean isCancellation(Throwable e) {
    return e instanceof InterruptedException;
  }

  static String normalForm(@Nullable Throwable e) {
    if (e == null) {
      return "ok";
    }
    if (isCancellation(e)) {
      return "cancelled";
    }
    List<String> parts = parts(e);
    return Stream.concat(parts.stream().limit(1), parts.stream().skip(1).sorted())
        .collect(Collectors.joining(" + "));
  }

  /** What a failure consists of: itself, and what is suppressed in it. */
  private static List<String> parts(Throwable e) {
    List<String> found = new ArrayList<>();
    Throwable primary = primary(e);
    if (primary != e) {
      found.addAll(parts(primary));
    }
    if (!isCancellation(e) && !(e instanceof ExceptionGroup && primary != e)) {
      found.add(alone(e));
    }
    List<Throwable> members = e instanceof ExceptionGroup group ? group.exceptions() : List.of();
    for (Throwable suppressed : e.getSuppressed()) {
      if (!members.contains(suppressed)) { // a group shows its members as suppressed, too
        found.addAll(parts(suppressed));
      }
    }
    return found;
  }

  /**
   * What comes first in a failure: that which a group of one holds, since not every failure of one
   * body comes in a group, and that which a misuse was told of; else itself.
   */
  private static Throwable primary(Throwable e) {
    return switch (e) {
      case ExceptionGroup group when group.exceptions().size() == 1 ->
          group.exceptions().getFirst();
      case IllegalStateException misuse
          when misuse.getCause() != null && !isCancellation(misuse.getCause()) ->
          misuse.getCause();
      default -> e;
    };
  }

  private static String alone(Throwable e) {
    return switch (e) {
      case ExceptionGroup group ->
          group.exceptions().stream()
              .map(Failures::normalForm)
              .sorted()
              .collect(Collectors.joining(", ", "group(", ")"));
      case Raised _ ->
          kind(e)
              + ":"
              + e.getMessage()
              + (e.getCause() == null ? "" : " from (" + normalForm(e.getCause()) + ")");
      case IllegalStateException _ ->
          MISUSES.entrySet().stream()
              .filter(misuse -> String.valueOf(e.getMessage()).contains(misuse.getKey()))
              .map(Map.Entry::getValue)
              .findFirst()
              .orElse("misuse");
      default -> kind(e);
    };
  }

  /** What a type of a program is compared with. */
  static String kind(Throwable e) {
    Throwable primary = primary(e);
    if (primary != e) {
      return kind(primary);
    }
    return switch (e) {
      case InterruptedException _ -> "cancelled";
      case Raised raised -> raised.getClass().getSimpleName();
      case ExceptionGroup _ -> "group";
      case TimeoutExceededException _ -> "timeout";
      case BarrierBrokenException _ -> "broken";
      case IllegalStateException _, IllegalArgumentException _ -> "misuse";
      default -> "crash " + e;
    };
  }

  static boolean matches(Throwable e, String wanted) {
    return wanted.equals(kind(e)) || (wanted.equals("any") && !isCancellation(e));
  }
}
