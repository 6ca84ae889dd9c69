package dev.asyncwith;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a thread has open, the innermost first. Only that thread changes it; any may read it, and
 * sees what was so a moment ago.
 */
final class ThreadTrack {
  private static final VarHandle INNERMOST;

  static {
    try {
      INNERMOST = MethodHandles.lookup().findVarHandle(ThreadTrack.class, "innermost", Open.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Thread thread;
  private final Inherited inherited;
  private final @Nullable Task<?> task;
  private final long since = System.nanoTime();
  private @Nullable Open innermost;

  /**
   * Makes that of a thread.
   *
   * @param task what it does, if it is the thread of a task
   */
  ThreadTrack(Thread thread, Inherited inherited, @Nullable Task<?> task) {
    this.thread = thread;
    this.inherited = inherited;
    this.task = task;
  }

  void push(Open open) {
    open.around(innermost);
    INNERMOST.setRelease(this, open);
  }

  void pop(Open open) {
    INNERMOST.setRelease(this, open.around());
  }

  @Nullable Open innermost() {
    return (Open) INNERMOST.getAcquire(this);
  }

  Thread thread() {
    return thread;
  }

  Inherited inherited() {
    return inherited;
  }

  @Nullable Task<?> task() {
    return task;
  }

  /** Whether it is the thread of a task that has not ended. */
  boolean runsTask() {
    return task != null && !task.isDone();
  }

  long since() {
    return since;
  }

  /** What the thread waits for in a call of the library; null if it does not. */
  @Nullable Object waitsFor() {
    Object what = LockSupport.getBlocker(thread);
    boolean ofJdk = what != null && what.getClass().getName().startsWith("java.util.concurrent.");
    return ofJdk ? null : what;
  }

  /** The same in words. */
  @Nullable String waits() {
    return switch (waitsFor()) {
      case null -> null;
      case Duration sleep -> "the end of a sleep of " + sleep;
      case Object what -> Names.describe(what);
    };
  }

  String name() {
    return OpenedHere.threadName(thread);
  }
}
