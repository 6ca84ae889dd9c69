package dev.asyncwith.docs;

import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asyncwith.AsyncBarrier;
import dev.asyncwith.AsyncCondition;
import dev.asyncwith.AsyncEvent;
import dev.asyncwith.AsyncLock;
import dev.asyncwith.AsyncQueue;
import dev.asyncwith.AsyncSemaphore;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.testing.Trail;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What docs/primitives.md says. */
@Timeout(60)
class PrimitivesPageTest {
  private final Trail trail = new Trail();
  private int balance = 10;

  @Test
  void everyBlockIsCompiledAndRun() {
    Docs.assertCodeIsCompiled("primitives.md", 6);
  }

  @Test
  void aLock() throws Exception {
    // docs: lock
    AsyncLock lock = AsyncLock.create();
    with(lock).run(() -> balance -= 5);
    with(timeout(Duration.ofSeconds(1))).and(lock).run(() -> balance -= 5);
    // end
    assertThat(balance).isZero();
  }

  private CompletionStage<String> fetch(String what) {
    return CompletableFuture.completedStage(what);
  }

  @Test
  void aFuture() throws Exception {
    // docs: future
    AsyncSemaphore atMostThree = AsyncSemaphore.of(3);
    CompletableFuture<String> page =
        atMostThree
            .acquireAsync()
            .thenCompose(_ -> fetch("page").whenComplete((_, _) -> atMostThree.release()));
    // end
    assertThat(page.get()).isEqualTo("page");
    assertThat(atMostThree.available()).isEqualTo(3);
  }

  @Test
  void anEvent() throws Exception {
    // docs: event
    AsyncEvent ready = AsyncEvent.create();
    with(TaskGroup.create())
        .run(
            tasks -> {
              tasks.fork(
                  () -> {
                    ready.await();
                    trail.add("go");
                  });
              ready.set();
            });
    // end
    trail.assertSteps("go");
  }

  @Test
  void aCondition() throws Exception {
    // docs: condition
    AsyncCondition changed = AsyncCondition.create();
    var stock = new AtomicInteger();
    with(TaskGroup.create())
        .run(
            tasks -> {
              tasks.fork(() -> with(changed).run(() -> changed.awaitUntil(() -> stock.get() > 0)));
              with(changed)
                  .run(
                      () -> {
                        stock.set(1);
                        changed.signalAll();
                      });
            });
    // end
    assertThat(changed.locked()).isFalse();
  }

  @Test
  void aBarrier() throws Exception {
    // docs: barrier
    AsyncBarrier start = AsyncBarrier.of(3);
    with(TaskGroup.create())
        .run(
            runners -> {
              for (int i = 0; i < 3; i++) {
                runners.fork(
                    () -> {
                      if (start.await() == 0) {
                        trail.add("all are here");
                      }
                    });
              }
            });
    // end
    trail.assertSteps("all are here");
  }

  @Test
  void aQueue() throws Exception {
    // docs: queue
    AsyncQueue<String> jobs = AsyncQueue.of(10);
    with(TaskGroup.create())
        .run(
            tasks -> {
              tasks.fork(
                  () -> {
                    while (true) {
                      trail.add(jobs.get());
                      jobs.taskDone();
                    }
                  });
              jobs.put("first");
              jobs.put("second");
              jobs.join();
              tasks.cancel();
            });
    // end
    trail.assertSteps("first", "second");
  }
}
