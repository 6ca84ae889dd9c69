package dev.asyncwith;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A clock that a test advances, and threads that go by it. */
final class HandClock implements AsyncClock {
  private record Due(long at, Runnable action) {}

  // Guarded by this object's monitor.
  private final List<Due> alarms = new ArrayList<>();
  private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(30); // so that it soon overflows
  private final long epoch = now;

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  @Override
  public Instant instant() {
    return Instant.EPOCH.plusNanos(nanoTime() - epoch);
  }

  @Override
  public Alarm schedule(long nanoTime, Runnable action) {
    var due = new Due(nanoTime, action);
    synchronized (this) {
      alarms.add(due);
      notifyAll();
    }
    runDue();
    return () -> cancel(due);
  }

  private synchronized void cancel(Due due) {
    alarms.removeIf(other -> other == due);
  }

  private void runDue() {
    for (Due due = takeDue(); due != null; due = takeDue()) {
      due.action.run();
    }
  }

  private synchronized @Nullable Due takeDue() {
    for (Due due : alarms) {
      if (due.at - now <= 0) {
        alarms.remove(due);
        return due;
      }
    }
    return null;
  }

  void advance(Duration by) {
    synchronized (this) {
      now += by.toNanos();
    }
    runDue();
  }

  synchronized int alarms() {
    return alarms.size();
  }

  /** Waits until an alarm is set for so long after the clock's beginning. */
  synchronized void awaitAlarmAt(Duration when) throws InterruptedException {
    while (alarms.stream().noneMatch(due -> due.at - epoch == when.toNanos())) {
      wait();
    }
  }

  /** Waits until so many alarms are set; the test's own time limit bounds it. */
  void awaitAlarms(int count) {
    while (alarms() < count) {
      Thread.onSpinWait();
    }
  }

  /** Makes the calling thread, and the tasks that it forks, go by this clock. */
  void take() {
    var _ = ThreadContext.begin(inherited());
  }

  /** Ends what {@link #take} began. */
  static void giveBack() {
    ThreadContext.current().end();
  }

  /** What a thread inherits that goes by this clock. */
  Inherited inherited() {
    return Inherited.ofRunner(this, null);
  }

  /** What a thread of this clock does. */
  @FunctionalInterface
  interface Work<T> {
    T call() throws Exception;
  }

  /** Starts a thread that goes by this clock, and whose exits have a budget or null. */
  <T> Running<T> start(@Nullable Duration exitBudget, Work<T> work) {
    return new Running<>(Inherited.ofRunner(this, exitBudget), work);
  }

  /** A thread and what comes of it. */
  static final class Running<T> {
    private final FutureTask<T> task;
    private volatile boolean interrupted;
    final Thread thread;

    private Running(Inherited inherited, Work<T> work) {
      task =
          new FutureTask<>(
              () -> {
                ThreadContext context = ThreadContext.begin(inherited);
                try {
                  return work.call();
                } finally {
                  interrupted = Thread.interrupted();
                  if (context.innermost() != null || context.exitWatch() != null) {
                    throw new AssertionError("scopes were left behind: " + context.innermost());
                  }
                }
              });
      thread = Thread.ofVirtual().start(task);
    }

    T get() throws Exception {
      return task.get();
    }

    /** What the thread threw. */
    Throwable thrown() throws InterruptedException {
      try {
        throw new AssertionError("it returned " + task.get());
      } catch (ExecutionException e) {
        return Objects.requireNonNull(e.getCause());
      }
    }

    /** Whether the thread's interrupt flag was set at its end. */
    boolean interrupted() {
      return interrupted;
    }
  }
}
