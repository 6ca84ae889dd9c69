package dev.asyncwith;

import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which threads of a runner are busy, for a clock that goes on by itself when none is: it is told
 * by {@link AsyncClock#idle}. Runs that go by one clock at the same time have one of these in
 * common, so that the clock does not overtake one of them for the other.
 *
 * <p>A thread is counted from before it starts until its end, and not counted as long as it is
 * parked in a wait of the library. Waits in foreign code count as busy. All is quiet when the count
 * is zero, some thread is parked, and none of those that are parked was woken.
 *
 * <p>Why the clock is not told too early:
 *
 * <ul>
 *   <li>A parked thread can only go on if what it waits for is there, if it was interrupted, or if
 *       a cancelled scope is in effect for it. Whoever does one of these leaves a mark before it
 *       unparks the thread, and the thread takes no mark away before {@link #resumed}. So a thread
 *       that was woken is seen, by its mark, until it counts again.
 *   <li>A thread of the runner that wakes another leaves the mark before it stops being busy
 *       itself; the monitor orders the two. An alarm leaves it before the clock asks again. What
 *       the library does on a thread of its own, as cancelling the scopes below one whose deadline
 *       passed, is counted like a thread of the runner.
 *   <li>A thread outside the runner may wake one at any moment. Such a wake comes before or after
 *       the clock's step; the clock asks {@link #isQuiet} before each, with its own lock held.
 * </ul>
 *
 * <p>Why it is told: marks are never taken away while a thread is parked, so it can only become
 * quiet by a thread that parks or ends, and that one looks. When several do, each looks after its
 * own step, so the last one sees all. When a step of the clock wakes nobody, the clock asks again
 * and takes the next; when it finds no alarm, it is the clock that hears of one that is set later.
 *
 * <p>To ask looks at each parked thread, so a step of a virtual clock costs time in proportion to
 * their number.
 *
 * <p>The clock is told without any lock of the library held, on a thread that is about to park or
 * has ended. Waking needs no lock that is held while a clock is told, and {@link #isQuiet} runs
 * nothing that locks.
 */
final class Activity {
  /** Those of the clocks by which runs go now; guarded by its monitor. */
  private static final IdentityHashMap<AsyncClock, Activity> OF_RUNS = new IdentityHashMap<>();

  private final AsyncClock clock;

  /** How many runs it counts for; guarded by the monitor of all of them. */
  private int runs;

  // Guarded by this object's monitor.
  private final Set<BooleanSupplier> parked = new LinkedHashSet<>();
  private int busy;

  Activity(AsyncClock clock) {
    this.clock = clock;
  }

  /**
   * For a run that begins, and calls {@link #leave} at its end; null if its clock does not care.
   */
  static @Nullable Activity join(AsyncClock clock) {
    if (clock == AsyncClock.system()) { // it goes by itself
      return null;
    }
    synchronized (OF_RUNS) {
      Activity shared = OF_RUNS.computeIfAbsent(clock, Activity::new);
      shared.runs++;
      return shared;
    }
  }

  /** A run has ended; what it leaves behind still counts for those that go on. */
  void leave() {
    synchronized (OF_RUNS) {
      runs--;
      if (runs == 0) {
        OF_RUNS.remove(clock);
      }
    }
  }

  /** A thread is about to be started, by the calling one. */
  synchronized void started() {
    busy++;
  }

  /** The calling thread has done its work, and has woken whoever waits for that. */
  void ended() {
    synchronized (this) {
      busy--;
    }
    settle();
  }

  /**
   * The calling thread is about to park. The clock may run alarms meanwhile, on this thread, which
   * may use up its permit to park: it has to look whether it was woken after this.
   *
   * @param woken whether the thread goes on; asked by any thread, takes no locks
   */
  void waiting(BooleanSupplier woken) {
    synchronized (this) {
      busy--;
      parked.add(woken);
    }
    settle();
  }

  /** The calling thread goes on; before it clears its interrupt flag or leaves a scope. */
  synchronized void resumed(BooleanSupplier woken) {
    if (parked.remove(woken)) {
      busy++;
    }
  }

  private void settle() {
    if (isQuiet()) {
      clock.idle(this::isQuiet);
    }
  }

  /** Whether only an alarm, or a thread outside the runner, can wake a thread of the runner. */
  private synchronized boolean isQuiet() {
    if (busy > 0 || parked.isEmpty()) {
      return false;
    }
    for (BooleanSupplier woken : parked) {
      if (woken.getAsBoolean()) {
        return false;
      }
    }
    return true;
  }
}
