package dev.asyncwith.http;

import dev.asyncwith.Tracking;
import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner;

/**
 * Watches what {@code open} gave to a caller: dropped unclosed, it is closed and reported. What
 * tracking knows is reported by that, which also knows where it was opened. It does not know what
 * another resource opens in its enter.
 */
final class Leak implements Runnable {
  private static final System.Logger LOG = System.getLogger("dev.asyncwith.http");
  private static final Cleaner CLEANER = Cleaner.create(Thread.ofVirtual().factory());

  private final String name;
  private final Runnable release;
  private final Tracking.Opened tracked;
  private volatile boolean closed;

  private Leak(Object owner, String name, Runnable release) {
    this.name = name;
    this.release = release;
    this.tracked = Tracking.opened(owner, name);
  }

  /** {@code release} must not refer to {@code owner}. */
  static Leak watch(Object owner, String name, Runnable release) {
    var leak = new Leak(owner, name, release);
    var _ = CLEANER.register(owner, leak);
    return leak;
  }

  void closed() {
    closed = true;
    tracked.close();
  }

  @Override
  public void run() {
    if (!closed) {
      if (!tracked.isTracked()) {
        LOG.log(Level.WARNING, name + " was opened and never closed: did you forget to close it?");
      }
      release.run();
    }
  }
}
