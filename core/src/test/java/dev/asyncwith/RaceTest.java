package dev.asyncwith;

import static dev.asyncwith.AsyncWith.race;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The first body that succeeds wins; a value that comes too late has an owner. */
@Timeout(60)
class RaceTest {
  private final Trail trail = new Trail();
  private final CountDownLatch forever = new CountDownLatch(1);
  private final CountDownLatch started = new CountDownLatch(1);

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

  /** Returns a value although it is cancelled. */
  private String lateOnCancel(String value) {
    started.countDown();
    try {
      forever.await();
    } catch (InterruptedException e) {
      trail.add("late");
    }
    return value;
  }

  private void release(String value) {
    trail.add("release " + value);
  }

  private String afterStart(String value) throws InterruptedException {
    started.await();
    return value;
  }

  @Test
  void theFirstSuccessWinsAndTheOthersHaveEnded() throws Exception {
    String winner =
        race(
            this::untilCancelled,
            () -> afterStart("fast"),
            () -> {
              throw new IOException("dropped");
            });
    assertThat(winner).isEqualTo("fast");
    trail.assertSteps("cancelled");
  }

  @Test
  void aLateValueIsReleasedBeforeTheRaceReturns() throws Exception {
    String winner = race(this::release, () -> lateOnCancel("slow"), () -> afterStart("fast"));
    assertThat(winner).isEqualTo("fast");
    trail.assertSteps("late", "release slow");
  }

  @Test
  void theReleaseOfALateValueIsNotCutShort() throws Exception {
    String winner =
        race(
            value -> {
              AsyncWith.sleep(Duration.ofMillis(1));
              release(value);
            },
            () -> lateOnCancel("slow"),
            () -> afterStart("fast"));
    assertThat(winner).isEqualTo("fast");
    trail.assertSteps("late", "release slow");
  }

  @Test
  void aReleaseThatFailsIsLoggedAndTheWinnerIsKept() throws Exception {
    var broken = new IOException("broken");
    try (var records = new LogRecords()) {
      String winner =
          race(
              _ -> {
                throw broken;
              },
              () -> lateOnCancel("slow"),
              () -> afterStart("fast"));
      assertThat(winner).isEqualTo("fast");
      assertThat(records.all())
          .singleElement()
          .satisfies(logged -> assertThat(logged.getThrown()).isSameAs(broken));
    }
  }

  @Test
  void withoutASuccessAllFailuresCome() {
    var one = new IOException("one");
    var two = new IllegalStateException("two");
    assertThatThrownBy(
            () ->
                race(
                    () -> {
                      throw one;
                    },
                    () -> {
                      throw two;
                    }))
        .isInstanceOfSatisfying(
            ExceptionGroup.class,
            group -> assertThat(group.exceptions()).containsExactlyInAnyOrder(one, two))
        .hasMessageContaining("TaskGroup(race)");
  }

  @Test
  void withoutASuccessAnErrorComesBare() {
    var error = new AssertionError("one");
    var two = new IllegalStateException("two");
    assertThatThrownBy(
            () ->
                race(
                    () -> {
                      throw error;
                    },
                    () -> {
                      throw two;
                    }))
        .isSameAs(error)
        .hasSuppressedException(two);
  }

  @Test
  void anInterruptCancelsAllBodies() throws Exception {
    var call = OnThread.start(() -> race(this::untilCancelled));
    started.await();
    assertThat(call.interrupt().failure()).isInstanceOf(InterruptedException.class);
    trail.assertSteps("cancelled");
  }

  @Test
  void aWinnerIsReturnedThoughTheCallerWasInterruptedWhichStays() throws Exception {
    var call = OnThread.start(() -> race(this::release, () -> lateOnCancel("value")));
    started.await();
    assertThat(call.interrupt().result()).isEqualTo("value");
    assertThat(call.interruptedAtEnd()).isTrue();
    trail.assertSteps("late");
  }

  @Test
  void aWinnerIsReturnedThoughATimeoutExpiredWhichStays() throws Exception {
    var clock = new HandClock();
    var call =
        OnThread.start(
            clock,
            () ->
                with(timeout(Duration.ofSeconds(1)))
                    .call(
                        () -> {
                          trail.add(race(() -> lateOnCancel("value")));
                          AsyncWith.checkpoint();
                          return "not reached";
                        }));
    started.await();
    clock.advance(Duration.ofSeconds(1));
    assertThat(call.failure()).isInstanceOf(TimeoutExceededException.class);
    assertThat(call.interruptedAtEnd()).isFalse();
    trail.assertSteps("late", "value");
  }

  @Test
  void allFailuresComeThoughTheCallerWasInterruptedWhichStays() throws Exception {
    var call =
        OnThread.start(
            () ->
                race(
                    () -> {
                      lateOnCancel("value");
                      throw new IOException("gone");
                    }));
    started.await();
    assertThat(call.interrupt().failure()).isInstanceOf(ExceptionGroup.class);
    assertThat(call.interruptedAtEnd()).isTrue();
  }

  @Test
  void nobodyWinsARaceOfNone() {
    assertThatThrownBy(AsyncWith::<String>race)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a race without bodies has no winner: give one at least");
  }
}
