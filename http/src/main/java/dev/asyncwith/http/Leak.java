package dev.asyncwith.http;

import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner;

/** Watches what {@code open} gave to a caller: dropped unclosed, it is closed and reported. */
final class Leak implements Runnable {
  private static final System.Logger LOG = System.getLogger("dev.asyncwith.http");
  private static final Cleaner CLEANER = Cleaner.create(Thread.ofVirtual().factory());

  private final String message;
  private final Runnable release;
  private volatile boolean closed;

  private Leak(String message, Runnable release) {
    this.message = message;
    this.release = release;
  }

  /** {@code release} must not refer to {@code owner}. */
  static Leak watch(Object owner, String message, Runnable release) {
    var leak = new Leak(message, release);
    var _ = CLEANER.register(owner, leak);
    return leak;
  }

  void closed() {
    closed = true;
  }

  @Override
  public void run() {
    if (!closed) {
      LOG.log(Level.WARNING, message);
      release.run();
    }
  }
}
