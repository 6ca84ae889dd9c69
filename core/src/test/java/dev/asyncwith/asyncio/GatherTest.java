package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.await;
import static dev.asyncwith.AsyncWith.gather;
import static dev.asyncwith.AsyncWith.gatherSettled;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.waitAll;
import static dev.asyncwith.asyncio.VirtualTime.untilOthersWait;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.Settled;
import dev.asyncwith.Task;
import dev.asyncwith.testing.Trail;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code dev.asyncwith.GatherTest} leaves of CPython's tests of {@code gather}. */
@Timeout(60)
class GatherTest {
  private final VirtualTime time = new VirtualTime();
  private final Trail trail = new Trail();
  private final CompletableFuture<Integer> a = new CompletableFuture<>();
  private final CompletableFuture<Integer> b = new CompletableFuture<>();
  private final CompletableFuture<Integer> c = new CompletableFuture<>();

  @Test
  void settledResultsComeInTheOrderOfTheBodies() throws Exception {
    time.inGroup(
        tasks -> {
          Task<List<Settled<Integer>>> gathering =
              tasks.fork(() -> gatherSettled(() -> await(a), () -> await(b), () -> await(c)));
          b.complete(1);
          a.complete(2);
          untilOthersWait();
          assertThat(gathering.isDone()).isFalse();
          c.complete(3);
          assertThat(gathering.get())
              .containsExactly(
                  new Settled.Succeeded<>(2),
                  new Settled.Succeeded<>(1),
                  new Settled.Succeeded<>(3));
        });
  }

  @Test
  void aMemberThatWaitsForSomethingCancelledFailsAndEndsTheOthers() throws Exception {
    time.inGroup(
        tasks -> {
          Task<Integer> cancelled = tasks.fork(() -> await(b));
          assertThat(cancelled.cancel()).isTrue();
          waitAll(List.of(cancelled));
          assertThatThrownBy(() -> gather(() -> 1, () -> cancelled.get(), this::untilCancelled))
              .isInstanceOf(CancellationException.class);
          untilOthersWait(); // who gathers is not cancelled itself
        });
    assertThat(trail.steps()).isIn(List.of(), List.of("cancelled")); // if it had begun
  }

  private int untilCancelled() throws InterruptedException {
    try {
      return await(c);
    } catch (InterruptedException e) {
      trail.add("cancelled");
      throw e;
    }
  }

  @Test
  void cancellationsOfMembersAreValuesToo() throws Exception {
    var divided = new ArithmeticException("1/0");
    var wrong = new IllegalStateException("wrong");
    time.inGroup(
        tasks -> {
          Task<List<Settled<Integer>>> gathering =
              tasks.fork(
                  () ->
                      gatherSettled(
                          () -> 1,
                          () -> {
                            throw divided;
                          },
                          () -> await(a),
                          () -> await(b),
                          () -> await(c),
                          () -> {
                            throw wrong;
                          }));
          untilOthersWait();
          a.cancel(true);
          untilOthersWait();
          assertThat(gathering.isDone()).isFalse();
          b.complete(3);
          c.cancel(true);
          List<Settled<Integer>> ends = gathering.get();
          assertThat(ends.get(0)).isEqualTo(new Settled.Succeeded<>(1));
          assertThat(ends.get(1)).isEqualTo(new Settled.Failed<>(divided));
          assertIsCancellation(ends.get(2));
          assertThat(ends.get(3)).isEqualTo(new Settled.Succeeded<>(3));
          assertIsCancellation(ends.get(4));
          assertThat(ends.get(5)).isEqualTo(new Settled.Failed<>(wrong));
        });
  }

  private static void assertIsCancellation(Settled<?> end) {
    assertThat(end)
        .isInstanceOfSatisfying(
            Settled.Failed.class,
            failed -> assertThat(failed.cause()).isInstanceOf(CancellationException.class));
  }

  @Test
  void aGatherThatIsDoneIsNotCancelled() throws Exception {
    time.inGroup(
        tasks -> {
          Task<List<Integer>> gathering = tasks.fork(() -> gather(() -> await(a)));
          untilOthersWait();
          a.complete(42);
          waitAll(List.of(gathering));
          assertThat(gathering.cancel()).isFalse();
          assertThat(gathering.isCancelled()).isFalse();
          assertThat(gathering.get()).containsExactly(42);
        });
  }

  @Test
  void aMemberThatIsCancelledWithTheGatherKeepsNobodyWaiting() throws Exception {
    time.inGroup(
        tasks -> {
          Task<List<Integer>> gathering =
              tasks.fork(() -> gather(this::untilCancelled, this::untilCancelled));
          untilOthersWait();
          assertThat(gathering.cancel()).isTrue();
          waitAll(List.of(gathering));
          assertThat(gathering.isCancelled()).isTrue();
          assertThat(gathering.cancel()).isFalse();
          sleep(Duration.ofSeconds(1));
        });
    trail.assertSteps("cancelled", "cancelled");
    assertThat(c).isNotDone();
  }
}
