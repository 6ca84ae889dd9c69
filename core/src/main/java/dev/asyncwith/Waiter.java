package dev.asyncwith;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One thread that waits in a call of the library, made by that thread. Whoever gives it what it
 * waits for calls {@link #wake}.
 */
class Waiter {
  private final @Nullable Thread thread;
  private volatile boolean ready;

  Waiter() {
    this(Thread.currentThread());
  }

  Waiter(@Nullable Thread thread) {
    this.thread = thread;
  }

  /** What was waited for is there. */
  void wake() {
    ready = true;
    LockSupport.unpark(thread);
  }

  /** Sets {@link #ready} without waking, for a caller that holds a monitor and wakes after it. */
  final void grant() {
    ready = true;
  }

  /** Waits anew, for a thread that looks for itself what it was woken for. */
  final void reset() {
    if (ready) {
      ready = false;
    }
  }

  boolean ready() {
    return ready;
  }
}
