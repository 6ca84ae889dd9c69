package dev.asyncwith;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The threads that send interrupts. {@link Thread#interrupt} can block: for a virtual thread that
 * reads from a FIFO or waits for a file lock, until it has come back. So it is never called by a
 * timer; and not on a virtual thread either, for those reads hold their carriers, and with as many
 * of them as there are processors no virtual thread runs.
 *
 * <p>One platform thread does the work, and as long as it gets on with it no other is needed; when
 * it is stuck another is added.
 */
final class Senders {
  private static final long STUCK_MILLIS = 5;

  private static final ThreadPoolExecutor POOL =
      new ThreadPoolExecutor(
          1,
          1,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().daemon().name("asyncwith interrupts ", 1).factory());

  private static final AtomicBoolean WATCHED = new AtomicBoolean();

  static {
    POOL.allowCoreThreadTimeOut(true);
  }

  private Senders() {}

  static void execute(Runnable action) {
    POOL.execute(action);
    if (!POOL.getQueue().isEmpty() && WATCHED.compareAndSet(false, true)) {
      watch();
    }
  }

  private static void watch() {
    long done = POOL.getCompletedTaskCount();
    AsyncClock clock = AsyncClock.system();
    var _ =
        clock.schedule(
            clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STUCK_MILLIS), () -> look(done));
  }

  private static void look(long doneBefore) {
    if (!POOL.getQueue().isEmpty() && POOL.getCompletedTaskCount() == doneBefore) {
      int more = POOL.getCorePoolSize() + 1;
      POOL.setMaximumPoolSize(more);
      POOL.setCorePoolSize(more);
    }
    WATCHED.set(false);
    if (!POOL.getQueue().isEmpty() && WATCHED.compareAndSet(false, true)) {
      watch();
    }
  }
}
