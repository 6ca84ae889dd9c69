package dev.asyncwith;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The test's own thread as the cancellation core sees it: its interrupt flag is a field, senders
 * run when the test wants, and a park does what the test has prepared.
 */
final class FakeThread implements Platform {
  final ThreadContext context = new ThreadContext(Thread.currentThread(), this, Inherited.DEFAULT);
  final Deque<Runnable> senders = new ArrayDeque<>();
  final Deque<Runnable> whileParked = new ArrayDeque<>();

  /** Run inside of an interrupt, before it sets the flag. */
  Runnable onInterrupt = () -> {};

  /** Run when the flag was cleared, once. */
  Runnable afterClear = () -> {};

  volatile boolean flag;
  volatile int interrupts;
  volatile int unparks;

  CancelScope enter(CancelScope scope) {
    var _ = scope.enter(context);
    return scope;
  }

  CancelScope enter() {
    return enter(CancelScope.create());
  }

  /** Leaves a scope; true if it caught the failure. */
  boolean leave(CancelScope scope, @Nullable Throwable failure) {
    return scope.exit(failure == null ? Outcome.succeeded() : Outcome.of(failure));
  }

  /** Cancels, and lets the sender run at once. */
  void cancel(CancelScope scope) {
    scope.cancel("test");
    send();
  }

  void send() {
    while (!senders.isEmpty()) {
      senders.removeFirst().run();
    }
  }

  /** A call of the JDK: what it throws, or null. */
  @Nullable InterruptedException jdkCall() {
    boolean interrupted = flag;
    flag = false;
    return interrupted ? new InterruptedException("by the JDK") : null;
  }

  /** A call of the library: what it throws, or null. */
  @Nullable InterruptedException check() {
    try {
      context.check(context.mask(), "at", "a checkpoint");
      return null;
    } catch (InterruptedException e) {
      return e;
    }
  }

  /** A wait of the library: what it throws, or null. */
  @Nullable InterruptedException await(Waiter waiter) {
    try {
      context.await(waiter, context.mask(), "waiting for", "a grant");
      return null;
    } catch (InterruptedException e) {
      return e;
    }
  }

  /** The name of the state, and whether the flag is set. */
  String state() {
    String name =
        switch (context.state()) {
          case StateWord.RUNNING -> "RUNNING";
          case StateWord.ATTENDING -> "ATTENDING";
          case StateWord.CANCELLING -> "CANCELLING";
          case StateWord.DELIVERED -> "DELIVERED";
          case StateWord.SEEN -> "SEEN";
          default -> "REDELIVERED";
        };
    return flag ? name + "+flag" : name;
  }

  @Override
  public boolean isInterrupted(Thread thread) {
    return flag;
  }

  @Override
  public boolean clearInterrupt() {
    boolean was = flag;
    flag = false;
    Runnable after = afterClear;
    afterClear = () -> {};
    after.run();
    return was;
  }

  @Override
  public void interrupt(Thread thread) {
    interrupts++;
    onInterrupt.run();
    flag = true;
  }

  @Override
  public void park(Object blocker) {
    if (whileParked.isEmpty()) {
      throw new AssertionError("parked for ever in " + state());
    }
    whileParked.removeFirst().run();
  }

  @Override
  public void unpark(Thread thread) {
    unparks++;
  }

  @Override
  public void start(Runnable action) {
    senders.add(action);
  }
}
