package dev.asyncwith;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One value, or failure, on its way from who makes it to the thread that waits for it. Whoever
 * comes second knows of the first: either it is received, or the receiver has gone and it is late.
 * So a value has one owner, and a failure is told once.
 *
 * <pre>
 * state  to     by
 * OPEN   GIVEN  the giver: the receiver gets it, even if it is interrupted at the same moment
 * OPEN   GONE   the receiver, interrupted: what is given from then on is late
 * </pre>
 */
final class HandOff<T extends @Nullable Object> {
  private enum State {
    OPEN,
    GIVEN,
    GONE
  }

  /** Owns what is late; called on the giver's thread. */
  interface Owner<T extends @Nullable Object> {
    /** A value is late, because of {@code gone}. */
    void value(T value, InterruptedException gone);

    /** A failure is late. */
    void failure(Throwable failure);
  }

  private final Waiter receiver = new Waiter();
  private final Owner<? super T> owner;

  // Guarded by this object's monitor, and read by the receiver after it was woken.
  private State state = State.OPEN;
  private @Nullable T value;
  private @Nullable Throwable failure;
  private @Nullable InterruptedException gone;

  /** To be made by the thread that receives. */
  HandOff(Owner<? super T> owner) {
    this.owner = owner;
  }

  void give(T given) {
    InterruptedException late = settle(given, null);
    if (late != null) {
      owner.value(given, late);
    }
  }

  void fail(Throwable thrown) {
    if (settle(null, thrown) != null) {
      owner.failure(thrown);
    }
  }

  /** Gives the end of a task that is done. */
  void giveEndOf(Task<? extends T> task) {
    Throwable thrown = task.exception();
    if (thrown != null) {
      fail(thrown);
      return;
    }
    try {
      give(task.resultNow());
    } catch (CancellationException | ExecutionException cancelled) {
      var _ = settle(null, cancelled); // late, it is what the receiver wanted
    }
  }

  /** Keeps what is given; gives why the receiver has gone if it is late. */
  private @Nullable InterruptedException settle(@Nullable T given, @Nullable Throwable thrown) {
    synchronized (this) {
      if (state == State.GONE) {
        return gone;
      }
      state = State.GIVEN;
      value = given;
      failure = thrown;
    }
    receiver.wake();
    return null;
  }

  /** The receiver goes; false if it has been given something, which it owns. */
  synchronized boolean leave(InterruptedException why) {
    if (state == State.GIVEN) {
      return false;
    }
    state = State.GONE;
    gone = why;
    return true;
  }

  /**
   * Waits for what is given, and returns or throws it.
   *
   * @throws InterruptedException if the wait was cut short; what comes is late then
   */
  @SuppressWarnings("NullAway") // null only where it was given
  T receive(String doing, Object what) throws InterruptedException {
    try {
      Waits.await(receiver, doing, what);
    } catch (InterruptedException e) {
      if (leave(e)) {
        throw e;
      }
      Cancellations.keepInterruptOf(e); // neither what came at that moment nor this is lost
    }
    if (failure != null) {
      throw Exits.<RuntimeException>sneaky(failure);
    }
    return value;
  }
}
