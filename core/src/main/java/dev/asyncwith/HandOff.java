package dev.asyncwith;

import java.util.Objects;
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

  /**
   * Owns what is late; called on the giver's thread. Null where nobody has to: what comes late is
   * dropped.
   */
  interface Owner<T extends @Nullable Object> {
    /** A value is late, because of {@code gone}. */
    void value(T value, InterruptedException gone);

    /** A failure is late. */
    void failure(Throwable failure);
  }

  private final @Nullable Owner<? super T> owner;

  // Guarded by this object's monitor; read by the receiver after it was woken.
  private State state = State.OPEN;
  private @Nullable Waiter receiver;
  private @Nullable T value;
  private @Nullable Throwable failure;
  private @Nullable InterruptedException gone;

  /** To be made by the thread that receives. */
  HandOff(@Nullable Owner<? super T> owner) {
    this(new Waiter(), owner);
  }

  HandOff(Waiter receiver, @Nullable Owner<? super T> owner) {
    this.receiver = receiver;
    this.owner = owner;
  }

  void give(T given) {
    InterruptedException late = settle(given, null);
    if (late != null && owner != null) {
      owner.value(given, late);
    }
  }

  void fail(Throwable thrown) {
    if (settle(null, thrown) != null && owner != null) {
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

  /** Keeps what is given; gives why the receiver has gone if it is late and has an owner. */
  private @Nullable InterruptedException settle(@Nullable T given, @Nullable Throwable thrown) {
    Waiter toWake;
    synchronized (this) {
      if (state == State.GONE) {
        return gone;
      }
      state = State.GIVEN;
      value = given;
      failure = thrown;
      toWake = receiver;
    }
    if (toWake != null) {
      toWake.wake();
    }
    return null;
  }

  /**
   * The receiver goes; false if it has been given something, which it owns. What stays behind, in a
   * stage that may be long in coming, is small: no thread and no trace without need.
   */
  synchronized boolean leave(InterruptedException why) {
    if (state == State.GIVEN) {
      return false;
    }
    state = State.GONE;
    receiver = null;
    gone = owner == null ? null : why;
    return true;
  }

  private synchronized Waiter receiver() {
    return Objects.requireNonNull(receiver, "the receiver has gone");
  }

  /**
   * Waits for what is given, and returns or throws it.
   *
   * @throws InterruptedException if the wait was cut short; what comes is late then
   */
  @SuppressWarnings("NullAway") // null only where it was given
  T receive(String doing, Object what) throws InterruptedException {
    try {
      Waits.await(receiver(), doing, what);
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
