package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.checkpoint;
import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.moveOnAfter;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A random program of nested blocks, all of whose scopes are open to be cancelled by others. */
final class StormProgram {
  /** The name of every thread that a storm starts begins so. */
  static final String PREFIX = "storm ";

  final LongAdder opened = new LongAdder();
  final LongAdder closed = new LongAdder();
  final LongAdder cancelled = new LongAdder();

  /** Scopes that run, or ran; the storm cancels what it finds here. */
  final AtomicReferenceArray<@Nullable CancelScope> targets = new AtomicReferenceArray<>(64);

  private final AsyncLock lock = AsyncLock.create();

  /** Runs a random tree of blocks; it may fail with anything that a program may. */
  void run(Random random, int depth) throws Exception {
    if (depth == 0) {
      work(random);
      return;
    }
    switch (random.nextInt(11)) {
      case 0, 1 -> with(resource(random)).run(_ -> run(random, depth - 1));
      case 2 -> inTimeout(random, depth);
      case 3 -> inScope(moveOnAfter(time(random)), random, depth);
      case 4 -> inScope(CancelScope.create(), random, depth);
      case 5 -> inScope(CancelScope.create().shielded(), random, depth);
      case 6 -> inGroup(random, depth);
      case 7 -> inStack(random, depth);
      case 8 -> with(generator(random)).run(_ -> run(random, depth - 1));
      case 9 -> with(lock).and(resource(random)).run(_ -> work(random));
      default -> {
        run(random, depth - 1);
        run(random, depth - 1);
      }
    }
  }

  private void inTimeout(Random random, int depth) throws Exception {
    Timeout timeout = timeout(time(random));
    try {
      with(timeout).run(() -> run(random, depth - 1));
    } finally {
      count(timeout.expired());
    }
  }

  private void inScope(CancelScope scope, Random random, int depth) throws Exception {
    targets.set(random.nextInt(targets.length()), scope);
    try {
      with(scope).run(() -> run(random, depth - 1));
    } finally {
      count(scope.isCancelled());
    }
  }

  private void inGroup(Random random, int depth) throws Exception {
    long seed = random.nextLong();
    with(TaskGroup.create().withName(PREFIX))
        .run(
            tasks -> {
              for (int i = 0; i <= (int) (seed & 1); i++) {
                var its = new Random(seed + i);
                Task<?> task = tasks.fork(PREFIX + "task", () -> run(its, depth - 1));
                targets.set(random.nextInt(targets.length()), task.scope());
              }
              if (random.nextInt(8) == 0) {
                tasks.cancel();
                count(true);
              }
              run(random, depth - 1);
            });
  }

  private void inStack(Random random, int depth) throws Exception {
    with(AsyncExitStack.create())
        .run(
            stack -> {
              stack.enter(resource(random));
              if (random.nextInt(4) == 0) {
                stack.enter(detached(random));
              }
              opened.increment();
              stack.callback(closed::increment);
              run(random, depth - 1);
            });
  }

  /** Entered inline: half of them with a timeout around the yield. */
  private AsyncContextManager<String, Exception> generator(Random random) {
    return asyncContextManager(
        PREFIX + "generator",
        body -> {
          if (random.nextBoolean()) {
            with(timeout(time(random))).run(() -> around(resource(random), body));
          } else {
            around(resource(random), body);
          }
        });
  }

  /** Entered by a stack, which may not yield inside a scope. */
  private AsyncContextManager<String, Exception> detached(Random random) {
    return asyncContextManager(PREFIX + "generator", body -> around(resource(random), body));
  }

  private static void around(AsyncContextManager<String, Exception> resource, Yield<String> body)
      throws Exception {
    with(resource).run(value -> body.yield(value));
  }

  /** Its exit now and then waits, or fails. */
  private AsyncContextManager<String, Exception> resource(Random random) {
    int kind = random.nextInt(16);
    return manager(
        () -> {
          checkpoint();
          opened.increment();
          return "";
        },
        _ -> {
          try {
            if (kind == 0) {
              sleep(Duration.ofNanos(1000));
            } else if (kind == 1) {
              throw new IOException("exit");
            }
          } finally {
            closed.increment();
          }
        });
  }

  private void work(Random random) throws Exception {
    long nanos = random.nextLong(30_000);
    switch (random.nextInt(7)) {
      case 0 -> sleep(Duration.ofNanos(nanos));
      case 1 -> {
        boolean _ = new CountDownLatch(1).await(nanos, TimeUnit.NANOSECONDS);
      }
      case 2 -> throw new IOException("body");
      case 3 -> checkpoint();
      case 4 -> {
        try {
          sleep(Duration.ofNanos(nanos));
        } catch (InterruptedException e) {
          checkpoint(); // throws again, if a scope is in effect
        }
      }
      case 5 -> {
        try {
          sleep(Duration.ofNanos(nanos));
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      default -> {
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
          Thread.onSpinWait();
        }
      }
    }
  }

  private static Duration time(Random random) {
    return Duration.ofNanos(random.nextLong(100_000));
  }

  private void count(boolean wasCancelled) {
    if (wasCancelled) {
      cancelled.increment();
    }
  }
}
