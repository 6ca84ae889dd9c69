package dev.asyncwith.bench.rival;

import com.google.common.util.concurrent.ClosingFuture;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.ListeningExecutorService;
import com.google.common.util.concurrent.MoreExecutors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;

/** Guava's {@code ClosingFuture} on the caller's thread, and its futures on virtual threads. */
public final class Guava implements Nested, Stack, Timeout, Tasks {
  private static final Executor HERE = MoreExecutors.directExecutor();

  private final ListeningExecutorService threads =
      MoreExecutors.listeningDecorator(Executors.newVirtualThreadPerTaskExecutor());
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

  @Override
  public int one(Resource a, int number) throws Exception {
    return block(number, a);
  }

  @Override
  public int two(Resource a, Resource b, int number) throws Exception {
    return block(number, a, b);
  }

  @Override
  public int three(Resource a, Resource b, Resource c, int number) throws Exception {
    return block(number, a, b, c);
  }

  @Override
  public int four(Resource a, Resource b, Resource c, Resource d, int number) throws Exception {
    return block(number, a, b, c, d);
  }

  private static int block(int number, Resource... resources) throws Exception {
    return closing(resources)
        .transform((_, opened) -> Block.body(opened, number), HERE)
        .finishToFuture()
        .get();
  }

  @Override
  public int all(Resource[] resources) throws Exception {
    return closing(resources).finishToFuture().get();
  }

  private static ClosingFuture<Integer> closing(Resource[] resources) {
    return ClosingFuture.submit(
        closer -> {
          int sum = 0;
          for (Resource resource : resources) {
            sum += closer.eventuallyClose(resource.enter(), HERE).opened;
          }
          return sum;
        },
        HERE);
  }

  @Override
  public int within(IntSupplier body) throws Exception {
    return Futures.withTimeout(threads.submit(body::getAsInt), LIMIT, timer).get();
  }

  @Override
  public void all(int children, IntConsumer child) throws Exception {
    List<ListenableFuture<?>> all = new ArrayList<>(children);
    for (int i = 0; i < children; i++) {
      int index = i;
      all.add(threads.submit(() -> child.accept(index)));
    }
    var _ = Futures.allAsList(all).get();
  }
}
