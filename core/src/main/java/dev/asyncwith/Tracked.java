package dev.asyncwith;

import static dev.asyncwith.OpenScope.Phase.BODY;
import static dev.asyncwith.OpenScope.Phase.ENTERING;
import static dev.asyncwith.OpenScope.Phase.EXITING;

import org.jspecify.annotations.Nullable;

/**
 * A manager in a block while tracking or a recording is on: enters and exits it, and says meanwhile
 * that it is open. For one block.
 */
final class Tracked<T extends @Nullable Object, X extends Throwable> extends Open
    implements AsyncContextManager<T, X> {
  private final AsyncContextManager<T, X> manager;

  /** Else it is only recorded. */
  private final boolean tracked;

  private final FlightEvents.@Nullable Span span;

  private Tracked(AsyncContextManager<T, X> manager, @Nullable ThreadTrack track) {
    super(track, ENTERING);
    this.manager = manager;
    this.tracked = track != null;
    this.span = FlightEvents.isRecording() ? FlightEvents.beginScope() : null;
    if (track != null) {
      track.push(this);
    }
  }

  /** The manager for a block: tracked if that is on, else itself. */
  static <T extends @Nullable Object, X extends Throwable> AsyncContextManager<T, X> of(
      AsyncContextManager<T, X> manager) {
    return Tracking.isIdle() ? manager : new Tracked<>(manager, trackHere());
  }

  /** Null if the manager is only to be recorded. */
  private static @Nullable ThreadTrack trackHere() {
    return Tracking.isOn() ? here() : null;
  }

  /** Begins a manager that a block runs inline, and that tells its phases by itself. */
  static Tracked<?, ?> begin(AsyncContextManager<?, ?> manager) {
    return new Tracked<>(manager, trackHere());
  }

  /** The block of the calling thread that is entering a manager now, or null. */
  static @Nullable Open nowEntering(AsyncContextManager<?, ?> manager) {
    Open innermost = Tracking.isOn() ? here().innermost() : null;
    boolean found =
        innermost instanceof Tracked<?, ?> tracked
            && BoundedManagers.target(tracked.manager) == manager;
    return found ? innermost : null;
  }

  AsyncContextManager<T, X> manager() {
    return manager;
  }

  @Override
  public T enter() throws X, InterruptedException {
    boolean entered = false;
    try {
      T value = manager.enter();
      entered = true;
      phase(BODY);
      return value;
    } finally {
      if (!entered) {
        end(null);
      }
    }
  }

  @Override
  public boolean exit(Outcome outcome) throws X, InterruptedException {
    phase(EXITING);
    try {
      return manager.exit(outcome);
    } finally {
      end(outcome);
    }
  }

  /** It is closed, or was not opened. */
  void end(@Nullable Outcome outcome) {
    if (tracked) {
      track().pop(this);
      closed();
    }
    if (span != null) {
      span.endScope(this, outcome);
    }
  }

  @Override
  @Nullable Object what() {
    return manager;
  }

  @Override
  String name() {
    return Names.describe(manager);
  }

  @Override
  Class<?> type() {
    return manager.getClass();
  }

  @Override
  OpenScope.Kind kind() {
    return OpenScope.Kind.MANAGER;
  }

  @Override
  public String describe() {
    return manager.describe();
  }

  @Override
  public String toString() {
    return manager.toString();
  }
}
