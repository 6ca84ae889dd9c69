package dev.asyncwith;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The library's events for Flight Recorder. No class of {@code jdk.jfr} is touched where the JVM
 * lacks that module, nor is an event made while nothing records.
 */
final class FlightEvents {
  private static final boolean AVAILABLE =
      ModuleLayer.boot().findModule("jdk.jfr").isPresent() && canRead();

  private static final Switch RECORDING = Switch.create();

  private FlightEvents() {}

  /** What lasts from its begin to its end. */
  interface Span {
    /** A manager was exited, or was not entered: then there is no outcome. */
    default void endScope(Tracked<?, ?> scope, @Nullable Outcome outcome) {
      throw new IllegalStateException(this + " is no scope");
    }

    /** A task has ended. */
    default void endTask(Task<?> task) {
      throw new IllegalStateException(this + " is no task");
    }

    /** A wait for a permit has ended. */
    default void endWait(Object what, boolean acquired) {
      throw new IllegalStateException(this + " is no wait");
    }
  }

  /** The module may be there without being read: {@code requires static} binds at start only. */
  private static boolean canRead() {
    Module jfr = ModuleLayer.boot().findModule("jdk.jfr").orElseThrow();
    return FlightEvents.class.getModule().canRead(jfr);
  }

  /** Hears of recordings from now on; once. */
  static void listen() {
    if (AVAILABLE) {
      FlightListener.listen();
    }
  }

  static void recordingChanged(boolean on) {
    RECORDING.turn(on);
    Tracking.recordingChanged(on);
  }

  static boolean isRecording() {
    return RECORDING.isOn();
  }

  static Span beginScope() {
    return new ScopeEvent();
  }

  static @Nullable Span beginTask() {
    return isRecording() ? new TaskEvent() : null;
  }

  static @Nullable Span beginWait() {
    return isRecording() ? new LockWaitEvent() : null;
  }

  static void exitOverrun(String exit, Duration budget, Duration passed, String measure) {
    if (isRecording()) {
      ExitOverrunEvent.emit(exit, budget, passed, measure);
    }
  }

  static void leak(Leak leak) {
    if (isRecording()) {
      LeakEvent.emit(leak);
    }
  }
}
