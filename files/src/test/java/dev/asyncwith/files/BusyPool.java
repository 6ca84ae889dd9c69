package dev.asyncwith.files;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every thread of the shared pool busy until it is released, so that calls stay on the way.
 */
final class BusyPool implements AutoCloseable {
  private static final int AT_LEAST = Math.max(16, 4 * Runtime.getRuntime().availableProcessors());

  private final CountDownLatch begun = new CountDownLatch(AT_LEAST);
  private final CountDownLatch release = new CountDownLatch(1);
  private final List<Handover<@Nullable Void>> calls = new ArrayList<>();

  BusyPool() throws InterruptedException {
    for (int i = 0; i < AT_LEAST; i++) {
      calls.add(
          IoPool.SHARED.submit(
              () -> {
                begun.countDown();
                awaitRelease();
                return null;
              }));
    }
    begun.await();
  }

  private void awaitRelease() {
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new AssertionError("somebody interrupts the threads of the pool", e);
    }
  }

  void release() {
    release.countDown();
  }

  @Override
  public void close() throws Exception {
    release();
    for (Handover<@Nullable Void> call : calls) {
      call.awaitShielded();
    }
  }
}
