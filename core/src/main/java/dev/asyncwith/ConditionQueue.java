package dev.asyncwith;

import java.util.ArrayList;
import java.util.List;

/**
 * Who waits for the signal of an {@link AsyncCondition}. It has the monitor of its lock's queue, so
 * that a signal moves a waiter from here to there in one step: who is signalled wakes when it has
 * the lock, in the order of the signals, and not before.
 *
 * <pre>
 * a waiter  to      by
 * WAITS     JOINED  a signal: it waits for the lock, or has it if that is free
 * WAITS     JOINED  its time is over: the same, without a signal
 * WAITS     LEFT    its thread is to stop: it joins the lock's queue as everybody does
 * JOINED    HOLDS   the lock reaches it; if its thread was to stop meanwhile, the signal goes on
 * </pre>
 *
 * <p>Whatever the way, the thread holds the lock, and once, when the wait ends.
 */
class ConditionQueue {
  private final AsyncCondition condition;
  private final AsyncLock lock;
  private final Permits permits;
  private final Object monitor;
  private final WaitQueue waiters;

  ConditionQueue(AsyncCondition condition, AsyncLock lock) {
    this.condition = condition;
    this.lock = lock;
    permits = lock.permits();
    monitor = permits.monitor();
    waiters = new WaitQueue(monitor);
  }

  int size() {
    return waiters.size();
  }

  void requireLocked(String call) {
    if (!lock.locked()) {
      throw notLocked(call);
    }
  }

  private IllegalStateException notLocked(String call) {
    return new IllegalStateException(
        "%s of %s needs the lock of the condition, which nobody holds: call it in a block of the condition, or between acquire() and release()"
            .formatted(call, condition.describe()));
  }

  // ---- waits

  void await() throws InterruptedException {
    var node = new WaitQueue.Node();
    boolean inBlock = giveUpLock(node);
    awaitLock(node, inBlock);
  }

  /** Waits until a moment of a clock at most; false if it has come. */
  boolean await(AsyncClock clock, long due) throws InterruptedException {
    var node = new Timed();
    boolean inBlock = giveUpLock(node);
    AsyncClock.Alarm alarm = null;
    try {
      alarm = clock.schedule(due, node::timeIsOver);
    } finally {
      if (alarm == null) { // the clock has failed
        regainLock(node);
        lock.haveAgain(inBlock);
      }
    }
    try {
      awaitLock(node, inBlock);
    } finally {
      alarm.cancel();
    }
    return !node.over;
  }

  private final class Timed extends WaitQueue.Node {
    /** Read by the thread that waits, after it was woken, or has had the monitor. */
    private boolean over;

    void timeIsOver() {
      boolean granted;
      synchronized (monitor) {
        if (!waiters.remove(this)) {
          return;
        }
        over = true;
        granted = !permits.join(this);
      }
      if (granted) {
        wake();
      }
    }
  }

  /** Begins a wait; tells whether a block of the thread had the lock. */
  private boolean giveUpLock(WaitQueue.Node node) throws InterruptedException {
    requireLocked("await");
    Waits.check("waiting for", condition);
    join(node); // before the release, or a signal right after that would miss it
    boolean inBlock = lock.giveUp();
    if (!permits.release() && remove(node)) {
      throw notLocked("await"); // another thread has released it just now
    }
    return inBlock;
  }

  private void awaitLock(WaitQueue.Node node, boolean inBlock) throws InterruptedException {
    try {
      Waits.await(node, "waiting for", condition);
    } catch (InterruptedException e) {
      regainLock(node);
      throw e;
    } finally {
      lock.haveAgain(inBlock);
    }
  }

  /** Ends a wait that is not to go on, with the lock; a signal that has come is passed on. */
  private void regainLock(WaitQueue.Node node) {
    if (remove(node)) {
      lock.acquireShielded();
    } else {
      Waits.awaitShielded(node, condition);
      if (!(node instanceof Timed timed && timed.over)) {
        passOn();
      }
    }
  }

  void join(WaitQueue.Node node) {
    synchronized (monitor) {
      waiters.add(node);
    }
  }

  private boolean remove(WaitQueue.Node node) {
    synchronized (monitor) {
      return waiters.remove(node);
    }
  }

  // ---- signals

  /** Signals another one, in place of a thread that was signalled and is to stop. */
  void passOn() {
    signal(1);
  }

  /** Moves who has waited longest to the queue of the lock. */
  void signal(int most) {
    List<WaitQueue.Node> granted = new ArrayList<>(0);
    synchronized (monitor) {
      for (int i = 0; i < most; i++) {
        WaitQueue.Node node = waiters.pollFirst();
        if (node == null) {
          break;
        }
        if (!permits.join(node)) { // the lock was released by another thread just now
          granted.add(node);
        }
      }
    }
    granted.forEach(Waiter::wake);
  }
}
