package dev.asyncwith.files;

import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Platform threads that do file operations for virtual ones, which wait parked and hold up no
 * carrier. Two reasons make it a pool and not a plain call: since JDK 23 the scheduler does not
 * make up for a carrier that sits in a file read, and an interrupt closes a {@code FileChannel} for
 * all its users. Nobody but this class knows its threads, so nobody can interrupt them.
 *
 * <p>The queue has no bound: each entry is one parked caller, who is the back-pressure. The pool is
 * never shut down with {@code shutdownNow}, whose interrupts would close the channels in use.
 */
final class IoPool {
  /** The pool of all regular files. */
  static final IoPool SHARED = new IoPool("asyncwith-io-", sharedThreads());

  private static final AtomicLong STREAMS = new AtomicLong();

  private final ThreadPoolExecutor executor;

  private IoPool(String prefix, int threads) {
    var number = new AtomicLong();
    executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> new IoThread(task, prefix + number.incrementAndGet()));
    executor.allowCoreThreadTimeOut(true);
  }

  /** One thread for one stream, whose operations may never end and so must not hold up others. */
  static IoPool forStream() {
    return new IoPool("asyncwith-io-stream-" + STREAMS.incrementAndGet() + "-", 1);
  }

  private static int sharedThreads() {
    int byCores = Math.max(16, 4 * Runtime.getRuntime().availableProcessors());
    return Math.max(1, Integer.getInteger("dev.asyncwith.files.threads", byCores));
  }

  /** Hands a call over and waits it out: an interrupt changes nothing but the caller's flag. */
  <T extends @Nullable Object> T call(IoCall<? extends T> call) throws IOException {
    return this.<T>submit(call).awaitShielded();
  }

  /** Hands a call over; somebody awaits or abandons the answer. */
  <T extends @Nullable Object> Handover<T> submit(IoCall<? extends T> call) {
    var handover = new Handover<T>(call);
    executor.execute(handover);
    return handover;
  }

  /** Takes no more calls; a thread that is idle, or comes to its end, ends. */
  void shutdown() {
    executor.shutdown();
  }
}
