package dev.asyncwith;

import dev.asyncwith.QueueItems.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The items of an {@link AsyncQueue}, and who waits to put and to get. All is guarded by one
 * monitor; who waits is woken after it was left.
 *
 * <pre>
 * items        getters  putters
 * none         any      none     an item that is put goes to the first getter
 * some         none     none
 * max or more  none     any      an item that is taken lets in the item of the first putter
 * </pre>
 *
 * <p>So an item in the queue is nobody's, and room in it is nobody's: no newcomer takes what one
 * that waits was to have. There are more than max after an item was given back to a queue that had
 * been filled meanwhile. Once shut down, nobody waits to put or to get.
 *
 * <pre>
 * a wait   from     to       by
 * both     WAITING  OVER     its time
 * both     WAITING  –        its thread, which is cancelled: it leaves
 * getter   WAITING  SERVED   a put, or a getter that gives its item back: it has the item
 * getter   SERVED   –        its thread, cancelled before it saw that: gives the item back
 * putter   WAITING  SERVED   a get: its item is in the queue, for good
 * putter   WAITING  FAILED   a get: the comparator failed with its item
 * both     WAITING  REFUSED  a shutdown
 * </pre>
 *
 * <p>An item is not given back to a queue that was shut down, where the getters that could have it
 * have been sent away: its getter has it, and the interrupt stays pending.
 *
 * @param <T> the items
 */
final class QueueCore<T> {
  private enum End {
    WAITING,
    SERVED,
    FAILED,
    REFUSED,
    OVER
  }

  /** One that waits. Its fields are written before it is granted, and read after that. */
  abstract class Seat extends WaitQueue.Node {
    private final WaitQueue line;
    End end = End.WAITING;

    Seat(WaitQueue line, Thread thread) {
      super(thread);
      this.line = line;
    }

    /** With the monitor held, and the seat out of its line. */
    final void end(End how) {
      end = how;
      grant();
    }

    /** Its thread is cancelled; false if what it came for has happened and stays so. */
    abstract boolean leave();

    private void timeIsOver() {
      synchronized (monitor) {
        if (!line.remove(this)) {
          return;
        }
        end(End.OVER);
      }
      wake();
    }
  }

  final class Getter extends Seat {
    private @Nullable Entry<T> entry;

    Getter(Thread thread) {
      super(getters, thread);
    }

    private void serve(Entry<T> with) {
      entry = with;
      end(End.SERVED);
    }

    /** What it got; null if its time was over. */
    @Nullable T item() {
      if (end == End.REFUSED) {
        throw noMoreItems();
      }
      return entry == null ? null : entry.item();
    }

    @Override
    boolean leave() {
      Getter next = null;
      synchronized (monitor) {
        if (!getters.remove(this) && entry != null) {
          if (shutdown) {
            return false;
          }
          next = hand(entry);
          if (next == null) {
            items.giveBack(entry);
          }
        }
      }
      wakeIfAny(next);
      return true;
    }
  }

  final class Putter extends Seat {
    private final T item;
    private @Nullable Throwable failure;

    Putter(T item, Thread thread) {
      super(putters, thread);
      this.item = item;
    }

    /** Lets its item in. */
    private void serve() {
      try {
        var _ = accept(item); // no getter waits
        end(End.SERVED);
      } catch (Throwable thrown) {
        failure = thrown;
        end(End.FAILED);
      }
    }

    /** Whether the item was put; false if its time was over. */
    boolean done() {
      if (failure != null) {
        throw Exits.<RuntimeException>sneaky(failure);
      }
      if (end == End.REFUSED) {
        throw takesNoMore();
      }
      return end == End.SERVED;
    }

    @Override
    boolean leave() {
      synchronized (monitor) {
        return putters.remove(this) || end != End.SERVED;
      }
    }
  }

  private final Object owner;
  private final int max;
  final Object monitor = new Object();
  private final UnfinishedItems unfinished = new UnfinishedItems();

  // Guarded by the monitor.
  private final QueueItems<T> items;
  final WaitQueue getters = new WaitQueue(monitor);
  final WaitQueue putters = new WaitQueue(monitor);
  private long arrivals;
  private boolean shutdown;

  /**
   * Makes a queue.
   *
   * @param owner the public queue, for messages
   * @param items where its items go, empty
   * @param max how many they may be
   */
  QueueCore(Object owner, QueueItems<T> items, int max) {
    this.owner = owner;
    this.items = items;
    this.max = max;
  }

  int max() {
    return max;
  }

  int size() {
    synchronized (monitor) {
      return items.size();
    }
  }

  UnfinishedItems unfinished() {
    return unfinished;
  }

  boolean isShutdown() {
    synchronized (monitor) {
      return shutdown;
    }
  }

  // ---- put

  /** Puts, within a time if one is given; false if there was no room in that time. */
  boolean put(T item, @Nullable Duration timeout) throws InterruptedException {
    Waits.check("putting into", owner);
    if (offer(item, null)) {
      return true;
    }
    if (timeout != null && timeout.isZero()) {
      return false;
    }
    var putter = new Putter(item, Thread.currentThread());
    if (offer(item, putter)) {
      return true;
    }
    await(putter, "putting into", timeout);
    return putter.done();
  }

  /** Puts if there is room; if there is none, the putter waits, where one is given. */
  boolean offer(T item, @Nullable Putter otherwise) {
    Getter getter;
    synchronized (monitor) {
      if (shutdown) {
        throw takesNoMore();
      }
      if (items.size() >= max) {
        if (otherwise != null) {
          putters.add(otherwise);
        }
        return false;
      }
      getter = accept(item);
    }
    wakeIfAny(getter);
    return true;
  }

  /** Takes an item in, or hands it to who waits for it, which the caller wakes then. */
  private @Nullable Getter accept(T item) {
    var entry = new Entry<>(item, arrivals);
    if (getters.isEmpty()) {
      items.add(entry); // where a comparator of the user may throw
    }
    arrivals++;
    unfinished.add(); // before a getter has the item, which may be done with it at once
    return hand(entry);
  }

  /** Hands an entry to who has waited longest; null if nobody waits. */
  @SuppressWarnings("unchecked") // getters wait here, and nobody else
  private @Nullable Getter hand(Entry<T> entry) {
    var getter = (Getter) getters.pollFirst();
    if (getter != null) {
      getter.serve(entry);
    }
    return getter;
  }

  // ---- get

  /** Gets an item, within a time if one is given; null if there was none in that time. */
  @Nullable T get(@Nullable Duration timeout) throws InterruptedException {
    Waits.check("getting from", owner);
    T item = poll(null);
    if (item != null || (timeout != null && timeout.isZero())) {
      return item;
    }
    var getter = new Getter(Thread.currentThread());
    item = poll(getter);
    if (item != null) {
      return item;
    }
    await(getter, "getting from", timeout);
    return getter.item();
  }

  /** Gets an item if there is one; if there is none, the getter waits, where one is given. */
  @Nullable T poll(@Nullable Getter otherwise) {
    Entry<T> entry;
    List<WaitQueue.Node> putIn;
    synchronized (monitor) {
      entry = items.poll();
      if (entry == null) {
        if (shutdown) {
          throw noMoreItems();
        }
        if (otherwise != null) {
          getters.add(otherwise);
        }
        return null;
      }
      putIn = letIn();
    }
    putIn.forEach(WaitQueue.Node::wake);
    return entry.item();
  }

  /** Lets in the items of putters that wait, for which there is room. */
  @SuppressWarnings("unchecked") // putters wait here, and nobody else
  private List<WaitQueue.Node> letIn() {
    if (putters.isEmpty()) {
      return List.of();
    }
    List<WaitQueue.Node> putIn = new ArrayList<>();
    while (items.size() < max && !putters.isEmpty()) {
      var putter = (Putter) Objects.requireNonNull(putters.pollFirst());
      putter.serve();
      putIn.add(putter);
    }
    return putIn;
  }

  // ---- shutdown

  /** Shuts down; gives the items that it drops, which are all if it is immediate. */
  List<T> shutdown(boolean immediate) {
    List<T> dropped = List.of();
    List<WaitQueue.Node> woken = new ArrayList<>();
    synchronized (monitor) {
      shutdown = true;
      woken.addAll(endAll(getters, End.REFUSED));
      woken.addAll(endAll(putters, End.REFUSED));
      if (immediate) {
        dropped = items.drain();
        woken.addAll(unfinished.drop(dropped.size()));
      }
    }
    woken.forEach(WaitQueue.Node::wake);
    return dropped;
  }

  @SuppressWarnings("unchecked") // those of this class
  private List<WaitQueue.Node> endAll(WaitQueue line, End how) {
    List<WaitQueue.Node> ended = line.pollAll();
    for (WaitQueue.Node seat : ended) {
      ((Seat) seat).end(how);
    }
    return ended;
  }

  private QueueShutdownException takesNoMore() {
    return new QueueShutdownException(
        describe() + " takes no more items: shut it down after the last put");
  }

  private QueueShutdownException noMoreItems() {
    return new QueueShutdownException(
        describe() + " has no more items: end the loop that gets them");
  }

  // ---- wait

  private void await(Seat seat, String doing, @Nullable Duration timeout)
      throws InterruptedException {
    AsyncClock.Alarm alarm = () -> {};
    try {
      alarm = timeout == null ? alarm : alarm(seat, timeout);
      Waits.await(seat, doing, owner);
    } catch (InterruptedException e) {
      if (seat.leave()) {
        throw e;
      }
      Cancellations.keepInterruptOf(e); // neither the item nor this is lost
    } catch (RuntimeException | Error ofClock) {
      if (seat.leave()) {
        throw ofClock;
      }
    } finally {
      alarm.cancel();
    }
  }

  private AsyncClock.Alarm alarm(Seat seat, Duration timeout) {
    AsyncClock clock = ThreadContext.inherited().clock();
    return Nanos.alarm(clock, timeout, seat::timeIsOver);
  }

  private static void wakeIfAny(WaitQueue.@Nullable Node node) {
    if (node != null) {
      node.wake();
    }
  }

  String describe() {
    synchronized (monitor) {
      String bound = max == Integer.MAX_VALUE ? "" : " of " + max;
      return Names.ofObject(owner)
          + ("[" + items.kind() + ", " + items.size() + bound)
          + (", " + Names.count(getters.size(), "getter"))
          + (", " + Names.count(putters.size(), "putter"))
          + (", " + unfinished.count() + " unfinished")
          + (shutdown ? ", shut down]" : "]");
    }
  }
}
