package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.parallel;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several managers entered at once, and exited in reverse order. */
@Timeout(60)
class ParallelTest {
  private final Trail trail = new Trail();
  private final CountDownLatch forever = new CountDownLatch(1);

  private AsyncContextManager<String, IOException> of(
      String name, AsyncWith.Acquire<String, IOException> acquire) {
    return manager(
        acquire,
        (value, outcome) -> trail.add("exit " + name + " " + outcome.getClass().getSimpleName()));
  }

  private AsyncContextManager<String, IOException> of(String name) {
    return of(name, () -> name);
  }

  @Test
  void theEntersRunAtTheSameTimeAndTheExitsInReverseOrder() throws Exception {
    var both = new CyclicBarrier(2);
    var exits = new java.util.ArrayList<Thread>();
    AsyncWith.Acquire<String, IOException> meet =
        () -> {
          try {
            both.await();
            return "value";
          } catch (java.util.concurrent.BrokenBarrierException e) {
            throw new IOException(e);
          }
        };
    AsyncContextManager<String, IOException> here =
        manager(() -> "here", _ -> exits.add(Thread.currentThread()));
    with(parallel(of("one", meet), of("two", meet), here))
        .run(
            values -> {
              assertThat(values).containsExactly("value", "value", "here");
              trail.add("body");
            });
    trail.assertSteps("body", "exit two Succeeded", "exit one Succeeded");
    assertThat(exits).containsExactly(Thread.currentThread());
  }

  private record Pair(String name, int number) {}

  private record Triple(String name, int number, long size) {}

  private static <T> AsyncContextManager<T, IOException> given(T value) {
    return manager(() -> value, _ -> {});
  }

  /** That it compiles is half of the test: the types and the exception are kept. */
  private Pair pair() throws IOException, InterruptedException {
    return with(parallel(of("one"), given(2), Pair::new)).call(pair -> pair);
  }

  @Test
  void managersOfDifferentTypes() throws Exception {
    assertThat(pair()).isEqualTo(new Pair("one", 2));
    assertThat(
            with(parallel(of("one"), given(2), given(3L), Triple::new))
                .<Triple, RuntimeException>call(triple -> triple))
        .isEqualTo(new Triple("one", 2, 3));
    trail.assertSteps("exit one Succeeded", "exit one Succeeded");
  }

  @Test
  void ifTheValuesCannotBeCombinedTheManagersAreExited() {
    assertThatThrownBy(
            () ->
                with(AsyncWith.<String, Integer, String, IOException>parallel(
                        of("one"),
                        given(2),
                        (_, _) -> {
                          throw new IOException("no");
                        }))
                    .run(_ -> trail.add("body")))
        .hasMessage("no");
    trail.assertSteps("exit one Failed");
  }

  @Test
  void theExitsAreToldHowTheBodyEnded() {
    assertThatThrownBy(
            () ->
                with(parallel(List.of(of("one"), of("two"))))
                    .run(
                        _ -> {
                          throw new IOException("body");
                        }))
        .hasMessage("body");
    trail.assertSteps("exit two Failed", "exit one Failed");
  }

  @Test
  void anExitMaySuppress() throws Exception {
    with(parallel(List.<AsyncContextManager<?, IOException>>of(of("one"), suppressing())))
        .run(
            _ -> {
              throw new IOException("body");
            });
    trail.assertSteps("exit one Succeeded");
  }

  private static AsyncContextManager<String, IOException> suppressing() {
    return asyncContextManager(
        body -> {
          try {
            body.yield("value");
          } catch (Exception e) {
            assertThat(e).hasMessage("body");
          }
        });
  }

  @Test
  void ifOneEnterFailsTheOthersAreCancelledOrExited() {
    var begun = new CountDownLatch(2); // what has not begun when another fails never begins
    var one =
        of(
            "one",
            () -> {
              begun.countDown();
              return "one";
            });
    var gone = new IOException("gone");
    var slow =
        of(
            "slow",
            () -> {
              begun.countDown();
              try {
                forever.await();
                return "never";
              } catch (InterruptedException e) {
                trail.add("slow cancelled");
                throw e;
              }
            });
    var fails =
        of(
            "fails",
            () -> {
              begun.await();
              throw gone;
            });
    assertThatThrownBy(() -> with(parallel(one, slow, fails)).run(_ -> trail.add("body")))
        .isSameAs(gone);
    trail.assertSteps("slow cancelled", "exit one Failed");
  }

  @Test
  void anEnterThatSucceedsThoughItWasCancelledIsExited() {
    var waiting = new CountDownLatch(1);
    var late =
        of(
            "late",
            () -> {
              waiting.countDown();
              try {
                forever.await();
              } catch (InterruptedException e) {
                trail.add("late");
              }
              return "late";
            });
    var fails =
        of(
            "fails",
            () -> {
              waiting.await();
              throw new IOException("gone");
            });
    assertThatThrownBy(() -> with(parallel(fails, late)).run(_ -> trail.add("body")))
        .hasMessage("gone");
    trail.assertSteps("late", "exit late Failed");
  }

  @Test
  void anExitAfterAFailedEnterMayFailToo() {
    var entered = new CountDownLatch(1);
    AsyncContextManager<String, IOException> breaks =
        manager(
            () -> {
              entered.countDown();
              return "value";
            },
            _ -> {
              throw new IOException("exit");
            });
    var fails =
        of(
            "fails",
            () -> {
              entered.await();
              throw new IOException("enter");
            });
    assertThatThrownBy(() -> with(parallel(breaks, fails)).run(_ -> {}))
        .hasMessage("enter")
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("exit"));
  }

  @Test
  void anExitThatFailsAfterACancelledEnterIsNotLost() throws Exception {
    var entered = new CountDownLatch(1);
    AsyncContextManager<String, IOException> breaks =
        manager(
            () -> {
              entered.countDown();
              return "value";
            },
            _ -> {
              throw new IOException("exit");
            });
    var waits =
        of(
            "waits",
            () -> {
              entered.await();
              forever.await();
              return "never";
            });
    var call = OnThread.start(() -> with(parallel(breaks, waits)).call(values -> values));
    entered.await();
    assertThat(call.interrupt().failure())
        .hasMessage("exit")
        .satisfies(e -> assertThat(e.getSuppressed()[0]).isInstanceOf(InterruptedException.class));
    assertThat(call.interruptedAtEnd()).isTrue();
  }

  @Test
  void aTimeoutCancelsTheEntersAndExitsWhatWasEntered() throws Exception {
    var clock = new HandClock();
    var waiting = new CountDownLatch(2);
    var quick =
        of(
            "quick",
            () -> {
              waiting.countDown();
              return "quick";
            });
    var slow =
        of(
            "slow",
            () -> {
              waiting.countDown();
              forever.await();
              return "never";
            });
    var call =
        OnThread.start(
                clock,
                () ->
                    with(timeout(Duration.ofSeconds(1)))
                        .and(parallel(quick, slow))
                        .call(values -> values))
            .awaitWaiting();
    waiting.await();
    clock.advance(Duration.ofSeconds(1));
    assertThat(call.failure()).isInstanceOf(TimeoutExceededException.class);
    assertThat(trail.steps()).isSubsetOf("exit quick Cancelled").hasSizeLessThan(2);
  }

  @Test
  void aLockMayBeAmongThem() throws Exception {
    AsyncLock lock = AsyncLock.create();
    with(parallel(List.<AsyncContextManager<?, RuntimeException>>of(lock, AsyncLock.create())))
        .run(_ -> trail.add("locked " + lock.locked()));
    assertThat(lock.locked()).isFalse();
    trail.assertSteps("locked true");
  }

  @Test
  void whatIsBoundToItsThreadIsRefused() {
    for (AsyncContextManager<?, RuntimeException> bound :
        List.<AsyncContextManager<?, RuntimeException>>of(
            CancelScope.create(),
            timeout(Duration.ofSeconds(1)),
            TaskGroup.create(),
            TaskGroup.create().exitWithin(Duration.ofSeconds(1)),
            CancelScope.create().exitWithin(Duration.ofSeconds(1)))) {
      assertThatThrownBy(() -> parallel(List.of(bound)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("belongs to the thread that enters it");
    }
  }

  @Test
  void isUsedByOneBlockAtATimeAndAgain() throws Exception {
    var both = parallel(of("one"), of("two"));
    assertThat(both).hasToString("parallel of 2 managers");
    with(both)
        .run(
            _ ->
                assertThatThrownBy(() -> with(both).run(_ -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is already entered"));
    with(both).run(_ -> {});
    assertThatThrownBy(() -> both.exit(Outcome.succeeded()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("without having been entered");
    assertThat(trail.steps()).hasSize(4);
  }
}
