package dev.asyncwith;

import java.util.List;

/**
 * How many items of an {@link AsyncQueue} are not done, and who waits until all are. Guarded by the
 * monitor of the waiters, which is taken within that of the queue and never around it.
 *
 * <p>Whoever waits does so while the count is positive, and is granted when it comes to zero, even
 * if it is positive again when it runs.
 */
final class UnfinishedItems {
  final WaitQueue waiters = new WaitQueue();
  private long count;

  long count() {
    synchronized (waiters) {
      return count;
    }
  }

  void add() {
    synchronized (waiters) {
      count++;
    }
  }

  /** One is done; false, and nothing happens, if all were. */
  boolean done() {
    List<WaitQueue.Node> granted;
    synchronized (waiters) {
      if (count == 0) {
        return false;
      }
      count--;
      granted = grantIfNone();
    }
    granted.forEach(WaitQueue.Node::wake);
    return true;
  }

  /** Some are dropped, or all that are left; the caller wakes those that it gives. */
  List<WaitQueue.Node> drop(int dropped) {
    synchronized (waiters) {
      count -= Math.min(count, dropped);
      return grantIfNone();
    }
  }

  private List<WaitQueue.Node> grantIfNone() {
    if (count > 0) {
      return List.of();
    }
    List<WaitQueue.Node> granted = waiters.pollAll();
    granted.forEach(WaitQueue.Node::grant);
    return granted;
  }

  void await(Object queue) throws InterruptedException {
    Waits.check("joining", queue);
    var node = new WaitQueue.Node();
    if (!join(node)) {
      return;
    }
    try {
      Waits.await(node, "joining", queue);
    } catch (InterruptedException e) {
      leave(node);
      throw e;
    }
  }

  /** Joins those that wait; false if there is nothing to wait for. */
  boolean join(WaitQueue.Node node) {
    synchronized (waiters) {
      if (count > 0) {
        waiters.add(node);
      }
      return count > 0;
    }
  }

  /** Leaves those that wait, if it is not granted already: then there is nothing to pass on. */
  void leave(WaitQueue.Node node) {
    synchronized (waiters) {
      boolean _ = waiters.remove(node);
    }
  }
}
