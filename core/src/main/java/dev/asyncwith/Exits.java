package dev.asyncwith;

import org.jspecify.annotations.Nullable;

/** Runs the exit of one manager after the body, by the rules P2 to P5 and P9. */
final class Exits {
  private Exits() {}

  /** What a level of a block gives back instead of a result when a failure was suppressed. */
  record Suppressed(Throwable cause) {}

  static void afterSuccess(AsyncExit<RuntimeException> manager) throws InterruptedException {
    ThreadContext context = ThreadContext.forExit();
    if (context == null) {
      HeldInterrupt held = HeldInterrupt.hold();
      try {
        var _ = manager.exit(Outcome.succeeded());
      } finally {
        end(held, null, 0);
      }
    } else {
      afterSuccessInScope(manager, context);
    }
  }

  /** Apart, for it is large: a block outside of any scope is to be inlined whole. */
  private static void afterSuccessInScope(
      AsyncExit<RuntimeException> manager, ThreadContext context) throws InterruptedException {
    long begun = context.beginExit(null);
    HeldInterrupt held = HeldInterrupt.hold();
    try {
      var _ = run(manager, Outcome.succeeded(), context);
    } finally {
      end(held, context, begun);
    }
  }

  /** Runs a close that is no exit of a block. */
  static <X extends Throwable> void runByHand(Object what, AsyncExit.Closing<? extends X> close)
      throws X {
    Throwable thrown = exit(new ByHand(what, close), null);
    if (thrown != null) {
      throw Exits.<X>sneaky(thrown);
    }
  }

  /** Closes something after a failure that it has no say in; returns the failure after that. */
  static Throwable closeAfter(Object what, AsyncExit.Closing<?> close, Throwable failure) {
    Throwable left = exit(new ByHand(what, close), failure);
    return left == null ? failure : left; // a close suppresses nothing
  }

  private record ByHand(Object what, AsyncExit.Closing<?> close)
      implements AsyncExit<RuntimeException> {
    @Override
    public boolean exit(Outcome outcome) {
      try {
        close.close();
      } catch (Throwable t) {
        throw Exits.<RuntimeException>sneaky(t);
      }
      return false;
    }

    @Override
    public String describe() {
      return what.toString();
    }
  }

  /** Runs an exit as a close by hand, which cannot throw an interrupt: that is kept as the flag. */
  @SuppressWarnings("unchecked") // what an exit throws is thrown on, whatever it is
  static <X extends Throwable> void closeByHand(AsyncExit<X> exit) throws X {
    Throwable thrown = exit((AsyncExit<RuntimeException>) exit, null);
    if (thrown instanceof InterruptedException) {
      Late.log("the close of " + exit.describe() + " was interrupted", thrown);
      Cancellations.keepInterruptOf(thrown);
    } else if (thrown != null) {
      throw Exits.<X>sneaky(thrown);
    }
  }

  private static boolean run(
      AsyncExit<RuntimeException> exit, Outcome outcome, @Nullable ThreadContext context)
      throws InterruptedException {
    if (context == null || !context.boundsExits()) {
      return exit.exit(outcome);
    }
    return ExitBudget.<RuntimeException>exitImplied(context, exit, outcome);
  }

  static void end(@Nullable HeldInterrupt held, @Nullable ThreadContext context, long begun) {
    if (held != null) {
      held.restore();
    }
    if (context != null) {
      context.endExit(begun);
    }
  }

  /** Exits; returns what to give back if the failure was suppressed, else throws. */
  static Suppressed afterFailure(AsyncExit<RuntimeException> manager, Throwable failure)
      throws InterruptedException {
    Throwable left = exit(manager, failure);
    if (left == null) {
      return new Suppressed(failure);
    }
    throw Exits.<RuntimeException>sneaky(left);
  }

  /** Exits with {@code failure} pending, or with none; returns the failure that is pending then. */
  static @Nullable Throwable exit(
      AsyncExit<RuntimeException> manager, @Nullable Throwable failure) {
    Outcome outcome = failure == null ? Outcome.succeeded() : Cancellations.outcome(failure);
    ThreadContext context = ThreadContext.forExit();
    long begun = context == null ? 0 : context.beginExit(failure);
    HeldInterrupt held = HeldInterrupt.hold();
    boolean suppress = false;
    Throwable thrown = null;
    try {
      suppress = run(manager, outcome, context);
    } catch (Throwable t) {
      thrown = t;
    }
    end(held, context, begun);
    if (thrown != null) {
      return failure == null ? thrown : ExitFailures.combine(failure, thrown);
    }
    return suppress && failure != null ? suppress(failure) : failure;
  }

  /** The answer of an exit by what was pending before and after it; throws a new failure. */
  static boolean suppressed(@Nullable Throwable before, @Nullable Throwable after) {
    if (after != null && after != before) {
      if (before != null) {
        ExitFailures.supersede(before, after);
      }
      throw Exits.<RuntimeException>sneaky(after);
    }
    return before != null && after == null;
  }

  /** Suppresses a failure; returns the exits' failures that it carries, or null for none. */
  static @Nullable Throwable suppress(Throwable failure) {
    Cancellations.keepInterruptOf(failure);
    Throwable carried = ExitFailures.carriedBy(failure);
    if (carried instanceof InterruptedException) {
      var _ = Thread.interrupted(); // it was kept as the flag, and is thrown now
    }
    return carried;
  }

  /** A manager of any exception as one of none, for code that throws on what it catches. */
  @SuppressWarnings("unchecked")
  static AsyncContextManager<@Nullable Object, RuntimeException> unchecked(
      AsyncContextManager<?, ?> manager) {
    return (AsyncContextManager<@Nullable Object, RuntimeException>) manager;
  }

  /** Throws any throwable where only unchecked ones are declared. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <X extends Throwable> X sneaky(Throwable failure) throws X {
    throw (X) failure;
  }
}
