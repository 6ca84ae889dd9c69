package dev.asyncwith.bench.rival;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;

/** By hand, of threads alone: each child a virtual thread, a timeout a scheduled interrupt. */
public final class Threads implements Tasks, Timeout, Hold {
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().factory());

  /** With a timer that forgets what is cancelled. */
  public Threads() {
    timer.setRemoveOnCancelPolicy(true);
  }

  @Override
  public void all(int children, IntConsumer child) throws InterruptedException {
    Thread[] threads = new Thread[children];
    for (int i = 0; i < children; i++) {
      int index = i;
      threads[i] = Thread.startVirtualThread(() -> child.accept(index));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Override
  public int within(IntSupplier body) {
    Thread owner = Thread.currentThread();
    ScheduledFuture<?> alarm =
        timer.schedule(owner::interrupt, LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return body.getAsInt();
    } finally {
      alarm.cancel(false);
    }
  }

  /** Opens nothing: what a thread takes by itself. */
  @Override
  public void during(Runnable body) {
    body.run();
  }
}
