package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.await;
import static dev.asyncwith.AsyncWith.nullContext;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.with;
import static dev.asyncwith.asyncio.VirtualTime.millis;
import static dev.asyncwith.asyncio.VirtualTime.untilOthersWait;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncResult;
import dev.asyncwith.Runner;
import dev.asyncwith.testing.Trail;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Blocks that threads start which are none of the library, and results that others set. */
@Timeout(60)
class RunCoroutineThreadsafeTest {
  private static final Duration LONG = Duration.ofSeconds(100);

  private final VirtualTime time = new VirtualTime();
  private final Trail trail = new Trail();

  /** What a body does or throws on a platform thread. */
  private static <T> FutureTask<T> onPlatformThread(Callable<T> body) {
    var task = new FutureTask<T>(body);
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  private AsyncResult<Integer> add(int a, int b) {
    return with(trail.manager("sum"))
        .callAsync(
            _ -> {
              sleep(Duration.ZERO);
              return a + b;
            });
  }

  @Test
  void aThreadStartsABlockAndGetsItsResult() throws Exception {
    assertThat(onPlatformThread(() -> add(1, 2).get()).get()).isEqualTo(3);
    trail.assertSteps("enter sum", "exit sum: succeeded");
  }

  @Test
  void theThreadGetsTheFailureOfTheBlock() {
    var failed = new IllegalStateException("Fail!");
    FutureTask<Integer> thread =
        onPlatformThread(
            () ->
                with(trail.manager("sum"))
                    .<Integer>callAsync(
                        _ -> {
                          throw failed;
                        })
                    .get());
    assertThatThrownBy(thread::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isSameAs(failed);
  }

  @Test
  void aThreadThatGivesUpCancelsTheBlock() throws Exception {
    var begun = new CompletableFuture<Boolean>();
    var started = new CompletableFuture<AsyncResult<Integer>>();
    FutureTask<Integer> thread =
        onPlatformThread(
            () -> {
              AsyncResult<Integer> result =
                  with(trail.manager("sum"))
                      .callAsync(
                          _ -> {
                            begun.complete(true);
                            sleep(LONG);
                            return 3;
                          });
              started.complete(result);
              begun.get();
              try {
                return result.get(0, TimeUnit.SECONDS);
              } finally {
                assertThat(result.isDone() || result.cancel(true)).isTrue();
              }
            });
    assertThatThrownBy(thread::get).hasCauseInstanceOf(TimeoutException.class);
    await(await(started).exited());
    assertThat(await(started)).isCancelled();
    assertThat(trail.steps()).hasSize(2).last().asString().startsWith("exit sum: cancelled");
  }

  @Test
  void theThreadIsToldThatTheBlockWasCancelled() throws Exception {
    var self = new CompletableFuture<AsyncResult<Integer>>();
    FutureTask<Integer> thread =
        onPlatformThread(
            () -> {
              AsyncResult<Integer> result =
                  with(trail.manager("sum"))
                      .callAsync(
                          _ -> {
                            assertThat(await(self).cancel(true)).isTrue();
                            sleep(Duration.ZERO);
                            trail.add("not reached");
                            return 3;
                          });
              self.complete(result);
              return result.get();
            });
    assertThatThrownBy(thread::get).hasCauseInstanceOf(CancellationException.class);
    await(await(self).exited());
    assertThat(trail.steps()).hasSize(2).last().asString().startsWith("exit sum: cancelled");
  }

  @Test
  void theFailureOfAThreadFactoryIsThrownWhereTheBlockIsStarted() throws Exception {
    Runner runner =
        Runner.create(
            c ->
                c.withThreadFactory(
                    body -> {
                      if (trail.steps().contains("main")) {
                        throw new RejectedExecutionException("no more threads");
                      }
                      return Thread.ofVirtual().unstarted(body);
                    }));
    runner.run(
        () -> {
          trail.add("main");
          assertThatThrownBy(() -> add(1, 2))
              .isInstanceOf(RejectedExecutionException.class)
              .hasMessage("no more threads");
        });
    trail.assertSteps("main");
  }

  // ---- results that others set

  private AsyncResult<Integer> sleeping() {
    return with(nullContext(10))
        .callAsync(
            value -> {
              try {
                sleep(millis(100));
              } catch (InterruptedException e) {
                trail.add("cancelled");
                throw e;
              }
              return value;
            });
  }

  @Test
  void aResultThatIsSetCancelsTheBlockWhoseResultItWas() throws Exception {
    time.inGroup(
        _ -> {
          AsyncResult<Integer> result = sleeping();
          untilOthersWait();
          assertThat(result.complete(7)).isTrue();
          assertThat(result.get()).isEqualTo(7);
          await(result.exited());
          assertThat(result.get()).isEqualTo(7);
        });
    trail.assertSteps("cancelled");
  }

  @Test
  void aFailureThatIsSetCancelsTheBlockWhoseResultItWas() throws Exception {
    var mine = new IllegalStateException("mine");
    time.inGroup(
        _ -> {
          AsyncResult<Integer> result = sleeping();
          untilOthersWait();
          assertThat(result.completeExceptionally(mine)).isTrue();
          assertThatThrownBy(result::get).hasCause(mine);
          await(result.exited());
          assertThat(result.complete(10)).isFalse();
          assertThatThrownBy(result::get).hasCause(mine);
        });
    trail.assertSteps("cancelled");
  }
}
