package dev.asyncwith;

import static dev.asyncwith.AsyncWith.await;
import static dev.asyncwith.AsyncWith.shield;
import static dev.asyncwith.AsyncWith.toThread;
import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.StormAccounts.Thing;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The part of a storm's program that outlives its block when that is cancelled: until the end of
 * the run that it is in, or of itself.
 */
final class StormOutliving {
  private final StormProgram program;
  private final StormAccounts accounts;

  /** Completes stages, as another library would. */
  private final ExecutorService completers =
      Executors.newThreadPerTaskExecutor(
          Thread.ofVirtual().name(StormProgram.PREFIX + "completer").factory());

  StormOutliving(StormProgram program) {
    this.program = program;
    this.accounts = program.accounts;
  }

  void run(Random random, int depth) throws Exception {
    switch (random.nextInt(7)) {
      case 0 -> {
        accounts.ran("shield");
        var its = new Random(random.nextLong());
        shield(() -> program.run(its, depth - 1));
      }
      case 1 -> onThread(random, depth);
      case 2 -> onStage(random, depth);
      case 3 -> inBackground(random, depth);
      case 4 -> boundedExit(random, depth);
      case 5 -> detachedExit(random, depth);
      default -> inRunner(random, depth);
    }
  }

  /** Waits for the completers; nothing starts them any more. */
  void close() {
    completers.close();
  }

  private void onThread(Random random, int depth) throws Exception {
    accounts.ran("toThread with release");
    var its = new Random(random.nextLong());
    try (Thing _ =
        toThread(
            () -> {
              program.work(its);
              return accounts.open("value of toThread");
            },
            Thing::close)) {
      program.run(random, depth - 1);
    }
  }

  private void onStage(Random random, int depth) throws Exception {
    accounts.ran("await stage");
    var stage = new CompletableFuture<Thing>();
    long nanos = random.nextLong(50_000);
    boolean fails = random.nextInt(8) == 0;
    completers.execute(
        () -> {
          StormProgram.spin(nanos);
          if (fails) {
            boolean _ = stage.completeExceptionally(new IOException("body"));
          } else {
            boolean _ = stage.complete(accounts.open("value of a stage"));
          }
        });
    try (Thing _ = await(stage, Thing::close)) {
      program.run(random, depth - 1);
    }
  }

  /** The block's value is closed by the library if the future is cancelled first, else here. */
  private void inBackground(Random random, int depth) throws Exception {
    accounts.ran("callAsync");
    var its = new Random(random.nextLong());
    AsyncResult<Thing> result =
        with(program.soundResource(random))
            .callAsync(
                _ -> {
                  program.run(its, depth - 1);
                  return accounts.open("value of callAsync");
                });
    var _ =
        result.whenComplete(
            (thing, _) -> {
              if (thing != null) {
                thing.close();
              }
            });
    accounts.target(random, result);
    switch (random.nextInt(5)) {
      case 0 -> accounts.count(result.cancel(true));
      case 1 -> {
        var _ = result.orTimeout(random.nextLong(100_000), TimeUnit.NANOSECONDS);
      }
      case 2 -> {
        Thing other = accounts.open("value of another");
        if (!result.complete(other)) {
          other.close();
        }
      }
      case 3 -> {
        Thing _ = result.get();
      }
      default -> program.run(random, depth - 1);
    }
  }

  private void boundedExit(Random random, int depth) throws Exception {
    accounts.ran("exitWithin");
    with(program.resource(random).exitWithin(StormProgram.time(random).plusNanos(1)))
        .run(_ -> program.run(random, depth - 1));
  }

  /** Many of these exits are abandoned: a new thread alone takes longer than some may. */
  private void detachedExit(Random random, int depth) throws Exception {
    accounts.ran("detached exit");
    var exiting = random.nextBoolean() ? program.resource(random) : program.plainGenerator(random);
    with(exiting.exitWithin(StormProgram.time(random).plusNanos(1)).detached())
        .run(_ -> program.run(random, depth - 1));
  }

  /** What the run leaves running is cancelled and has ended with it. */
  private void inRunner(Random random, int depth) throws Exception {
    if (ThreadContext.inherited().background() != Background.OF_NO_RUNNER) {
      program.run(random, depth - 1); // no runner runs in a run
      return;
    }
    accounts.ran("Runner");
    var its = new Random(random.nextLong());
    try (Runner runner = Runner.create(c -> c.withName(StormProgram.PREFIX + "runner"))) {
      runner.run(() -> program.run(its, depth - 1));
    }
  }
}
