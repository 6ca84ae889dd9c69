package dev.asyncwith;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that is open, while tracking is on: one that a block holds, an entry of a stack, or one
 * that its owner closes by hand. Its phase is changed by the thread that uses it, and read by any.
 *
 * <p>Of those that a block holds each knows the one around it on the same thread, so that the
 * innermost, which the {@link ThreadTrack} knows, tells all.
 */
abstract sealed class Open permits Tracked, StackEntry, ByHand {
  private static final VarHandle PHASE;

  static {
    try {
      PHASE = MethodHandles.lookup().findVarHandle(Open.class, "phase", OpenScope.Phase.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final long since = System.nanoTime();

  /** The thread that opened it; null if it is only recorded. */
  private final @Nullable ThreadTrack track;

  private final @Nullable OpenedHere openedHere;

  /** Written without a fence: who reads it late sees it a phase behind. */
  @SuppressWarnings("UnusedVariable") // read by its handle
  private OpenScope.Phase phase;

  private @Nullable Open around;

  /** Whether it was reported as held for too long; by the thread that looks for those. */
  private volatile boolean overdue;

  Open(@Nullable ThreadTrack track, OpenScope.Phase phase) {
    this.track = track;
    this.phase = phase;
    this.openedHere =
        track != null && Tracking.keepsStacks() ? new OpenedHere(track.thread(), true) : null;
  }

  /** What tracking knows of the calling thread, on which something is opened. */
  static ThreadTrack here() {
    return ThreadContext.current().track();
  }

  /** What is open, for those who know its class; null if only its name is known. */
  abstract @Nullable Object what();

  /** Its name; never fails. */
  abstract String name();

  abstract Class<?> type();

  abstract OpenScope.Kind kind();

  /** What a user's code may exit in place of a tracked exit, for those who look at its class. */
  static AsyncExit<?> bare(AsyncExit<?> exit) {
    return switch (exit) {
      case Tracked<?, ?> tracked -> tracked.manager();
      case StackEntry entry -> entry.exit();
      default -> exit;
    };
  }

  long since() {
    return since;
  }

  /** What is known of the thread that opened it. */
  final ThreadTrack track() {
    return Objects.requireNonNull(track, "it is only recorded, and so known to nobody");
  }

  Thread thread() {
    return track().thread();
  }

  @Nullable OpenedHere openedHere() {
    return openedHere;
  }

  OpenScope.Phase phase() {
    return (OpenScope.Phase) PHASE.getAcquire(this);
  }

  final void phase(OpenScope.Phase next) {
    PHASE.setRelease(this, next);
  }

  /** What it stands in: the one around it on its thread, or that in whose course it was opened. */
  @Nullable Open around() {
    return around;
  }

  final void around(@Nullable Open outer) {
    around = outer;
  }

  /** Whether a block of its thread holds it, or a stack is entering it. */
  boolean isOfThread() {
    return this instanceof Tracked<?, ?> || phase() == OpenScope.Phase.ENTERING;
  }

  boolean isOverdue() {
    return overdue;
  }

  void reportOverdue() {
    overdue = true;
  }

  /** It was closed: one that was reported is reported once more. */
  final void closed() {
    if (overdue) {
      Leaks.returned(this);
    }
  }
}
