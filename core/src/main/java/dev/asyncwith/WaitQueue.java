package dev.asyncwith;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for something, in the order of arrival: the one queue under all primitives. It is
 * guarded by a monitor, its own or that of another queue, and so is the state of the primitive that
 * decides who waits: to look at the state and to join or leave the queue is one step.
 *
 * <pre>
 * node    to       by
 * NEW     QUEUED   {@link #add}: the state says that it has to wait
 * NEW     GRANTED  the state says that it has not to wait
 * QUEUED  GRANTED  {@link #grantFirst}, {@link #pollAll}: who gives it what it waits for, in the order of arrival
 * QUEUED  LEFT     {@link #remove}: its thread was interrupted, its future cancelled, its time over
 * QUEUED  QUEUED   {@link #pollFirst} and {@link #add} to another queue of the same monitor
 * </pre>
 *
 * <p>GRANTED and LEFT are for good, so between a giver and a waiter that gives up the first to come
 * to the monitor decides: what is granted is the waiter's, who has to pass it on if it does not
 * want it any more. A granted node is woken after the monitor was left.
 */
final class WaitQueue {

  /** One that waits, of one queue at a time. */
  static class Node extends Waiter {
    private @Nullable WaitQueue queue;
    private @Nullable Node before;
    private @Nullable Node after;

    /** For the calling thread. */
    Node() {}

    /** For the given thread; for none if the node wakes something else. */
    Node(@Nullable Thread thread) {
      super(thread);
    }
  }

  private final Object monitor;
  private @Nullable Node first;
  private @Nullable Node last;
  private int size;

  /** Guarded by its own monitor. */
  WaitQueue() {
    monitor = this;
  }

  /** Guarded by the given monitor, so that nodes go from queue to queue in one step. */
  WaitQueue(Object monitor) {
    this.monitor = monitor;
  }

  int size() {
    synchronized (monitor) {
      return size;
    }
  }

  // ---- called with the monitor held

  boolean isEmpty() {
    return first == null;
  }

  void add(Node node) {
    node.queue = this;
    node.before = last;
    if (last == null) {
      first = node;
    } else {
      last.after = node;
    }
    last = node;
    size++;
  }

  /** Takes out the node that has waited longest; null if none does. */
  @Nullable Node pollFirst() {
    Node node = first;
    if (node != null) {
      boolean _ = remove(node);
    }
    return node;
  }

  /** Takes out all nodes, in their order; the caller says what they got, and wakes them then. */
  List<Node> pollAll() {
    List<Node> nodes = new ArrayList<>(size);
    for (Node node = pollFirst(); node != null; node = pollFirst()) {
      nodes.add(node);
    }
    return nodes;
  }

  /** Grants the node that has waited longest what it waits for; the caller wakes it then. */
  @Nullable Node grantFirst() {
    Node node = pollFirst();
    if (node != null) {
      node.grant();
    }
    return node;
  }

  /**
   * Takes a node out in a time that does not depend on the number of others; false if it is out.
   */
  boolean remove(Node node) {
    if (node.queue != this) {
      return false;
    }
    Node before = node.before;
    Node after = node.after;
    if (before == null) {
      first = after;
    } else {
      before.after = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.before = before;
    }
    node.queue = null;
    node.before = null;
    node.after = null;
    size--;
    return true;
  }
}
