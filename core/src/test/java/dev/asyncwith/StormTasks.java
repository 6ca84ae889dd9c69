package dev.asyncwith;

import static dev.asyncwith.AsyncWith.gather;
import static dev.asyncwith.AsyncWith.gatherSettled;
import static dev.asyncwith.AsyncWith.parallel;
import static dev.asyncwith.AsyncWith.race;
import static dev.asyncwith.AsyncWith.shielded;
import static dev.asyncwith.AsyncWith.toThread;
import static dev.asyncwith.AsyncWith.waitFor;
import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.StormAccounts.Thing;
import java.util.List;
import java.util.Random;

/** The part of a storm's program that works at several places at a time, and waits for all. */
final class StormTasks {
  private final StormProgram program;
  private final StormAccounts accounts;

  StormTasks(StormProgram program) {
    this.program = program;
    this.accounts = program.accounts;
  }

  void run(Random random, int depth) throws Exception {
    switch (random.nextInt(9)) {
      case 0 -> {
        accounts.ran("gather");
        gather(body(random, depth), body(random, depth));
      }
      case 1 -> {
        accounts.ran("gatherSettled");
        var _ = gatherSettled(List.of(settled(random, depth), settled(random, depth)));
      }
      case 2 -> inRace(random, depth);
      case 3 -> inParallel(random, depth);
      case 4 -> inStarted(random, depth);
      case 5 -> {
        accounts.ran("shielded");
        shielded(() -> program.run(random, depth - 1));
      }
      case 6 -> waitForBody(random, depth);
      case 7 -> waitForTask(random, depth);
      default -> {
        accounts.ran("toThread");
        toThread(body(random, depth));
      }
    }
  }

  /** For another thread, so with randomness of its own. */
  private With0.Action<Exception> body(Random random, int depth) {
    var its = new Random(random.nextLong());
    return () -> program.run(its, depth - 1);
  }

  private With0.Body<String, Exception> settled(Random random, int depth) {
    With0.Action<Exception> body = body(random, depth);
    return () -> {
      body.run();
      return "";
    };
  }

  private void inRace(Random random, int depth) throws Exception {
    accounts.ran("race");
    try (Thing _ = race(Thing::close, racer(random), racer(random), racer(random))) {
      program.run(random, depth - 1);
    }
  }

  private With0.Body<Thing, Exception> racer(Random random) {
    var its = new Random(random.nextLong());
    return () -> {
      program.work(its);
      return accounts.open("value of a race");
    };
  }

  private void inParallel(Random random, int depth) throws Exception {
    accounts.ran("parallel");
    with(parallel(
            program.resource(random), program.plainGenerator(random), program.resource(random)))
        .run(_ -> program.run(random, depth - 1));
  }

  private void inStarted(Random random, int depth) throws Exception {
    accounts.ran("TaskGroup.start");
    var its = new Random(random.nextLong());
    with(TaskGroup.create().withName(StormProgram.PREFIX))
        .run(
            group -> {
              String _ =
                  group.start(
                      StormProgram.PREFIX + "started",
                      status ->
                          with(program.resource(its))
                              .run(
                                  _ -> {
                                    program.work(its);
                                    status.started("");
                                    program.run(its, depth - 1);
                                  }));
              program.run(random, depth - 1);
            });
  }

  private void waitForBody(Random random, int depth) throws Exception {
    accounts.ran("waitFor body");
    try {
      waitFor(StormProgram.time(random), () -> program.run(random, depth - 1));
    } catch (TimeoutExceededException e) {
      accounts.count(true);
      throw e;
    }
  }

  private void waitForTask(Random random, int depth) throws Exception {
    accounts.ran("waitFor task");
    With0.Action<Exception> body = body(random, depth);
    with(TaskGroup.create().withName(StormProgram.PREFIX))
        .run(
            group -> {
              Task<?> task = group.fork(StormProgram.PREFIX + "task", body);
              accounts.target(random, task.scope());
              Object _ = waitFor(StormProgram.time(random), task);
            });
  }
}
