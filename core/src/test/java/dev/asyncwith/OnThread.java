package dev.asyncwith;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/**
 * Work on a thread of a test, a virtual one if nothing else is said, which the test watches and
 * interrupts.
 */
final class OnThread<R> {
  private final Thread thread;
  private volatile R result;
  private volatile Throwable failure;
  private volatile boolean interruptedAtEnd;

  private OnThread(
      Thread.Builder threads,
      Inherited inherited,
      CountDownLatch awaited,
      Callable<? extends R> work) {
    thread =
        threads.start(
            () -> {
              ThreadContext.begin(inherited);
              try {
                result = work.call();
              } catch (Throwable t) {
                failure = t;
              }
              while (awaited != null && awaited.getCount() > 0) {
                Thread.yield(); // which leaves the flag alone
              }
              interruptedAtEnd = Thread.interrupted();
            });
  }

  static <R> OnThread<R> start(Callable<? extends R> work) {
    return new OnThread<>(Thread.ofVirtual(), Inherited.DEFAULT, null, work);
  }

  static <R> OnThread<R> start(Thread.Builder threads, Callable<? extends R> work) {
    return new OnThread<>(threads, Inherited.DEFAULT, null, work);
  }

  static <R> OnThread<R> start(Inherited inherited, Callable<? extends R> work) {
    return new OnThread<>(Thread.ofVirtual(), inherited, null, work);
  }

  /** When the work is over, the thread does not end before the latch is open. */
  static <R> OnThread<R> start(
      Inherited inherited, CountDownLatch awaited, Callable<? extends R> work) {
    return new OnThread<>(Thread.ofVirtual(), inherited, awaited, work);
  }

  /** Goes by a clock. */
  static <R> OnThread<R> start(HandClock clock, Callable<? extends R> work) {
    return new OnThread<>(Thread.ofVirtual(), clock.inherited(), null, work);
  }

  /** Returns when the thread waits. */
  OnThread<R> awaitWaiting() {
    return awaitState(Thread.State.WAITING);
  }

  OnThread<R> awaitState(Thread.State state) {
    while (thread.getState() != state) {
      if (thread.getState() == Thread.State.TERMINATED) {
        throw new AssertionError("it has ended without being " + state, failure);
      }
      Thread.yield();
    }
    return this;
  }

  OnThread<R> interrupt() {
    thread.interrupt();
    return this;
  }

  /** Interrupts it, and returns when it has taken note of that and waits for something else. */
  OnThread<R> interruptIntoNextWait() {
    thread.interrupt();
    while (thread.isInterrupted()) {
      Thread.yield();
    }
    return awaitWaiting();
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  /** What the work returned. */
  R result() throws InterruptedException {
    thread.join();
    if (failure != null) {
      throw new AssertionError("it failed", failure);
    }
    return result;
  }

  /** What the work returned, null if it threw. */
  R resultOrNull() throws InterruptedException {
    thread.join();
    return result;
  }

  /** What the work threw. */
  Throwable failure() throws InterruptedException {
    thread.join();
    if (failure == null) {
      throw new AssertionError("it returned " + result);
    }
    return failure;
  }

  /** Whether the thread's interrupt flag was set when the work was over. */
  boolean interruptedAtEnd() throws InterruptedException {
    thread.join();
    return interruptedAtEnd;
  }
}
