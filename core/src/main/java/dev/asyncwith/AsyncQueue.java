package dev.asyncwith;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A queue between those that make items and those that work on them: Python's {@code
 * asyncio.Queue}, {@code LifoQueue} and {@code PriorityQueue}. A full one makes who puts wait, an
 * empty one who gets.
 *
 * {@snippet :
 * var links = AsyncQueue.<URI>of(100);
 * with(TaskGroup.create()).run(tasks -> {
 *   tasks.fork(() -> {
 *     while (true) {
 *       URI link = links.get();
 *       try {
 *         visit(link);
 *       } finally {
 *         links.taskDone();
 *       }
 *     }
 *   });
 *   links.put(start);
 *   links.join();    // until what was put, and what visits have put, is done
 *   tasks.cancel();
 * });
 * }
 *
 * <p>Who came first is served first, of those that get and of those that put: an item that is put
 * goes to the getter that has waited longest, and room goes to the putter that has, so that no
 * newcomer overtakes. Which item is served next is the matter of the kind: the one that came first
 * ({@link #create}, {@link #of}), last ({@link #lifo}), or the smallest ({@link #priority}), where
 * of equal ones the first is served first.
 *
 * <p>No item is lost or doubled by a cancellation. A get or put that throws has had no effect: a
 * getter that is interrupted just as an item reaches it passes it to the next, or back to its place
 * in the queue, which then may hold one more than its maximum. Where that cannot be, it returns
 * normally, and the interrupt stays pending: a put whose item is in the queue already, and a get
 * whose item reached it before the queue was shut down.
 *
 * <p>Safe for use by several threads. Actions before a put happen-before actions after the get of
 * its item, and those before {@link #taskDone} before the return of the {@link #join} that waits
 * for it. A comparator is called while the queue is locked: it must not use the queue nor wait.
 *
 * @param <T> the items, none of which is null
 * @see <a href="https://docs.python.org/3/library/asyncio-queue.html">CPython, asyncio.queues</a>
 */
public final class AsyncQueue<T> {
  private static final int UNBOUNDED = Integer.MAX_VALUE;

  private final QueueCore<T> core;

  private AsyncQueue(QueueItems<T> items, int maxSize) {
    if (maxSize <= 0) {
      throw new IllegalArgumentException(
          "a queue for %d items could never take one: give 1 or more, or no size for an unbounded one"
              .formatted(maxSize));
    }
    core = new QueueCore<>(this, items, maxSize);
  }

  /**
   * Makes an unbounded queue that serves what came first.
   *
   * @param <T> the items
   * @return the queue, to which a put never waits
   */
  public static <T> AsyncQueue<T> create() {
    return of(UNBOUNDED);
  }

  /**
   * Makes a bounded queue that serves what came first.
   *
   * @param <T> the items
   * @param maxSize how many items it holds at most; positive
   * @return the queue
   * @throws IllegalArgumentException if the size is not positive
   */
  public static <T> AsyncQueue<T> of(int maxSize) {
    return new AsyncQueue<>(QueueItems.fifo(), maxSize);
  }

  /**
   * Makes an unbounded queue that serves what came last.
   *
   * @param <T> the items
   * @return the queue
   */
  public static <T> AsyncQueue<T> lifo() {
    return lifo(UNBOUNDED);
  }

  /**
   * Makes a bounded queue that serves what came last.
   *
   * @param <T> the items
   * @param maxSize how many items it holds at most; positive
   * @return the queue
   * @throws IllegalArgumentException if the size is not positive
   */
  public static <T> AsyncQueue<T> lifo(int maxSize) {
    return new AsyncQueue<>(QueueItems.lifo(), maxSize);
  }

  /**
   * Makes an unbounded queue that serves the smallest item, in the items' own order.
   *
   * @param <T> the items
   * @return the queue
   */
  public static <T extends Comparable<? super T>> AsyncQueue<T> priority() {
    return priority(UNBOUNDED);
  }

  /**
   * Makes a bounded queue that serves the smallest item, in the items' own order.
   *
   * @param <T> the items
   * @param maxSize how many items it holds at most; positive
   * @return the queue
   * @throws IllegalArgumentException if the size is not positive
   */
  public static <T extends Comparable<? super T>> AsyncQueue<T> priority(int maxSize) {
    return priority(Comparator.<T>naturalOrder(), maxSize);
  }

  /**
   * Makes an unbounded queue that serves the smallest item.
   *
   * @param <T> the items
   * @param order which of two items is smaller; what it throws is thrown by the put of the item
   * @return the queue
   */
  public static <T> AsyncQueue<T> priority(Comparator<? super T> order) {
    return priority(order, UNBOUNDED);
  }

  /**
   * Makes a bounded queue that serves the smallest item.
   *
   * @param <T> the items
   * @param order which of two items is smaller; what it throws is thrown by the put of the item
   * @param maxSize how many items it holds at most; positive
   * @return the queue
   * @throws IllegalArgumentException if the size is not positive
   */
  public static <T> AsyncQueue<T> priority(Comparator<? super T> order, int maxSize) {
    Objects.requireNonNull(order, "the order of the items is null: give a comparator");
    return new AsyncQueue<>(QueueItems.priority(order), maxSize);
  }

  // ---- put

  /**
   * Puts an item, waiting for room if the queue is full.
   *
   * @param item the item
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call; the item is not put then
   * @throws QueueShutdownException if the queue is shut down, also during the wait; the item is not
   *     put then
   */
  public void put(T item) throws InterruptedException {
    boolean _ = core.put(checked(item), null);
  }

  /**
   * Puts an item if there is room; does not wait, and is no checkpoint.
   *
   * @param item the item
   * @return whether the item was put
   * @throws QueueShutdownException if the queue is shut down
   */
  public boolean tryPut(T item) {
    return core.offer(checked(item), null);
  }

  /**
   * Puts an item if there is room within a time.
   *
   * @param item the item
   * @param timeout how long to wait at most, by the clock of the thread; not negative
   * @return whether the item was put
   * @throws InterruptedException as {@link #put} does; the item is not put then
   * @throws QueueShutdownException as {@link #put} does; the item is not put then
   */
  public boolean tryPut(T item, Duration timeout) throws InterruptedException {
    return core.put(checked(item), Deadline.checked(timeout));
  }

  private static <T> T checked(T item) {
    return Objects.requireNonNull(
        item, "the item is null, which a queue does not take: to tell of the end, shut it down");
  }

  // ---- get

  /**
   * Takes the next item, waiting for one if the queue is empty.
   *
   * @return the item
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call; no item is taken then
   * @throws QueueShutdownException if the queue is empty and shut down, also during the wait
   */
  @SuppressWarnings("NullAway") // null only when a time is over
  public T get() throws InterruptedException {
    return core.get(null);
  }

  /**
   * Takes the next item if there is one; does not wait, and is no checkpoint.
   *
   * @return the item; empty if there is none
   * @throws QueueShutdownException if the queue is empty and shut down
   */
  public Optional<T> tryGet() {
    return Optional.ofNullable(core.poll(null));
  }

  /**
   * Takes the next item if there is one within a time.
   *
   * @param timeout how long to wait at most, by the clock of the thread; not negative
   * @return the item; empty if there was none
   * @throws InterruptedException as {@link #get} does; no item is taken then
   * @throws QueueShutdownException as {@link #get} does
   */
  public Optional<T> tryGet(Duration timeout) throws InterruptedException {
    @Nullable T item = core.get(Deadline.checked(timeout));
    return Optional.ofNullable(item);
  }

  // ---- join

  /**
   * Waits until {@link #taskDone} was called for every item that was put; returns at once if none
   * is unfinished.
   *
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call
   */
  public void join() throws InterruptedException {
    core.unfinished().await(this);
  }

  /**
   * Tells that the work on an item is done. Who gets items of a queue that somebody joins calls it
   * once for each, from any thread.
   *
   * @throws IllegalStateException if it was called more often than items were put; nothing changes
   */
  public void taskDone() {
    if (!core.unfinished().done()) {
      throw new IllegalStateException(
          describe()
              + " has no unfinished item, taskDone() was called too often: call it once for each"
              + " item that you got");
    }
  }

  /**
   * How many items were put that are not done.
   *
   * @return the number, which may change at any moment
   */
  public long unfinished() {
    return core.unfinished().count();
  }

  // ---- shutdown

  /**
   * Shuts the queue down, for good: it takes no more items, and those that wait to put get {@link
   * QueueShutdownException}. What is in it can still be taken; who gets more than that, or waits
   * for it now, gets the exception too. Does nothing if the queue is shut down.
   */
  public void shutdown() {
    var _ = core.shutdown(false);
  }

  /**
   * Shuts the queue down as {@link #shutdown} does, also after that, and takes out what is in it.
   * The items count as done, so that a {@link #join} waits only for those that were taken before.
   *
   * @return the items that nobody will get, in the order in which they would have been served, for
   *     the caller to release what they hold
   */
  public List<T> shutdownNow() {
    return core.shutdown(true);
  }

  /**
   * Whether the queue was shut down.
   *
   * @return true if it takes no more items
   */
  public boolean isShutdown() {
    return core.isShutdown();
  }

  // ---- state

  /**
   * How many items are in the queue.
   *
   * @return the number, which may change at any moment
   */
  public int size() {
    return core.size();
  }

  /**
   * How many items the queue holds at most.
   *
   * @return the number; {@link Integer#MAX_VALUE} if the queue is unbounded
   */
  public int maxSize() {
    return core.max();
  }

  /**
   * Whether the queue has no item.
   *
   * @return true if it is empty now
   */
  public boolean isEmpty() {
    return size() == 0;
  }

  /**
   * Whether the queue has no room.
   *
   * @return true if it is full now; never of an unbounded queue
   */
  public boolean isFull() {
    return size() >= maxSize();
  }

  /**
   * The queue with its kind and size, how many wait to get and to put, and how many items are not
   * done.
   *
   * @return the text
   */
  public String describe() {
    return core.describe();
  }

  @Override
  public String toString() {
    return describe();
  }
}
