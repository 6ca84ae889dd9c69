package dev.asyncwith;

import org.jspecify.annotations.Nullable;

/**
 * A pending interrupt that is kept from an exit (P5). It is set again when the exit is over, or at
 * once if the exit comes to a wait for other work, which without it might never end: what waits for
 * its tasks takes it back by {@link #releaseUntil}, however many exits it stands in.
 */
final class HeldInterrupt {
  private static final ThreadLocal<@Nullable HeldInterrupt> INNERMOST = new ThreadLocal<>();

  private final @Nullable HeldInterrupt outer;
  private boolean released;

  private HeldInterrupt(@Nullable HeldInterrupt outer) {
    this.outer = outer;
  }

  /** Clears the thread's flag and keeps it; null if it is not set. */
  static @Nullable HeldInterrupt hold() {
    if (!Thread.currentThread().isInterrupted() || !Thread.interrupted()) {
      return null;
    }
    var held = new HeldInterrupt(INNERMOST.get());
    INNERMOST.set(held);
    return held;
  }

  /** The exit is over: the flag is set again, unless it was released. */
  void restore() {
    if (outer == null) {
      INNERMOST.remove();
    } else {
      INNERMOST.set(outer);
    }
    if (!released) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the innermost exit holds that holds one, or null. */
  static @Nullable HeldInterrupt innermost() {
    return INNERMOST.get();
  }

  /** Sets the flag now if an exit of this thread holds it that began after {@code before} was. */
  static void releaseUntil(@Nullable HeldInterrupt before) {
    for (HeldInterrupt held = INNERMOST.get(); held != before && held != null; held = held.outer) {
      if (!held.released) {
        held.released = true;
        Thread.currentThread().interrupt();
      }
    }
  }
}
