package dev.asyncwith;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** How a call of the library waits, and how it notices an interrupt or a cancel. */
final class Waits {
  private Waits() {}

  /** Throws if the thread was interrupted, or a cancelled scope is in effect for it. */
  static void check(String doing, Object what) throws InterruptedException {
    ThreadContext context = ThreadContext.inScope();
    if (context != null) {
      context.check(context.mask(), doing, what);
    } else if (Thread.interrupted()) {
      throw new InterruptedException(interrupted(doing, what));
    }
  }

  /**
   * Takes the cancel of a scope in effect, of which an exception tells that is on its way from
   * another thread; so this one needs no interrupt for it. Tells whether there is such a scope.
   */
  static boolean takeCancel(String doing, Object what) {
    ThreadContext context = ThreadContext.inScope();
    if (context == null || context.effective(context.mask()) == null) {
      return false;
    }
    try {
      check(doing, what);
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  /** Waits until the waiter is woken; throws, as {@link #check} does, if it must before that. */
  static void await(Waiter waiter, String doing, Object what) throws InterruptedException {
    ThreadContext context = ThreadContext.ofWaits();
    if (context != null) {
      context.await(waiter, context.mask(), doing, what);
      return;
    }
    if (Latch.isSet() && Tracking.isOn()) {
      ThreadTrack _ = ThreadContext.current().track(); // which shows what the thread waits for
    }
    while (!waiter.ready()) {
      LockSupport.park(what);
      if (!waiter.ready() && Thread.interrupted()) {
        throw new InterruptedException(interrupted(doing, what));
      }
    }
  }

  /** Waits until a task is done, undisturbed as {@link #awaitShielded} is. */
  static void uninterruptibly(Task<?> task) {
    var waiter = new Waiter();
    task.whenComplete(waiter);
    awaitShielded(waiter, task);
  }

  /** Waits until the waiter is woken, undisturbed by interrupts, which are kept, and by scopes. */
  static void awaitShielded(Waiter waiter, Object what) {
    ThreadContext context = ThreadContext.ofWaits();
    long begun = context == null ? 0 : context.beginExit(null);
    boolean interrupted = false;
    while (!waiter.ready()) {
      try {
        await(waiter, "waiting for", what);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (context != null) {
      context.endExit(begun);
    }
  }

  static String interrupted(String doing, Object what) {
    return "interrupted while " + doing + " " + describe(what);
  }

  static @Nullable String describe(Object what) {
    return what instanceof AsyncExit<?> named ? named.describe() : what.toString();
  }
}
