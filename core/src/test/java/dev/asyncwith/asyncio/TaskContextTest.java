package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.await;
import static dev.asyncwith.AsyncWith.gather;
import static dev.asyncwith.AsyncWith.nullContext;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.toThread;
import static dev.asyncwith.AsyncWith.with;
import static dev.asyncwith.asyncio.VirtualTime.millis;
import static dev.asyncwith.asyncio.VirtualTime.untilOthersWait;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asyncwith.ContextCarrier;
import dev.asyncwith.Runner;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.With0;
import dev.asyncwith.testing.TestClock;
import dev.asyncwith.testing.Trail;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a task has of the context of who started it: a thread-local that is carried along. */
@Timeout(60)
class TaskContextTest {
  private static final ThreadLocal<String> VALUE = ThreadLocal.withInitial(() -> "nope");

  /** A context that tasks share: where it is carried along, all change the same one. */
  private static final ThreadLocal<AtomicReference<Integer>> SHARED = new ThreadLocal<>();

  private final Runner runner =
      Runner.create(
          c ->
              c.withClock(TestClock.create())
                  .withContext(ContextCarrier.threadLocal(VALUE))
                  .withContext(ContextCarrier.threadLocal(SHARED)));
  private final Trail trail = new Trail();

  @AfterEach
  void clear() {
    VALUE.remove();
    SHARED.remove();
  }

  @Test
  void aTaskChangesACopyOfTheContextAtItsStart() throws Exception {
    runner.run(
        () ->
            with(TaskGroup.create())
                .run(
                    tasks -> {
                      Task<Void> task =
                          tasks.fork(
                              () -> {
                                sleep(millis(10));
                                trail.add("task: " + VALUE.get());
                                VALUE.set("something else");
                              });
                      VALUE.set("yes");
                      task.get();
                      trail.add("main: " + VALUE.get());
                    }));
    trail.assertSteps("task: nope", "main: yes");
    assertThat(VALUE.get()).isEqualTo("nope");
  }

  @Test
  void whatDependsOnAStageDoesNotChangeTheContextOfWhoAwaitsIt() throws Exception {
    runner.run(
        () -> {
          for (int i = 0; i < 2; i++) {
            var stage = new CompletableFuture<String>();
            var _ = stage.whenComplete((_, _) -> VALUE.set("something else"));
            VALUE.set("yes" + i);
            with(TaskGroup.create())
                .run(
                    tasks -> {
                      tasks.fork(() -> completeLater(stage));
                      trail.add(await(stage) + " " + VALUE.get());
                    });
            for (int j = 0; j < 3; j++) {
              VALUE.set("yes" + i + j);
              sleep(millis(1));
              assertThat(VALUE.get()).isEqualTo("yes" + i + j);
            }
          }
        });
    trail.assertSteps("done yes0", "done yes1");
    assertThat(VALUE.get()).isEqualTo("nope");
  }

  private static boolean completeLater(CompletableFuture<String> stage)
      throws InterruptedException {
    untilOthersWait();
    return stage.complete("done");
  }

  @Test
  void aHundredTasksChangeTheContextEachForItself() throws Exception {
    List<With0.Body<String, InterruptedException>> bodies =
        IntStream.range(0, 100)
            .<With0.Body<String, InterruptedException>>mapToObj(number -> () -> changes(number))
            .toList();
    List<String> ends = runner.run(() -> gather(bodies));
    assertThat(ends).isEqualTo(IntStream.range(0, 100).mapToObj(number -> number + "-9").toList());
    assertThat(VALUE.get()).isEqualTo("nope");
  }

  private static String changes(int number) throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      String value = number + "-" + i;
      VALUE.set(value);
      sleep(millis((number * 7 + i * 13) % 50 + 1));
      assertThat(VALUE.get()).isEqualTo(value);
    }
    return VALUE.get();
  }

  // ---- one context for several tasks

  private static Void changeShared(Integer value) throws InterruptedException {
    sleep(millis(1));
    SHARED.get().set(value);
    return null;
  }

  @Test
  void tasksOfAGroupMayShareAContext() throws Exception {
    var context = new AtomicReference<Integer>();
    SHARED.set(context);
    List<Integer> seen = new ArrayList<>();
    runner.run(
        () ->
            with(TaskGroup.create())
                .run(
                    tasks -> {
                      seen.add(context.get());
                      tasks.fork(() -> changeShared(1)).get();
                      seen.add(context.get());
                      tasks.fork(() -> changeShared(2)).get();
                      seen.add(context.get());
                    }));
    assertThat(seen).containsExactly(null, 1, 2);
  }

  @Test
  void blocksOfCallAsyncMayShareAContext() throws Exception {
    var context = new AtomicReference<Integer>();
    SHARED.set(context);
    List<Integer> seen = new ArrayList<>();
    runner.run(
        () -> {
          seen.add(context.get());
          with(nullContext(1)).callAsync(value -> changeShared(value)).get();
          seen.add(context.get());
          with(nullContext(2)).callAsync(value -> changeShared(value)).get();
          seen.add(context.get());
        });
    assertThat(seen).containsExactly(null, 1, 2);
  }

  @Test
  void workOnThreadsMayShareAContext() throws Exception {
    var context = new AtomicReference<Integer>();
    SHARED.set(context);
    List<Integer> seen = new ArrayList<>();
    runner.run(
        () -> {
          seen.add(context.get());
          toThread(() -> changeShared(1));
          seen.add(context.get());
          toThread(() -> changeShared(2));
          seen.add(context.get());
        });
    assertThat(seen).containsExactly(null, 1, 2);
  }
}
