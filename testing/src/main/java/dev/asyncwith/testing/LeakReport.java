package dev.asyncwith.testing;

import dev.asyncwith.Leak;
import dev.asyncwith.OpenScope;
import java.time.Duration;
import java.util.List;

/** Puts into words what a test has left open. */
final class LeakReport {
  private final String test;
  private final Duration grace;
  private final List<OpenScope> left;
  private final List<Leak> told;
  private final List<String> descriptors;

  LeakReport(
      String test,
      Duration grace,
      List<OpenScope> left,
      List<Leak> told,
      List<String> descriptors) {
    this.test = test;
    this.grace = grace;
    this.left = left;
    this.told = told;
    this.descriptors = descriptors;
  }

  /** The failure of the test: a line for each thing, and where it was opened as suppressed. */
  AssertionError failure() {
    var text = new StringBuilder(test);
    text.append(" left open, ").append(grace.toMillis()).append(" ms after its end:");
    for (OpenScope scope : left) {
      text.append("\n  ").append(scope);
      if (scope.line() != null) {
        text.append(" at ").append(scope.line());
      }
      text.append(": ").append(question(scope));
    }
    told.forEach(leak -> text.append("\n  ").append(leak.message()));
    descriptors.forEach(
        target ->
            text.append("\n  ")
                .append(target)
                .append(", which nobody tracks: was its close() forgotten?"));
    text.append("\n").append(ThreadDump.write(test));
    var failure = new AssertionError(text.toString());
    left.forEach(scope -> suppress(failure, scope));
    told.forEach(leak -> suppress(failure, leak.scope()));
    return failure;
  }

  private static String question(OpenScope scope) {
    return switch (scope.kind()) {
      case TASK -> "what is it waiting for, and who was to cancel it?";
      case BY_HAND -> "was its close() or release() forgotten?";
      case MANAGER ->
          switch (scope.phase()) {
            case ENTERING -> "what does its enter wait for?";
            case BODY -> "why has its block not ended?";
            case EXITING -> "what does its exit wait for?";
          };
    };
  }

  private static void suppress(AssertionError failure, OpenScope scope) {
    Throwable opened = scope.openedHere();
    if (opened != null) {
      var named = new Throwable(scope.name() + ", " + opened.getMessage());
      named.setStackTrace(opened.getStackTrace());
      failure.addSuppressed(named);
    }
  }
}
