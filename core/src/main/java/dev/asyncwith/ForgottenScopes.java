package dev.asyncwith;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Scopes, timeouts and groups that were entered by hand inside of a block, and are still open when
 * it ends (C1). They are left with it, the innermost first, so that neither a timer nor a task of
 * theirs outlives it; then the mistake is reported as a failure of the exit.
 */
final class ForgottenScopes {
  private ForgottenScopes() {}

  /** How a scope is left when nothing is open inside of it. */
  @FunctionalInterface
  interface Leave<E extends Exception> {
    boolean leave(Outcome outcome) throws E;
  }

  /** Leaves what is open inside of a scope that can be left, and then the scope. */
  static <E extends Exception> boolean exit(CancelScope scope, Outcome outcome, Leave<E> own)
      throws E {
    if (CancelScope.withoutThoseOfExits(scope.entered().innermost()) == scope) {
      return own.leave(outcome); // as nearly always: to say what the scope is takes its time
    }
    Throwable failure = outcome.failure();
    Throwable misuse = leaveInside(scope.entered(), scope, scope.describe(), failure);
    if (misuse == null) {
      return own.leave(outcome);
    }
    try {
      if (own.leave(outcome) && failure != null) {
        misuse.addSuppressed(failure); // it has ended here, and the misuse goes on in its place
      }
    } catch (Throwable thrown) {
      throw Exits.<RuntimeException>sneaky(ExitFailures.combine(thrown, misuse));
    }
    throw Exits.<RuntimeException>sneaky(misuse);
  }

  /**
   * Leaves what is open at the end of work that has a thread to itself.
   *
   * @param around the innermost scope that was there before the work, or null
   * @param thrown what the work threw, or null
   * @return what it has failed with now, or null
   */
  static @Nullable Throwable atEndOf(
      String work, @Nullable CancelScope around, @Nullable Throwable thrown) {
    Throwable misuse = leaveInside(ThreadContext.current(), around, work, thrown);
    if (misuse == null || thrown == null) {
      return misuse == null ? thrown : misuse;
    }
    return ExitFailures.combine(thrown, misuse);
  }

  /**
   * Leaves the scopes inside of {@code outer}; returns the report, or null if there are none. It is
   * done in the shield of an exit, also where no block begins one: the cancel of a group that is
   * left needs to interrupt nobody here.
   */
  private static @Nullable Throwable leaveInside(
      ThreadContext context,
      @Nullable CancelScope outer,
      String ending,
      @Nullable Throwable failure) {
    CancelScope innermost = CancelScope.withoutThoseOfExits(context.innermost());
    if (innermost == outer || innermost == null) {
      return null;
    }
    List<CancelScope> open = new ArrayList<>(1);
    for (CancelScope s = innermost; s != null && s != outer; s = s.parentOutsideOfExits()) {
      open.add(s);
    }
    Throwable report = misuse(ending, open);
    Outcome outcome = failure == null ? Outcome.succeeded() : Cancellations.outcome(failure);
    long begun = context.beginExit(failure);
    for (CancelScope scope : open) {
      Leaks.endOfScope(scope, ending);
      Throwable ofOwner = scope.leaveForgotten(ending, outcome);
      report = ofOwner == null ? report : ExitFailures.combine(report, ofOwner);
    }
    context.endExit(begun);
    return report;
  }

  private static IllegalStateException misuse(String ending, List<CancelScope> open) {
    Collections.reverse(open);
    String names = open.stream().map(CancelScope::describe).collect(Collectors.joining(", "));
    Collections.reverse(open);
    return new IllegalStateException(
        ("%s ends while %s, entered inside of it, %s still open, and left only now: enter a scope by"
                + " with(…), or exit it before the block around it ends")
            .formatted(ending, names, open.size() == 1 ? "is" : "are"));
  }
}
