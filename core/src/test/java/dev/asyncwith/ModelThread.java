package dev.asyncwith;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread with cancel scopes for a model checker, which does not see the interrupt flag of a real
 * one: the flag is a field, and senders run on the thread of the canceller.
 *
 * <p>It keeps the account of rule C8: an interrupt by somebody else must be seen by the owner,
 * unless it came between a cancel and the moment when the owner had consumed what that sent.
 */
final class ModelThread implements Platform {
  /** What the owner does; it may end by an interrupt. */
  interface Body {
    void run() throws InterruptedException;
  }

  final Thread owner;
  final ThreadContext context;
  private final Body body; // here, and not in the thread alone, where the checker does not look
  private final List<Runnable> others = new ArrayList<>();
  private volatile boolean flag;
  private boolean cancelBegan;
  private boolean sent;
  private boolean consumed;
  private boolean foreignCame;
  private boolean foreignMustBeSeen;
  private volatile @Nullable Throwable end;
  private @Nullable Runnable sender;
  private boolean deferring;
  private boolean parkedForSender; // of the owner alone
  private boolean keeping;

  ModelThread(Body body) {
    this.body = body;
    owner = new Thread(this::runOwner);
    context = new ThreadContext(owner, this, Inherited.DEFAULT);
  }

  private void runOwner() {
    try {
      body.run();
    } catch (Throwable t) {
      end = t;
    }
  }

  ModelThread with(Runnable other) {
    others.add(other);
    return this;
  }

  ModelThread withCancelOf(CancelScope scope) {
    return with(
        () -> {
          synchronized (this) {
            cancelBegan = true;
          }
          scope.cancel("model");
        });
  }

  /**
   * Enters a scope and cancels it, of which only the sender is left to run, at the same time as the
   * owner's body: the smallest model of the two.
   */
  ModelThread inCancelled(CancelScope scope) {
    deferring = true;
    cancelBegan = true;
    var _ = scope.enter(context);
    scope.cancel("model");
    return with(Objects.requireNonNull(sender, "a cancel of a running thread starts a sender"));
  }

  /** Before all else, somebody interrupts the thread. */
  ModelThread interrupted() {
    foreignCame = true;
    foreignMustBeSeen = true;
    flag = true;
    return this;
  }

  /** A planted bug: who waited for a sender does not give back what it took. */
  ModelThread keepingWhatItTakes() {
    keeping = true;
    return this;
  }

  ModelThread withForeignInterrupt() {
    return with(
        () -> {
          synchronized (this) {
            foreignCame = true;
            foreignMustBeSeen = !cancelBegan || consumed;
            flag = true;
          }
          LockSupport.unpark(owner);
        });
  }

  /** Runs the threads to their end, and checks what is left. */
  void run() {
    ModelChecker.run(owner, others.toArray(Runnable[]::new));
    Throwable thrown = end;
    if (thrown != null && !(thrown instanceof InterruptedException)) {
      throw new AssertionError("the owner failed", thrown);
    }
    boolean escaped = thrown != null;
    if ((escaped || flag) && !foreignCame) {
      throw new AssertionError(
          escaped ? "an InterruptedException of ours escaped" : "an interrupt of ours is left");
    }
    if (escaped && flag) {
      throw new AssertionError("one foreign interrupt came, and two are left");
    }
    if (foreignMustBeSeen && !escaped && !flag) {
      throw new AssertionError("a foreign interrupt is lost");
    }
    if (context.state() != StateWord.RUNNING || context.mask() != 0) {
      throw new AssertionError("the state is left as " + context.state());
    }
  }

  /** A block of a scope; true if the scope caught its own cancellation. */
  boolean in(CancelScope scope, Body body) throws InterruptedException {
    scope.enter(context);
    Throwable failure = null;
    try {
      body.run();
    } catch (InterruptedException e) {
      failure = e;
    }
    boolean caught = context.pop(scope, failure); // not exit, which keeps references for the GC
    if (failure != null && !caught) {
      throw (InterruptedException) failure;
    }
    return caught;
  }

  /** A body and its exit, which holds a pending interrupt as the real ones do. */
  void withExit(Body body, Runnable exit) throws InterruptedException {
    InterruptedException failure = null;
    try {
      body.run();
    } catch (InterruptedException e) {
      failure = e;
    }
    long begun = context.beginExit(failure);
    boolean held = flag && clearInterrupt();
    exit.run();
    if (held) {
      interrupt(owner);
    }
    context.endExit(begun);
    if (failure != null) {
      throw failure;
    }
  }

  /** A call of the JDK that an interrupt ends and nothing else. */
  void sleepForEver() throws InterruptedException {
    while (!flag) {
      LockSupport.park();
    }
    throwIfInterrupted();
  }

  /** A call of the JDK that does not wait. */
  void throwIfInterrupted() throws InterruptedException {
    if (flag && clearInterrupt()) {
      throw new InterruptedException("by the JDK");
    }
  }

  @Override
  public boolean isInterrupted(Thread thread) {
    return flag;
  }

  @Override
  public synchronized boolean clearInterrupt() {
    if (parkedForSender) {
      parkedForSender = false; // what it takes now, to be able to park, it gives back
    } else {
      consumed |= sent;
    }
    boolean was = flag;
    flag = false;
    return was;
  }

  @Override
  public void interrupt(Thread thread) {
    if (keeping && Thread.currentThread() == owner) {
      return;
    }
    synchronized (this) {
      sent |= cancelBegan;
      consumed = false;
      flag = true;
    }
    LockSupport.unpark(thread);
  }

  /** In one step: an interrupt that comes between the two is one with ours, by rule C8. */
  @Override
  public synchronized boolean interruptUnlessSet(Thread thread) {
    return Platform.super.interruptUnlessSet(thread);
  }

  @Override
  public void park(Object blocker) {
    parkedForSender = blocker == context;
    if (!flag) {
      LockSupport.park(blocker);
    }
  }

  @Override
  public void unpark(Thread thread) {
    LockSupport.unpark(thread);
  }

  @Override
  public void start(Runnable action) {
    if (deferring) {
      sender = action;
    } else {
      action.run();
    }
  }
}
