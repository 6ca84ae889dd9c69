package dev.asyncwith.bench.rival;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;

/** java.util.concurrent: an executor of virtual threads, and {@code orTimeout} on it. */
public final class ExecutorRival implements Tasks, Timeout {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @Override
  public void all(int children, IntConsumer child) {
    try (ExecutorService group = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < children; i++) {
        int index = i;
        group.execute(() -> child.accept(index));
      }
    }
  }

  @Override
  public int within(IntSupplier body) {
    return CompletableFuture.supplyAsync(body::getAsInt, threads)
        .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
        .join();
  }
}
