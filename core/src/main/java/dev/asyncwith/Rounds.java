package dev.asyncwith;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rounds of an {@link AsyncBarrier}: who arrives waits until the others of its round have.
 *
 * <pre>
 * the barrier  to       by
 * FILLING      FILLING  an arrival that is not the last, which joins the queue
 * FILLING      FILLING  the last arrival: numbers the queue and empties it, so that a round leaves
 *                       in one step, and who arrives right after it is of the next
 * FILLING      FILLING  a waiter is to stop, and leaves the queue: its place is free
 * either       FILLING  a reset: breaks the queue
 * either       BROKEN   an abort: breaks the queue; who arrives from then on is refused
 * </pre>
 *
 * <p>Numbers are given at the end of a round and by the place in the queue, so that each is given
 * once. A thread that is to stop when it has its number goes on with that, for the others go on
 * with theirs; its interrupt stays for its next wait.
 */
class Rounds {
  /** One that waits; its fields are read by its thread, after the monitor or the wake. */
  static final class Arrival extends WaitQueue.Node {
    private static final int NONE = -1;
    private int index = NONE;
    private @Nullable String broken;
  }

  private final AsyncBarrier barrier;
  private final int parties;

  /** Its monitor guards the state, too. */
  private final WaitQueue arrivals = new WaitQueue();

  private volatile @Nullable String broken;

  Rounds(AsyncBarrier barrier, int parties) {
    this.barrier = barrier;
    this.parties = parties;
  }

  int waiting() {
    return arrivals.size();
  }

  boolean isBroken() {
    return broken != null;
  }

  int await() throws InterruptedException {
    Waits.check("waiting at", barrier);
    var arrival = new Arrival();
    List<WaitQueue.Node> round = arrive(arrival);
    if (!round.isEmpty()) {
      wakeOthers(round, arrival);
    } else {
      awaitOthers(arrival);
    }
    if (arrival.broken != null) {
      throw new BarrierBrokenException(arrival.broken);
    }
    return arrival.index;
  }

  /** Joins the round; gives all of it if that was the last. */
  private List<WaitQueue.Node> arrive(Arrival arrival) {
    synchronized (arrivals) {
      if (broken != null) {
        throw new BarrierBrokenException(broken);
      }
      arrivals.add(arrival);
      if (arrivals.size() < parties) {
        return List.of();
      }
      List<WaitQueue.Node> round = arrivals.pollAll();
      for (int i = 0; i < parties; i++) {
        ((Arrival) round.get(i)).index = i;
      }
      return round;
    }
  }

  private static void wakeOthers(List<WaitQueue.Node> round, Arrival arrival) {
    for (WaitQueue.Node other : round) {
      if (other != arrival) {
        other.wake();
      }
    }
  }

  private void awaitOthers(Arrival arrival) throws InterruptedException {
    try {
      Waits.await(arrival, "waiting at", barrier);
    } catch (InterruptedException e) {
      if (!hasItsNumber(arrival)) {
        throw e;
      }
      Cancellations.keepInterruptOf(e);
    }
  }

  /** Leaves the queue, unless the round is complete. */
  boolean hasItsNumber(Arrival arrival) {
    synchronized (arrivals) {
      return !arrivals.remove(arrival) && arrival.index != Arrival.NONE;
    }
  }

  void reset() {
    breakRound(false, "was reset while it was waited at: wait again, for the next round");
  }

  void abort() {
    breakRound(true, "was aborted: reset() makes it usable again");
  }

  private void breakRound(boolean forGood, String how) {
    String why = Names.ofObject(barrier) + " " + how;
    List<WaitQueue.Node> broke;
    synchronized (arrivals) {
      broken = forGood ? why : null;
      broke = arrivals.pollAll();
      for (WaitQueue.Node arrival : broke) {
        ((Arrival) arrival).broken = why;
      }
    }
    broke.forEach(Waiter::wake);
  }
}
