package dev.asyncwith;

import static dev.asyncwith.ModelChecker.assertFinds;
import static dev.asyncwith.ModelChecker.assertHolds;

import dev.asyncwith.testing.NoLeakCheck;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The queue where two things happen to it at once, and one of its threads is cancelled. How a
 * cancel reaches a thread is the matter of other models; here it is a flag.
 */
@Timeout(600)
@NoLeakCheck("Lincheck follows what tracking does, too, and then cannot repeat a run")
class AsyncQueueModelTest {
  private static final int INVOCATIONS = Integer.getInteger("model.invocations", 200);

  private static QueueCore<String> queue() {
    return new QueueCore<>("queue", QueueItems.fifo(), 1);
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }

  /** A thread that waits in the queue, and others that do something to it meanwhile. */
  private abstract static class Model {
    private final Thread owner = new Thread(this::runOwner);
    private volatile boolean cancelled;
    private volatile Throwable failure;

    abstract void body();

    private void runOwner() {
      try {
        body();
      } catch (Throwable thrown) {
        failure = thrown;
      }
    }

    final void cancel() {
      cancelled = true;
      LockSupport.unpark(owner);
    }

    /** False if it was cancelled before it was served. */
    final boolean await(WaitQueue.Node node) {
      while (!node.ready()) {
        if (cancelled) {
          return false;
        }
        LockSupport.park();
      }
      return true;
    }

    final void runWith(Runnable... others) {
      ModelChecker.run(owner, others);
      if (failure != null) {
        throw new AssertionError(failure.getMessage(), failure);
      }
    }
  }

  // ---- put against get against cancel

  /** The getter is cancelled while the item is put. */
  private static final class Getting extends Model {
    private final boolean keepsWhatItGot;
    private final QueueCore<String> queue = queue();
    private int got;

    Getting(boolean keepsWhatItGot) {
      this.keepsWhatItGot = keepsWhatItGot;
    }

    void run() {
      runWith(
          () -> {
            cancel();
            boolean _ = queue.offer("a", null);
          });
      require(got + queue.size() == 1, "got " + got + ", left " + queue.size());
      require(queue.getters.isEmpty(), "a getter is left");
      require(queue.unfinished().count() == queue.size(), "unfinished differs");
    }

    @Override
    void body() {
      var getter = queue.new Getter(Thread.currentThread());
      if (queue.poll(getter) == null && !await(getter) && leave(getter)) {
        return;
      }
      got++;
      require(queue.unfinished().done(), "the item was done before it counted");
    }

    private boolean leave(QueueCore<String>.Getter getter) {
      if (!keepsWhatItGot) {
        return getter.leave();
      }
      synchronized (queue.monitor) {
        boolean _ = queue.getters.remove(getter);
        return true;
      }
    }
  }

  @Test
  void anItemIsGotOrLeft() {
    assertHolds(INVOCATIONS, () -> new Getting(false), Getting::run);
  }

  /** The planted bug: who gives up leaves, but does not give back what came at that moment. */
  @Test
  void aModelFindsAnItemThatIsLost() {
    assertFinds("got 0, left 0", INVOCATIONS, () -> new Getting(true), Getting::run);
  }

  /** The putter is cancelled while room is made. */
  private static final class Putting extends Model {
    private final boolean throwsWhenItIsIn;
    private final QueueCore<String> queue = queue();
    private int put;

    Putting(boolean throwsWhenItIsIn) {
      this.throwsWhenItIsIn = throwsWhenItIsIn;
    }

    void run() {
      boolean _ = queue.offer("a", null);
      runWith(() -> queue.poll(null), this::cancel);
      require(put == queue.size(), "put " + put + ", left " + queue.size());
      require(queue.putters.isEmpty(), "a putter is left");
    }

    @Override
    void body() {
      var putter = queue.new Putter("b", Thread.currentThread());
      if (!queue.offer("b", putter) && !await(putter) && (putter.leave() || throwsWhenItIsIn)) {
        return;
      }
      put++;
    }
  }

  @Test
  void anItemIsInIfItsPutReturned() {
    assertHolds(INVOCATIONS, () -> new Putting(false), Putting::run);
  }

  /**
   * The planted bug: who gives up does not look whether its item is in; a second try doubles it.
   */
  @Test
  void aModelFindsAnItemThatIsDoubled() {
    assertFinds("put 0, left 1", INVOCATIONS, () -> new Putting(true), Putting::run);
  }

  // ---- join against taskDone

  private static final class Joining extends Model {
    private final boolean looksFirst;
    private final UnfinishedItems unfinished = new UnfinishedItems();

    Joining(boolean looksFirst) {
      this.looksFirst = looksFirst;
    }

    void run() {
      unfinished.add();
      runWith(unfinished::done);
    }

    @Override
    void body() {
      var node = new WaitQueue.Node();
      boolean _ = !join(node) || await(node);
      require(unfinished.count() == 0, "joined too early");
    }

    private boolean join(WaitQueue.Node node) {
      if (!looksFirst) {
        return unfinished.join(node);
      }
      if (unfinished.count() == 0) {
        return false;
      }
      synchronized (unfinished.waiters) {
        unfinished.waiters.add(node);
      }
      return true;
    }
  }

  @Test
  void aJoinEndsWhenTheLastItemIsDone() {
    assertHolds(INVOCATIONS, () -> new Joining(false), Joining::run);
  }

  /** The planted bug: to look and to wait is not one step. */
  @Test
  void aModelFindsAJoinThatIsForgotten() {
    assertFinds("hung", INVOCATIONS, () -> new Joining(true), Joining::run);
  }

  // ---- shutdown against those that wait

  /** A getter of an empty queue, or a putter into a full one, while it is shut down. */
  private static final class ShuttingDown extends Model {
    private final boolean looksFirst;
    private final boolean full;
    private final QueueCore<String> queue = queue();
    private boolean refused;

    ShuttingDown(boolean full, boolean looksFirst) {
      this.full = full;
      this.looksFirst = looksFirst;
    }

    void run() {
      if (full) {
        boolean _ = queue.offer("a", null);
      }
      runWith(() -> queue.shutdown(false));
      require(refused, "not refused");
      require(queue.size() == (full ? 1 : 0), "the items have changed");
    }

    @Override
    void body() {
      try {
        if (full) {
          put(queue.new Putter("b", Thread.currentThread()));
        } else {
          get(queue.new Getter(Thread.currentThread()));
        }
      } catch (QueueShutdownException e) {
        refused = true;
      }
    }

    private void put(QueueCore<String>.Putter putter) {
      if (looksFirst) {
        lookAndWait(queue.putters, putter);
      } else {
        require(!queue.offer("b", putter), "there is no room");
      }
      boolean _ = await(putter) && putter.done();
    }

    private void get(QueueCore<String>.Getter getter) {
      if (looksFirst) {
        lookAndWait(queue.getters, getter);
      } else {
        require(queue.poll(getter) == null, "there is no item");
      }
      boolean _ = await(getter) && getter.item() == null;
    }

    private void lookAndWait(WaitQueue line, WaitQueue.Node node) {
      if (queue.isShutdown()) {
        throw new QueueShutdownException("planted");
      }
      synchronized (queue.monitor) {
        line.add(node);
      }
    }
  }

  @Test
  void aShutdownReachesAGetterThatWaits() {
    assertHolds(INVOCATIONS, () -> new ShuttingDown(false, false), ShuttingDown::run);
  }

  @Test
  void aShutdownReachesAPutterThatWaits() {
    assertHolds(INVOCATIONS, () -> new ShuttingDown(true, false), ShuttingDown::run);
  }

  /** The planted bug: to look and to wait is not one step. */
  @Test
  void aModelFindsAGetterThatAShutdownForgets() {
    assertFinds("hung", INVOCATIONS, () -> new ShuttingDown(false, true), ShuttingDown::run);
  }

  @Test
  void aModelFindsAPutterThatAShutdownForgets() {
    assertFinds("hung", INVOCATIONS, () -> new ShuttingDown(true, true), ShuttingDown::run);
  }
}
