package dev.asyncwith.testing;

import dev.asyncwith.Scopes;
import dev.asyncwith.Tracking;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Which tasks wait, and for what: so that a test need not sleep until one does. For tests that are
 * {@linkplain LeakCheck checked}, or with {@link Tracking} on.
 *
 * {@snippet :
 * Task<?> second = tasks.fork(() -> with(lock).run(() -> trail.add("second")));
 * BlockedTasks.await(lock, 1);   // it waits for the lock
 * lock.release();
 * }
 *
 * <p>Safe for use by several threads.
 */
public final class BlockedTasks {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final long LOOK_AGAIN_AFTER = TimeUnit.MICROSECONDS.toNanos(200);

  /** Of who waits for nothing. */
  private static final Object NOTHING = new Object();

  private BlockedTasks() {}

  /**
   * A task, or another thread that has something open, that waits in a call of the library. Its
   * text is the name of the thread and of what it waits for.
   */
  public static final class BlockedTask {
    private final Thread thread;
    private final Object what;

    private BlockedTask(Thread thread, Object what) {
      this.thread = thread;
      this.what = what;
    }

    /**
     * The thread that waits.
     *
     * @return the thread
     */
    public Thread thread() {
      return thread;
    }

    /**
     * What it waits for.
     *
     * @return a lock, an event, a task, …
     */
    public Object what() {
      return what;
    }

    @Override
    public String toString() {
      return thread.getName() + " waits for " + what;
    }
  }

  /**
   * The tasks, and the other threads that have something open, that wait now in calls of the
   * library.
   *
   * @return a new list, in no order
   * @throws IllegalStateException if tracking is off
   */
  public static List<BlockedTask> blockedTasks() {
    if (Tracking.mode() == Tracking.Mode.OFF) {
      throw new IllegalStateException(
          "tracking is off, so nobody knows which tasks wait: annotate the test with @LeakCheck, or"
              + " call Tracking.enable");
    }
    Set<Thread> threads = new LinkedHashSet<>();
    Scopes.open().forEach(scope -> threads.add(scope.thread()));
    return threads.stream()
        .map(thread -> new BlockedTask(thread, blocker(thread)))
        .filter(task -> !task.what.getClass().getName().startsWith("java.util.concurrent."))
        .filter(task -> task.what != NOTHING)
        .toList();
  }

  private static Object blocker(Thread thread) {
    return Objects.requireNonNullElse(LockSupport.getBlocker(thread), NOTHING);
  }

  /**
   * Waits until so many tasks wait for something.
   *
   * @param what what they are to wait for: a lock, a semaphore, an event, a queue, a task, …
   * @param number how many at least
   * @throws AssertionError if there are not so many within ten seconds; its message says what is
   *     open, and who waits for what
   * @throws IllegalStateException if tracking is off
   * @throws InterruptedException if the thread was interrupted
   */
  public static void await(Object what, int number) throws InterruptedException {
    await(what, number, LIMIT);
  }

  static void await(Object what, int number, Duration limit) throws InterruptedException {
    Objects.requireNonNull(
        what, "what the tasks are to wait for is null: give the lock, the event");
    long begin = System.nanoTime();
    long waiting = count(what);
    while (waiting < number) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting for tasks to wait for " + what);
      }
      if (System.nanoTime() - begin > limit.toNanos()) {
        throw new AssertionError(
            "%d of %d tasks wait for %s; this is open:%n%s"
                .formatted(waiting, number, what, Scopes.dump()));
      }
      LockSupport.parkNanos(LOOK_AGAIN_AFTER);
      waiting = count(what);
    }
  }

  private static long count(Object what) {
    return blockedTasks().stream().filter(task -> task.what == what).count();
  }
}
