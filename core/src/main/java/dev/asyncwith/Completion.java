package dev.asyncwith;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An end that comes once, and those that wait for it. Where nobody waits it takes no lock. */
class Completion {
  // Guarded by this object's monitor, but whether there are any is also seen without it.
  private volatile @Nullable List<Waiter> waiters;

  private volatile boolean complete;

  final boolean isComplete() {
    return complete;
  }

  /** The end is there, and what was written before it is seen by those that see it; once. */
  final void complete() {
    complete = true;
    if (waiters != null) { // who comes after this look sees the end
      wakeAll();
    }
  }

  private void wakeAll() {
    List<Waiter> toWake;
    synchronized (this) {
      toWake = waiters;
      waiters = null;
    }
    if (toWake != null) {
      toWake.forEach(Waiter::wake);
    }
  }

  /** Wakes a waiter, once, when the end comes, or now if it is there. */
  final void whenComplete(Waiter waiter) {
    if (complete || !add(waiter)) {
      waiter.wake();
    }
  }

  /** False if the end came meanwhile. */
  private synchronized boolean add(Waiter waiter) {
    List<Waiter> waiting = waiters == null ? new ArrayList<>(1) : waiters;
    waiting.add(waiter);
    waiters = waiting; // before it looks for the end, which looks for waiters when it is there
    return !complete || !waiting.remove(waiter); // if it is no longer among them it is woken
  }

  final synchronized void forget(Waiter waiter) {
    List<Waiter> waiting = waiters;
    if (waiting != null) {
      waiting.remove(waiter);
    }
  }

  final synchronized boolean isAwaited() {
    List<Waiter> waiting = waiters;
    return waiting != null && !waiting.isEmpty();
  }
}
