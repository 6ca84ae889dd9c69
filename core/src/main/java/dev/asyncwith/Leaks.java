package dev.asyncwith;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells of leaks: to the log, to the listeners, and to a recording. */
final class Leaks {
  private static final System.Logger LOG = System.getLogger("dev.asyncwith");
  private static final List<Consumer<? super Leak>> LISTENERS = new CopyOnWriteArrayList<>();

  private Leaks() {}

  /** Adds a listener, as often as it is given; returns what takes it away once. */
  static Runnable add(Consumer<? super Leak> listener) {
    Consumer<Leak> own = listener::accept; // an object of its own
    LISTENERS.add(own);
    return () -> LISTENERS.remove(own);
  }

  /** Of things opened by hand in a run that has ended, but for what it returned. */
  static void endOfRun(String runner, Background run, @Nullable Object result) {
    for (ByHand open : OpenThings.byHand()) {
      Object value = open.what();
      boolean handedOn = value != null && value == result;
      if (open.isOf(run) && !handedOn && OpenThings.removeByHand(open)) {
        tell(
            Leak.Trigger.END_OF_RUN,
            OpenScope.of(open),
            "is still open at the end of a run of %s: who was to close it?".formatted(runner));
      }
    }
  }

  /** Of a scope that was entered by hand in a block that ends. */
  static void endOfScope(CancelScope scope, String block) {
    OpenedHere entered = scope.enteredHere();
    if (entered == null) { // before tracking was on
      return;
    }
    tell(
        Leak.Trigger.END_OF_SCOPE,
        new OpenScope(
            scope.describe(),
            scope.getClass(),
            OpenScope.Kind.BY_HAND,
            OpenScope.Phase.BODY,
            entered.at(),
            scope.entered().thread(),
            entered.getStackTrace().length == 0 ? null : entered),
        "is still open at the end of %s, and left only now: was its exit forgotten?"
            .formatted(block));
  }

  static void heldTooLong(Open open, OpenScope seen, Duration threshold) {
    open.reportOverdue();
    tell(
        Leak.Trigger.HOLD_TIME,
        seen,
        "is held for longer than %s: was it forgotten, or is what it waits for stuck?"
            .formatted(threshold));
  }

  static void returned(Open open) {
    tell(Leak.Trigger.RETURNED, OpenScope.of(open), "was returned after all");
  }

  static void dropped(ByHand open) {
    if (open.dropped()) {
      tell(
          Leak.Trigger.GARBAGE,
          OpenScope.of(open),
          "was dropped without having been closed: was a block or a close() forgotten?");
    }
  }

  private static void tell(Leak.Trigger trigger, OpenScope scope, String what) {
    var leak = new Leak(trigger, scope, message(scope, what));
    Level level = trigger == Leak.Trigger.RETURNED ? Level.INFO : Level.WARNING;
    LOG.log(level, leak.message(), scope.openedHere());
    FlightEvents.leak(leak);
    for (Consumer<? super Leak> listener : LISTENERS) {
      try {
        listener.accept(leak);
      } catch (Throwable thrown) {
        LOG.log(
            Level.WARNING,
            "a listener of leaks failed when it was told: " + leak.message(),
            thrown);
      }
    }
  }

  private static String message(OpenScope scope, String what) {
    StackTraceElement line = scope.line();
    String where =
        scope.openedHere() == null
            ? " (for the place, track with Mode.STACKS)"
            : line == null ? "" : " at " + line;
    return scope + where + ", " + what;
  }
}
