package dev.asyncwith.http;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Work of Jetty's on a thread of its own. An interrupt that meets a thread inside a channel closes
 * the channel; Jetty's channels and its selector serve all requests of a session, so that the
 * interrupt of one caller would break those of others.
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
