package dev.asyncwith;

import static dev.asyncwith.AsyncWith.shield;
import static dev.asyncwith.AsyncWith.shielded;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Work that goes on when the wait for it is cancelled, and work that a cancel does not reach. */
@Timeout(60)
class ShieldTest {
  private final Background background = new Background("test");
  private final Inherited inherited =
      Inherited.ofRunner(AsyncClock.system(), null, ContextCarrier.none(), background);
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final Trail trail = new Trail();

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
  }

  private String work() throws InterruptedException {
    started.countDown();
    goOn.await();
    trail.add("worked");
    return "value";
  }

  private String failingWork() throws IOException, InterruptedException {
    String _ = work();
    throw new IOException("gone");
  }

  private void awaitBackground() throws InterruptedException {
    var empty = new Waiter();
    background.whenEmpty(empty);
    Waits.await(empty, "waiting for", "the background");
  }

  /** CPython's BaseTaskTests.test_shield_result, test_shield_exception. */
  @Test
  void theResultAndTheFailureComeAsTheyAre() throws Exception {
    assertThat(shield(() -> "value")).isEqualTo("value");
    shield(() -> trail.add("action"));
    trail.assertSteps("action");
    assertThatThrownBy(this::typed).isInstanceOf(IOException.class).hasMessage("gone");
  }

  /** That this compiles is the test: the exception keeps its type. */
  private String typed() throws IOException, InterruptedException {
    goOn.countDown();
    return shield(this::failingWork);
  }

  /** BaseTaskTests.test_shield_cancel_outer, test_shield_effect. */
  @Test
  void theBodyGoesOnWhenTheWaitIsInterrupted() throws Exception {
    var call = OnThread.start(inherited, () -> shield(this::work));
    started.await();
    assertThat(call.interrupt().failure()).isInstanceOf(InterruptedException.class);
    trail.assertSteps();
    goOn.countDown();
    awaitBackground();
    trail.assertSteps("worked");
  }

  @Test
  void theBodyGoesOnWhenAScopeIsCancelled() throws Exception {
    var clock = new HandClock();
    var call =
        OnThread.start(
            Inherited.ofRunner(clock, null, ContextCarrier.none(), background),
            () -> with(timeout(Duration.ofSeconds(1))).call(() -> shield(this::work)));
    started.await();
    clock.advance(Duration.ofSeconds(1));
    assertThat(call.failure()).isInstanceOf(TimeoutExceededException.class);
    goOn.countDown();
    awaitBackground();
    trail.assertSteps("worked");
  }

  /** BaseTaskTests.test_shield_cancel_inner. */
  @Test
  void aCancelOfTheBodyReachesTheWait() throws Exception {
    var call = OnThread.start(inherited, () -> shield(this::work));
    started.await();
    background.cancelAll("the runner ends");
    assertThat(call.failure()).isInstanceOf(CancellationException.class);
  }

  @Test
  void inACancelledScopeTheBodyDoesNotBegin() throws Exception {
    CancelScope scope = CancelScope.create();
    scope.cancel();
    with(scope).run(() -> shield(() -> trail.add("body")));
    assertThat(scope.caught()).isTrue();
    trail.assertSteps();
  }

  /** gh-134331: when nobody waits any more. */
  @Test
  void aFailureThatNobodyWaitsForIsLoggedOnce() throws Exception {
    try (var records = new LogRecords()) {
      var call = OnThread.start(inherited, () -> shield(this::failingWork));
      started.await();
      assertThat(call.interrupt().failure()).isInstanceOf(InterruptedException.class);
      goOn.countDown();
      awaitBackground();
      assertThat(records.all())
          .singleElement()
          .satisfies(logged -> assertThat(logged.getThrown()).hasMessage("gone"));
    }
  }

  /** gh-156321: and only then. */
  @Test
  void aFailureThatWasThrownIsNotLogged() {
    goOn.countDown();
    try (var records = new LogRecords()) {
      for (int i = 0; i < 200; i++) {
        assertThatThrownBy(() -> shield(this::failingWork)).hasMessage("gone");
      }
      assertThat(records.all()).isEmpty();
    }
  }

  @Test
  void aFailureThatComesWithAnInterruptIsThrownOrLogged() throws Exception {
    int thrown = 0;
    try (var records = new LogRecords()) {
      for (int round = 0; round < 1_000; round++) {
        var now = new CountDownLatch(1);
        var sent = new CountDownLatch(1);
        var call =
            OnThread.start(
                    inherited,
                    sent,
                    () ->
                        shield(
                            () -> {
                              now.await();
                              throw new IOException("gone");
                            }))
                .awaitWaiting();
        Thread giver = Thread.ofVirtual().start(now::countDown);
        call.interrupt();
        sent.countDown();
        boolean delivered = call.failure() instanceof IOException;
        assertThat(call.interruptedAtEnd()).isEqualTo(delivered);
        thrown += delivered ? 1 : 0;
        giver.join();
      }
      awaitBackground();
      long logged =
          records.all().stream().filter(r -> r.getThrown() instanceof IOException).count();
      assertThat(thrown + logged).isEqualTo(1_000);
    }
  }

  @Test
  void aCancelOfABodyThatNobodyWaitsForIsNotLogged() throws Exception {
    try (var records = new LogRecords()) {
      var call = OnThread.start(inherited, () -> shield(this::work));
      started.await();
      assertThat(call.interrupt().failure()).isInstanceOf(InterruptedException.class);
      background.cancelAll("the runner ends");
      awaitBackground();
      assertThat(records.all()).isEmpty();
    }
  }

  @Test
  void aTaskGoesOnToo() throws Exception {
    Task<String> task = background.start(null, inherited, this::work);
    var call = OnThread.start(() -> shield(task)).awaitWaiting();
    assertThat(call.interrupt().failure()).isInstanceOf(InterruptedException.class);
    goOn.countDown();
    assertThat(AsyncWith.<String>shield(task)).isEqualTo("value");
  }

  @Test
  void aCancelDoesNotReachWhatIsShielded() throws Exception {
    CancelScope scope = CancelScope.create();
    with(scope)
        .run(
            () -> {
              scope.cancel();
              trail.add(
                  shielded(
                      () -> {
                        AsyncWith.checkpoint();
                        return "in";
                      }));
              shielded(() -> AsyncWith.sleep(Duration.ZERO));
              trail.add("out");
              AsyncWith.checkpoint();
              trail.add("not reached");
            });
    trail.assertSteps("in", "out");
    assertThat(scope.caught()).isTrue();
  }
}
