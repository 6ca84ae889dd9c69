package dev.asyncwith.http;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Jetty's start and stop, on a thread of their own: both wait here and there, and an interrupt of
 * the caller would leave them half done.
 */
final class Apart {
  private Apart() {}

  /**
   * Does the work and waits for its end, undisturbed by interrupts, which are kept.
   *
   * @throws TimeoutException if it has not ended in time; it goes on
   * @throws ExecutionException if it failed
   */
  static <T extends @Nullable Object> T call(String name, Duration bound, Callable<T> work)
      throws TimeoutException, ExecutionException {
    var task = new FutureTask<T>(work);
    Thread.ofVirtual().name(name).start(task);
    long end = System.nanoTime() + bound.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
