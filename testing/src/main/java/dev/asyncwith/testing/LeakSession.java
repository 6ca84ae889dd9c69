package dev.asyncwith.testing;

import dev.asyncwith.Leak;
import dev.asyncwith.Tracking;
import java.util.ArrayList;
import java.util.List;

/** Tracking, on from the first test that is checked to the end of the run of all tests. */
final class LeakSession implements AutoCloseable {
  private final Tracking.Mode before = Tracking.mode();
  private final Runnable removeListener = Tracking.onLeak(this::told);
  private final List<Leak> told = new ArrayList<>();

  LeakSession() {
    Tracking.enable(Tracking.Mode.STACKS);
    Descriptors.openThoseOfTheJvm();
  }

  LeakWatch begin(boolean ofClass, long graceMillis, boolean descriptors) {
    return new LeakWatch(this, ofClass, graceMillis, descriptors);
  }

  /** The tests of a class run without. */
  void pause() {
    Tracking.enable(Tracking.Mode.OFF);
  }

  /** They are over. */
  void goOn() {
    Tracking.enable(Tracking.Mode.STACKS);
  }

  private void told(Leak leak) {
    boolean holdTime =
        leak.trigger() == Leak.Trigger.HOLD_TIME || leak.trigger() == Leak.Trigger.RETURNED;
    if (!holdTime) {
      synchronized (told) {
        told.add(leak);
      }
    }
  }

  /** What was told of things that were opened since a time, which this forgets. */
  List<Leak> takeToldSince(long nanoTime) {
    synchronized (told) {
      List<Leak> since = new ArrayList<>(told);
      since.removeIf(leak -> leak.scope().openedAt() - nanoTime < 0);
      told.removeAll(since);
      return since;
    }
  }

  @Override
  public void close() {
    removeListener.run();
    Tracking.enable(before);
  }
}
