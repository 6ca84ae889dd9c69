package dev.asyncwith;

import java.util.List;
import java.util.function.Predicate;

/** A mode of tracking for a part of a test, and what is seen of its own things meanwhile. */
final class TrackingMode implements AutoCloseable {
  private final Tracking.Mode before = Tracking.mode();

  private TrackingMode(Tracking.Mode mode) {
    Tracking.enable(mode);
  }

  static TrackingMode of(Tracking.Mode mode) {
    return new TrackingMode(mode);
  }

  /** What is open of a name, whatever other tests have left. */
  static List<OpenScope> open(String name) {
    return Scopes.open().stream().filter(named(name)).toList();
  }

  /** What is open of a name, and how far, in the order of opening. */
  static List<String> seen(String name) {
    return Scopes.open().stream()
        .filter(named(name))
        .sorted((a, b) -> Long.signum(a.openedAt() - b.openedAt()))
        .map(scope -> scope.name() + " " + scope.phase() + " " + scope.kind())
        .toList();
  }

  private static Predicate<OpenScope> named(String name) {
    return scope -> scope.name().startsWith(name);
  }

  @Override
  public void close() {
    Tracking.enable(before);
  }
}
