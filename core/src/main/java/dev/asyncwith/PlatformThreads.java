package dev.asyncwith;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Gives platform threads that are used again, as a task wants them: a thread that it starts and
 * that is its own while it runs. Starting one anew takes several times as long as waking an idle
 * one. They are daemons, so that no abandoned call keeps the JVM alive, and inherit nothing from
 * the thread that happens to make them.
 */
final class PlatformThreads implements ThreadFactory {
  static final PlatformThreads SHARED = new PlatformThreads(TimeUnit.SECONDS.toNanos(10));

  private final long idleNanos;

  /** The one that became idle last is used first, so that the others can end. Its own monitor. */
  private final Deque<Worker> idle = new ArrayDeque<>();

  PlatformThreads(long idleNanos) {
    this.idleNanos = idleNanos;
  }

  @Override
  public Thread newThread(Runnable work) {
    Worker worker;
    synchronized (idle) {
      worker = idle.pollLast();
    }
    if (worker == null) {
      worker = new Worker();
    }
    worker.work = work;
    return worker;
  }

  /** Whether a thread of whatever factory is one that its task has yet to start. */
  static boolean isUnstarted(Thread thread) {
    return thread instanceof Worker worker
        ? !worker.started
        : thread.getState() == Thread.State.NEW;
  }

  /** Takes a thread of whatever factory back that its task does not start. */
  static void discard(Thread unstarted) {
    if (unstarted instanceof Worker worker) {
      worker.discard();
    }
  }

  int idleThreads() {
    synchronized (idle) {
      return idle.size();
    }
  }

  /** Belongs to who got it, until its work is done. */
  private final class Worker extends Thread {
    private @Nullable Runnable work;
    private boolean startedBefore;
    private volatile boolean started;

    Worker() {
      super(null, null, "asyncwith platform thread", 0, false);
      setDaemon(true);
    }

    @Override
    public void start() {
      started = true;
      if (startedBefore) {
        LockSupport.unpark(this);
      } else {
        startedBefore = true;
        super.start();
      }
    }

    private void discard() {
      work = null;
      if (startedBefore) {
        synchronized (idle) {
          idle.addLast(this);
        }
      }
    }

    @Override
    public void run() {
      while (started) {
        Runnable mine = work;
        if (mine != null) {
          mine.run();
        }
        rest();
      }
    }

    /** Waits to be started again; it is not if nobody has taken it in its time. */
    private void rest() {
      work = null;
      started = false;
      setName("asyncwith idle platform thread");
      synchronized (idle) {
        idle.addLast(this);
      }
      long began = System.nanoTime();
      boolean mayEnd = true;
      while (!started) {
        boolean _ = Thread.interrupted(); // whoever sent it means the work that is over
        long left = idleNanos - (System.nanoTime() - began);
        if (left > 0 || !mayEnd) {
          LockSupport.parkNanos(this, left > 0 ? left : idleNanos);
        } else {
          synchronized (idle) {
            mayEnd = idle.remove(this);
          }
          if (mayEnd) {
            return;
          }
        }
      }
      boolean _ = Thread.interrupted();
    }
  }
}
