package dev.asyncwith;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link AsyncQueue} holds, in the order in which it is served. Guarded by the queue's
 * monitor.
 *
 * <p>Each item keeps the number of its arrival, so that one that is given back is served as if it
 * had never been taken, whatever came and went meanwhile.
 *
 * @param <T> the items
 */
final class QueueItems<T> {
  /**
   * An item on its way.
   *
   * @param item what was put
   * @param arrival how many arrived before it
   */
  record Entry<T>(T item, long arrival) {}

  private enum Kind {
    FIFO,
    LIFO,
    PRIORITY
  }

  private final Kind kind;
  private final Comparator<Entry<T>> order;

  /** Those of FIFO and LIFO, the next first. */
  private final Deque<Entry<T>> line = new ArrayDeque<>();

  /**
   * Those of PRIORITY, and what was given back. A tree and no heap: it compares when an item is
   * added and at no other time, and is as it was if that throws.
   */
  private final TreeSet<Entry<T>> sorted;

  /** What was given back, and the comparator refused to put in its place: it was next. */
  private final Deque<Entry<T>> refused = new ArrayDeque<>(0);

  private QueueItems(Kind kind, Comparator<Entry<T>> order) {
    this.kind = kind;
    this.order = order;
    this.sorted = new TreeSet<>(order);
  }

  static <T> QueueItems<T> fifo() {
    return new QueueItems<>(
        Kind.FIFO, (one, other) -> Long.compare(one.arrival(), other.arrival()));
  }

  static <T> QueueItems<T> lifo() {
    return new QueueItems<>(
        Kind.LIFO, (one, other) -> Long.compare(other.arrival(), one.arrival()));
  }

  /** The smallest first, and of equal ones the one that came first. */
  static <T> QueueItems<T> priority(Comparator<? super T> comparator) {
    Comparator<Entry<T>> byItem = (one, other) -> comparator.compare(one.item(), other.item());
    return new QueueItems<>(Kind.PRIORITY, byItem.thenComparingLong(Entry::arrival));
  }

  String kind() {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  int size() {
    return refused.size() + line.size() + sorted.size();
  }

  void add(Entry<T> entry) {
    switch (kind) {
      case FIFO -> line.addLast(entry);
      case LIFO -> line.addFirst(entry);
      case PRIORITY -> {
        boolean _ = sorted.add(entry);
      }
    }
  }

  /** Puts one that was taken back in its place; never fails, for the item would be lost. */
  void giveBack(Entry<T> entry) {
    try {
      boolean _ = sorted.add(entry);
    } catch (RuntimeException | Error ofComparator) {
      refused.addLast(entry);
    }
  }

  /** Takes the next; null if there is none. */
  @Nullable Entry<T> poll() {
    if (!refused.isEmpty()) {
      return refused.pollFirst();
    }
    Entry<T> inLine = line.peekFirst();
    boolean sortedIsNext =
        inLine == null || (!sorted.isEmpty() && order.compare(sorted.first(), inLine) < 0);
    return sortedIsNext ? sorted.pollFirst() : line.pollFirst();
  }

  /** Takes all, in the order in which they would have been served. */
  List<T> drain() {
    List<T> all = new ArrayList<>(size());
    for (Entry<T> next = poll(); next != null; next = poll()) {
      all.add(next.item());
    }
    return all;
  }
}
