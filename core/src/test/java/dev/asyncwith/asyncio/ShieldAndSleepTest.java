package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.await;
import static dev.asyncwith.AsyncWith.shield;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.waitAll;
import static dev.asyncwith.AsyncWith.with;
import static dev.asyncwith.asyncio.VirtualTime.forkApart;
import static dev.asyncwith.asyncio.VirtualTime.millis;
import static dev.asyncwith.asyncio.VirtualTime.untilOthersWait;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.CancelScope;
import dev.asyncwith.Task;
import dev.asyncwith.testing.Trail;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the tests beside {@code AsyncWith} leave of CPython's of {@code shield} and {@code sleep}.
 */
@Timeout(60)
class ShieldAndSleepTest {
  private final VirtualTime time = new VirtualTime();
  private final Trail trail = new Trail();

  @Test
  void theFailureOfAShieldedTaskIsTheVeryException() throws Exception {
    var expected = new IllegalStateException("expected");
    var fail = new CompletableFuture<String>();
    time.inGroup(
        tasks -> {
          Task<String> inner = forkApart(tasks, () -> await(fail));
          tasks.fork(
              () -> {
                untilOthersWait();
                fail.completeExceptionally(expected);
              });
          assertThatThrownBy(() -> shield(inner))
              .isInstanceOf(ExecutionException.class)
              .cause()
              .isSameAs(expected);
        });
  }

  @Test
  void aShieldOfATaskThatIsDoneWaitsForNothing() throws Exception {
    time.inGroup(
        tasks -> {
          Task<Integer> task = tasks.fork(() -> 42);
          untilOthersWait();
          long before = time.elapsed();
          int result = shield(task);
          assertThat(result).isEqualTo(42);
          assertThat(time.elapsed()).isEqualTo(before);
        });
  }

  // ---- sleep

  @Test
  void sleepsAddUp() throws Exception {
    time.inGroup(
        tasks -> {
          Task<String> task =
              tasks.fork(
                  () -> {
                    sleep(millis(50));
                    trail.add("at " + time.elapsed());
                    sleep(millis(50));
                    return "yeah";
                  });
          assertThat(task.get()).isEqualTo("yeah");
        });
    assertThat(time.elapsed()).isEqualTo(100);
    trail.assertSteps("at 50");
  }

  @Test
  void aCancelledSleepTakesItsTimerAway() throws Exception {
    time.inGroup(
        tasks -> {
          Task<Void> task = tasks.fork(() -> sleep(Duration.ofSeconds(10)));
          untilOthersWait();
          assertThat(time.alarms()).isEqualTo(1);
          assertThat(task.cancel()).isTrue();
          waitAll(List.of(task));
          assertThat(time.alarms()).isZero();
        });
    assertThat(time.elapsed()).isEqualTo(1);
  }

  @Test
  void aSleepOfNoTimeReturnsAtOnceAndSeesACancel() throws Exception {
    time.inGroup(
        _ -> {
          sleep(Duration.ZERO);
          assertThat(time.elapsed()).isZero();
          assertThat(time.alarms()).isZero();
          CancelScope scope = CancelScope.create().cooperative(); // which sends no interrupt
          with(scope)
              .run(
                  () -> {
                    scope.cancel();
                    sleep(Duration.ZERO);
                    trail.add("slept");
                  });
          assertThat(scope.caught()).isTrue();
        });
    trail.assertSteps();
  }
}
