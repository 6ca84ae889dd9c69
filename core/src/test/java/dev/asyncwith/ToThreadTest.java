package dev.asyncwith;

import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.toThread;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies on platform threads. */
@Timeout(60)
class ToThreadTest {
  private static final ScopedValue<String> USER = ScopedValue.newInstance();

  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch forever = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final Trail trail = new Trail();

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
  }

  private String untilCancelled() throws InterruptedException {
    started.countDown();
    try {
      forever.await();
      return "never";
    } catch (InterruptedException e) {
      trail.add("cancelled");
      throw e;
    }
  }

  /** What no interrupt wakes. */
  private String deaf() {
    started.countDown();
    boolean interrupted = false;
    while (goOn.getCount() > 0) {
      try {
        goOn.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    trail.add("interrupted: " + interrupted);
    return "late";
  }

  /** CPython's ToThreadTests.test_to_thread, test_to_thread_concurrent. */
  @Test
  void aBodyRunsOnADaemonPlatformThread() throws Exception {
    Thread thread = toThread(() -> Thread.currentThread());
    assertThat(thread.isVirtual()).isFalse();
    assertThat(thread.isDaemon()).isTrue();
    toThread(() -> trail.add("action"));
    trail.assertSteps("action");
    assertThat(AsyncWith.<String, RuntimeException>toThread(() -> null)).isNull();
  }

  /** ToThreadTests.test_to_thread_once. */
  @Test
  void theExceptionKeepsItsType() {
    assertThatThrownBy(this::typed).isInstanceOf(IOException.class);
  }

  private String typed() throws IOException, InterruptedException {
    return toThread(
        () -> {
          throw new IOException("gone");
        });
  }

  /** ToThreadTests.test_to_thread_contextvars. */
  @Test
  void contextGoesAlong() throws Exception {
    ContextCarrier carrier = ContextCarrier.scopedValues(USER);
    var inherited = Inherited.ofRunner(AsyncClock.system(), null, carrier, Background.OF_NO_RUNNER);
    var call =
        OnThread.start(
            inherited,
            () ->
                ScopedValue.where(USER, "ann")
                    .call(() -> toThread(USER::get) + toThread(USER::get, trail::add)));
    assertThat(call.result()).isEqualTo("annann");
    trail.assertSteps();
  }

  @Test
  void aCancelIsPassedOnAndTheBodyWaitedFor() throws Exception {
    var clock = new HandClock();
    var call =
        OnThread.start(
            clock,
            () -> with(timeout(Duration.ofSeconds(1))).call(() -> toThread(this::untilCancelled)));
    started.await();
    clock.advance(Duration.ofSeconds(1));
    assertThat(call.failure()).isInstanceOf(TimeoutExceededException.class);
    trail.assertSteps("cancelled");
  }

  @Test
  void callsOfTheLibraryHearOfTheCancelEachTime() throws Exception {
    CancelScope scope = CancelScope.create();
    var call =
        OnThread.start(
            () -> {
              with(scope)
                  .run(
                      () ->
                          toThread(
                              () -> {
                                String _ = deaf();
                                for (int i = 0; i < 2; i++) {
                                  assertThatThrownBy(AsyncWith::checkpoint)
                                      .isInstanceOf(InterruptedException.class);
                                }
                                AsyncWith.checkpoint();
                              }));
              return scope.caught();
            });
    started.await();
    scope.cancel();
    goOn.countDown();
    assertThat(call.result()).isTrue();
  }

  @Test
  void anAbandonedBodyIsInterruptedAndItsValueReleased() throws Exception {
    var call =
        OnThread.start(
            () ->
                toThread(
                    this::deaf,
                    value -> {
                      trail.add("release " + value);
                      released.countDown();
                    }));
    started.await();
    assertThat(call.interrupt().failure()).isInstanceOf(InterruptedException.class);
    trail.assertSteps();
    goOn.countDown();
    released.await();
    assertThat(trail.steps()).last().isEqualTo("release late");
  }

  @Test
  void aBodyThatMayBeAbandonedButIsNot() throws Exception {
    assertThat(toThread(() -> "value", trail::add)).isEqualTo("value");
    assertThatThrownBy(
            () ->
                AsyncWith.<String, IOException>toThread(
                    () -> {
                      throw new IOException("gone");
                    },
                    trail::add))
        .isInstanceOf(IOException.class);
    trail.assertSteps();
  }

  @Test
  void theFailureOfAnAbandonedBodyIsLogged() throws Exception {
    var background = new Background("test");
    var empty = new CountDownLatch(1);
    try (var records = new LogRecords()) {
      var call =
          OnThread.start(
              Inherited.ofRunner(AsyncClock.system(), null, ContextCarrier.none(), background),
              () ->
                  toThread(
                      () -> {
                        String _ = deaf();
                        throw new IllegalStateException("gone");
                      },
                      _ -> {}));
      started.await();
      assertThat(call.interrupt().failure()).isInstanceOf(InterruptedException.class);
      goOn.countDown();
      background.whenEmpty(
          new Waiter() {
            @Override
            void wake() {
              empty.countDown();
            }
          });
      empty.await();
      assertThat(records.all())
          .singleElement()
          .satisfies(logged -> assertThat(logged.getThrown()).hasMessage("gone"));
    }
  }

  @Test
  void inACancelledScopeTheBodyDoesNotBegin() throws Exception {
    CancelScope scope = CancelScope.create();
    scope.cancel();
    with(scope).run(() -> toThread(() -> trail.add("body")));
    assertThat(scope.caught()).isTrue();
    assertThatThrownBy(
            () -> {
              Thread.currentThread().interrupt();
              toThread(() -> "value", trail::add);
            })
        .isInstanceOf(InterruptedException.class);
    trail.assertSteps();
  }
}
