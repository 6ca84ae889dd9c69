package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.checkpoint;
import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.moveOnAfter;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.StormAccounts.Thing;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A random program of nested blocks, all of whose scopes are open to be cancelled by others. */
final class StormProgram {
  /** The name of every thread that a storm starts begins so. */
  static final String PREFIX = "storm ";

  final StormAccounts accounts = new StormAccounts();
  private final AsyncLock lock = AsyncLock.create();
  private final StormTasks tasks = new StormTasks(this);
  private final StormOutliving outliving = new StormOutliving(this);

  /** Runs a random tree of blocks; it may fail with anything that a program may. */
  void run(Random random, int depth) throws Exception {
    if (depth == 0) {
      work(random);
      return;
    }
    switch (random.nextInt(20)) {
      case 0, 1 -> with(resource(random)).run(_ -> run(random, depth - 1));
      case 2 -> inTimeout(random, depth);
      case 3 -> inScope("moveOnAfter", moveOnAfter(time(random)), random, depth);
      case 4 -> inScope("CancelScope", CancelScope.create(), random, depth);
      case 5 -> inScope("shielded scope", CancelScope.create().shielded(), random, depth);
      case 6 -> inGroup(random, depth);
      case 7 -> inStack(random, depth);
      case 8 -> with(generator(random)).run(_ -> run(random, depth - 1));
      case 9 -> inLock(random);
      case 10, 11, 12, 13 -> tasks.run(random, depth);
      case 14, 15, 16, 17 -> outliving.run(random, depth);
      default -> {
        run(random, depth - 1);
        run(random, depth - 1);
      }
    }
  }

  /** Ends what helps the programs; all of them have ended, but for what outlives its block. */
  void close() {
    outliving.close();
  }

  private void inTimeout(Random random, int depth) throws Exception {
    accounts.ran("timeout");
    Timeout timeout = timeout(time(random));
    try {
      with(timeout).run(() -> run(random, depth - 1));
    } finally {
      accounts.count(timeout.expired());
    }
  }

  private void inScope(String kind, CancelScope scope, Random random, int depth) throws Exception {
    accounts.ran(kind);
    accounts.target(random, scope);
    try {
      with(scope).run(() -> run(random, depth - 1));
    } finally {
      accounts.count(scope.isCancelled());
    }
  }

  private void inGroup(Random random, int depth) throws Exception {
    accounts.ran("TaskGroup");
    long seed = random.nextLong();
    with(TaskGroup.create().withName(PREFIX))
        .run(
            group -> {
              for (int i = 0; i <= (int) (seed & 1); i++) {
                var its = new Random(seed + i);
                Task<?> task = group.fork(PREFIX + "task", () -> run(its, depth - 1));
                accounts.target(random, task.scope());
              }
              if (random.nextInt(8) == 0) {
                group.cancel();
                accounts.count(true);
              }
              run(random, depth - 1);
            });
  }

  private void inStack(Random random, int depth) throws Exception {
    accounts.ran("AsyncExitStack");
    with(AsyncExitStack.create())
        .run(
            stack -> {
              stack.enter(resource(random));
              if (random.nextInt(4) == 0) {
                stack.enter(plainGenerator(random));
              }
              var thing = accounts.open("callback");
              stack.callback(thing::close);
              run(random, depth - 1);
            });
  }

  private void inLock(Random random) throws Exception {
    accounts.ran("AsyncLock");
    with(lock).and(resource(random)).run(_ -> work(random));
  }

  /** Entered inline: half of them with a timeout around the yield. */
  private AsyncContextManager<Thing, Exception> generator(Random random) {
    accounts.ran("generator");
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

  /** For a thread of its own, on which it may not yield inside a scope. */
  AsyncContextManager<Thing, Exception> plainGenerator(Random random) {
    accounts.ran("generator on a thread");
    return asyncContextManager(PREFIX + "generator", body -> around(resource(random), body));
  }

  private static void around(AsyncContextManager<Thing, Exception> resource, Yield<Thing> body)
      throws Exception {
    with(resource).run(value -> body.yield(value));
  }

  /** Its exit now and then waits, or fails. */
  AsyncContextManager<Thing, Exception> resource(Random random) {
    return resource(random.nextInt(16) == 0, random.nextInt(16) == 0);
  }

  /** Its exit does not fail, so that it takes no result away. */
  AsyncContextManager<Thing, Exception> soundResource(Random random) {
    return resource(random.nextInt(16) == 0, false);
  }

  private AsyncContextManager<Thing, Exception> resource(boolean waits, boolean fails) {
    return manager(
        () -> {
          checkpoint();
          return accounts.open("resource");
        },
        thing -> {
          try (thing) {
            if (waits) {
              sleep(Duration.ofNanos(1000));
            }
            if (fails) {
              throw new IOException("exit");
            }
          }
        });
  }

  /** What a program does in the end: it waits, computes or fails. */
  void work(Random random) throws Exception {
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
      default -> spin(nanos);
    }
  }

  static void spin(long nanos) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) {
      Thread.onSpinWait();
    }
  }

  static Duration time(Random random) {
    return Duration.ofNanos(random.nextLong(100_000));
  }
}
