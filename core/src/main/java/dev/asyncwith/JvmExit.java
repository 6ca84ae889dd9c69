package dev.asyncwith;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Whether a thread is inside {@link System#exit}, which no thread ever leaves: it waits for the
 * shutdown hooks, and whoever waits for it waits for ever.
 */
final class JvmExit {
  /** How often to look again, for a thread may answer its cancellation by {@link System#exit}. */
  static final long LOOK_MILLIS = 100;

  private static volatile boolean begun;

  private JvmExit() {}

  /** Says that the JVM is ending; until then {@link #holds} is false, and costs nothing. */
  static void begin() {
    begun = true;
  }

  /** Wakes a waiter, to look again, after {@link #LOOK_MILLIS}. */
  static void lookSoon(Waiter waiter) {
    AsyncClock clock = AsyncClock.system(); // the JVM ends in real time
    var _ =
        clock.schedule(clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS), waiter::wake);
  }

  static boolean hasBegun() {
    return begun;
  }

  static boolean holds(Thread thread) {
    return begun
        && Arrays.stream(thread.getStackTrace())
            .anyMatch(
                frame ->
                    frame.getClassName().equals(Runtime.class.getName())
                        && frame.getMethodName().equals("exit"));
  }
}
