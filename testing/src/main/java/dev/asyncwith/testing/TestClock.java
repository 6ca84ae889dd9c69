package dev.asyncwith.testing;

import dev.asyncwith.AsyncClock;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A clock of virtual time, which stands still until it is moved: a test of a timeout of an hour
 * takes no time. It begins at {@link Instant#EPOCH}.
 *
 * <p>A clock made by {@link #create} moves by itself: when all tasks of its runner wait in calls of
 * this library, it goes to its next alarm and runs all that are due then. A task that computes, or
 * waits in a call of the JDK or of another library, counts as busy; so does one that was woken and
 * has not run yet. One made by {@link #manual} moves only by {@link #advance} and {@link
 * #advanceTo}, which work on both.
 *
 * <p>When all tasks wait and no alarm is set, the tasks are in a deadlock, unless a thread outside
 * the runner wakes one. A clock that moves by itself logs a warning that says so.
 *
 * <p>Alarms run one after the other, in the order of their times, and of two for one time that
 * first that was set first. Runners that run at the same time may share a clock: it goes on when
 * the tasks of all of them wait. Safe for use by several threads.
 */
public final class TestClock implements AsyncClock {
  private static final System.Logger LOG = System.getLogger("dev.asyncwith.testing");

  private static final Comparator<Setting> BY_TIME_THEN_NUMBER =
      Comparator.comparing(Setting::due).thenComparingLong(Setting::number);

  private record Setting(Instant due, long number, Runnable action) {}

  private final boolean automatic;

  /** Held by the thread that moves the clock; alarms take locks of their own under it. */
  private final ReentrantLock turn = new ReentrantLock();

  private final Condition toldOfIdle = turn.newCondition();

  // Guarded by the monitor of the alarms, under which no other lock is taken.
  private final TreeSet<Setting> alarms = new TreeSet<>(BY_TIME_THEN_NUMBER);
  private Instant now = Instant.EPOCH;
  private long count;

  /** Whether all waited when there was no alarm; the next one that is set has to be looked at. */
  private boolean stalled;

  /** Whether all wait, as the runner said last. */
  private volatile @Nullable BooleanSupplier allWait;

  private TestClock(boolean automatic) {
    this.automatic = automatic;
  }

  /**
   * Makes a clock that goes to its next alarm when all tasks wait in calls of this library.
   *
   * @return the clock, at {@link Instant#EPOCH}
   */
  public static TestClock create() {
    return new TestClock(true);
  }

  /**
   * Makes a clock that only the test moves.
   *
   * @return the clock, at {@link Instant#EPOCH}
   */
  public static TestClock manual() {
    return new TestClock(false);
  }

  /**
   * Moves the clock on. On its way it runs the alarms that become due, on the calling thread, each
   * at its time; also those that they set. It does not wait for the threads that they wake. At
   * zero, it runs those that are due now.
   *
   * @param duration how far, not negative
   * @throws IllegalArgumentException if it is negative; nothing has changed then
   */
  public void advance(Duration duration) {
    Objects.requireNonNull(duration, "the time to advance by is null: give a duration");
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          "the clock cannot be advanced by " + duration + ": time does not go back");
    }
    turn.lock();
    try {
      moveTo(instant().plus(duration));
    } finally {
      turn.unlock();
    }
  }

  /**
   * Moves the clock on to a time, as {@link #advance} does.
   *
   * @param time the time, not before that of the clock
   * @throws IllegalArgumentException if it is before that; nothing has changed then
   */
  public void advanceTo(Instant time) {
    Objects.requireNonNull(time, "the time to move to is null: give an instant");
    turn.lock();
    try {
      if (time.isBefore(instant())) {
        throw new IllegalArgumentException(
            "the clock cannot be moved to " + time + ", it is at " + instant() + " already");
      }
      moveTo(time);
    } finally {
      turn.unlock();
    }
  }

  /**
   * Waits until all tasks of the runner wait in calls of this library, and the clock does not go on
   * by itself: then only the calling thread, or another outside the runner, can wake one. For a
   * test that moves the clock, or wakes tasks, from outside. In a task, or when no task is left, it
   * waits for ever.
   *
   * @throws InterruptedException if the calling thread was interrupted; scopes do not end it
   */
  public void awaitIdle() throws InterruptedException {
    turn.lockInterruptibly();
    try {
      while (!isIdle()) {
        toldOfIdle.await();
      }
    } finally {
      turn.unlock();
    }
  }

  private boolean isIdle() {
    BooleanSupplier asked = allWait;
    return asked != null && (!automatic || next() == null) && asked.getAsBoolean();
  }

  private void moveTo(Instant target) {
    for (Setting due = takeUntil(target); due != null; due = takeUntil(target)) {
      due.action.run();
    }
    synchronized (alarms) {
      setTime(target);
    }
  }

  private @Nullable Setting takeUntil(Instant target) {
    synchronized (alarms) {
      if (alarms.isEmpty() || alarms.first().due.isAfter(target)) {
        return null;
      }
      Setting first = alarms.removeFirst();
      setTime(first.due);
      return first;
    }
  }

  private void setTime(Instant time) {
    if (time.isAfter(now)) { // an alarm may itself have moved the clock
      now = time;
    }
  }

  private @Nullable Setting next() {
    synchronized (alarms) {
      return alarms.isEmpty() ? null : alarms.first();
    }
  }

  @Override
  public void idle(BooleanSupplier allWaiting) {
    turn.lock();
    try {
      allWait = allWaiting;
      while (automatic && allWaiting.getAsBoolean()) {
        Setting next = next();
        if (next != null) {
          moveTo(next.due);
        } else if (stall()) {
          break;
        }
      }
      toldOfIdle.signalAll();
    } finally {
      turn.unlock();
    }
  }

  /** Notes that all wait; false if an alarm was set meanwhile. */
  private boolean stall() {
    boolean before;
    synchronized (alarms) {
      if (!alarms.isEmpty()) {
        return false;
      }
      before = stalled;
      stalled = true;
    }
    if (!before) { // threads may wake for nothing and wait again
      LOG.log(
          Level.WARNING,
          "{0}: all tasks wait and no alarm is set, so only a thread outside the runner can wake"
              + " one; if there is none this is a deadlock",
          this);
    }
    return true;
  }

  @Override
  public long nanoTime() {
    return nanos(instant());
  }

  /** Wraps around like {@link System#nanoTime}, whose values are to be compared by difference. */
  private static long nanos(Instant time) {
    return time.getEpochSecond() * 1_000_000_000 + time.getNano();
  }

  @Override
  public Instant instant() {
    synchronized (alarms) {
      return now;
    }
  }

  /**
   * Sets an alarm. One for a time that is past runs when the clock moves next.
   *
   * @param nanoTime when, in the time of {@link #nanoTime()}
   * @param action what to do then, on the thread that moves the clock; never blocks, never throws
   * @return the alarm, to cancel it
   */
  @Override
  public Alarm schedule(long nanoTime, Runnable action) {
    Objects.requireNonNull(action, "the action of the alarm is null: give a lambda");
    Setting setting;
    boolean wasStalled;
    synchronized (alarms) {
      long delay = Math.max(0, nanoTime - nanos(now));
      setting = new Setting(now.plusNanos(delay), count++, action);
      alarms.add(setting);
      wasStalled = stalled;
      stalled = false;
    }
    BooleanSupplier asked = allWait;
    if (wasStalled && asked != null) { // the caller may hold locks that alarms take
      var _ = Thread.ofVirtual().name("asyncwith test clock").start(() -> idle(asked));
    }
    return () -> cancel(setting);
  }

  private void cancel(Setting setting) {
    synchronized (alarms) {
      alarms.remove(setting);
    }
  }

  @Override
  public String toString() {
    synchronized (alarms) {
      return "TestClock[%s, %d alarms%s]"
          .formatted(now, alarms.size(), alarms.isEmpty() ? "" : ", next " + alarms.first().due);
    }
  }
}
