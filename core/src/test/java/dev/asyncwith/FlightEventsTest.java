package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.Tracking.Mode;
import dev.asyncwith.testing.ExpectLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Flight Recorder gets of the core. */
@Timeout(60)
class FlightEventsTest {
  @TempDir Path folder;

  private interface Work {
    void run() throws Exception;
  }

  /** The events of one type that some work makes. */
  private List<RecordedEvent> recorded(String type, Duration threshold, Work work)
      throws Exception {
    try (var recording = new Recording()) {
      recording.enable("dev.asyncwith." + type).withThreshold(threshold);
      recording.start();
      work.run();
      recording.stop();
      Path file = Files.createTempFile(folder, type, ".jfr");
      recording.dump(file);
      return RecordingFile.readAllEvents(file).stream()
          .filter(event -> event.getEventType().getName().equals("dev.asyncwith." + type))
          .sorted(Comparator.comparing(RecordedEvent::getStartTime)) // a file has no order
          .toList();
    }
  }

  /** A guard with a name, that may fail to enter. */
  private record Named(String describe) implements AsyncGuard<IOException> {
    @Override
    public Void enter() throws IOException {
      if (describe.contains("closed")) {
        throw new IOException("no");
      }
      return null;
    }

    @Override
    public boolean exit(Outcome outcome) {
      return false;
    }
  }

  @Test
  void aBlockIsAScope() throws Exception {
    List<RecordedEvent> events =
        recorded(
            "Scope",
            Duration.ZERO,
            () -> {
              with(new Named("one")).run(() -> {});
              assertThatThrownBy(() -> with(new Named("two")).run(FlightEventsTest::fail))
                  .hasMessage("gone");
              assertThatThrownBy(() -> with(new Named("closed")).run(() -> {})).hasMessage("no");
              CancelScope scope = CancelScope.create();
              with(scope)
                  .run(
                      () ->
                          with(new Named("four"))
                              .run(
                                  () -> {
                                    scope.cancel();
                                    AsyncWith.checkpoint();
                                  }));
            });
    assertThat(events)
        .filteredOn(e -> e.getClass("type").getName().equals(Named.class.getName()))
        .extracting(e -> e.getString("name") + " " + e.getString("outcome"))
        .containsExactly("one succeeded", "two failed", "closed not entered", "four cancelled");
    RecordedEvent two = events.get(1);
    assertThat(two.getString("failure")).isEqualTo("java.io.IOException: gone");
    assertThat(two.getThread().getJavaThreadId()).isEqualTo(Thread.currentThread().threadId());
    assertThat(two.getEventType().getLabel()).isEqualTo("Scope");
    assertThat(two.getEventType().getCategoryNames()).containsExactly("AsyncWith");
  }

  private static void fail() throws IOException {
    throw new IOException("gone");
  }

  @Test
  void aGeneratorInABlockIsAScope() throws Exception {
    List<RecordedEvent> events =
        recorded(
            "Scope",
            Duration.ZERO,
            () -> {
              AsyncContextManager<String, RuntimeException> generator =
                  AsyncWith.asyncContextManager("g", body -> body.yield("v"));
              with(generator).run(_ -> {});
            });
    assertThat(events)
        .extracting(e -> e.getString("name") + " " + e.getString("outcome"))
        .containsExactly("generator 'g' succeeded");
  }

  @Test
  void whatIsFasterThanItsThresholdIsNotRecorded() throws Exception {
    assertThat(recorded("Scope", Duration.ofDays(1), () -> with(new Named("fast")).run(() -> {})))
        .isEmpty();
  }

  @Test
  void aTaskSaysHowItEnded() throws Exception {
    List<RecordedEvent> events =
        recorded(
            "Task",
            Duration.ZERO,
            () ->
                assertThatThrownBy(
                        () ->
                            with(TaskGroup.create().withName("recorded"))
                                .run(
                                    tasks -> {
                                      tasks.fork("good", () -> {}).get();
                                      tasks.fork("bad", FlightEventsTest::fail);
                                    }))
                    .isInstanceOf(ExceptionGroup.class));
    assertThat(events)
        .extracting(e -> e.getString("name") + " " + e.getString("outcome"))
        .containsExactly("good succeeded", "bad failed");
    assertThat(events.get(1).getString("owner")).isEqualTo("TaskGroup(recorded)");
    assertThat(events.get(1).getString("failure")).isEqualTo("java.io.IOException: gone");
  }

  @Test
  void aWaitForALockSaysWhetherItWasAcquired() throws Exception {
    List<RecordedEvent> events =
        recorded(
            "LockWait",
            Duration.ZERO,
            () -> {
              var lock = AsyncLock.of("recorded");
              lock.acquire();
              OnThread<Boolean> tries = OnThread.start(() -> lock.tryAcquire(Duration.ofNanos(1)));
              assertThat(tries.result()).isFalse();
              OnThread<Void> waits =
                  OnThread.start(
                      () -> {
                        with(lock).run(() -> {});
                        return null;
                      });
              waits.awaitWaiting();
              lock.release();
              assertThat(waits.result()).isNull();
            });
    assertThat(events)
        .extracting(e -> e.getString("lock").startsWith("AsyncLock(recorded)"))
        .containsExactly(true, true);
    assertThat(events).extracting(e -> e.getBoolean("acquired")).containsExactly(false, true);
  }

  @Test
  void anExitThatTakesTooLongIsRecordedWithWhatWasDone() throws Exception {
    var release = new CountDownLatch(1);
    List<RecordedEvent> events =
        recorded(
            "ExitOverrun",
            Duration.ZERO,
            () -> {
              try (var log = new LogRecords()) {
                assertThatThrownBy(
                        () ->
                            with(new Slow(release).exitWithin(Duration.ofMillis(1)).detached())
                                .run(() -> {}))
                    .isInstanceOf(TimeoutExceededException.class);
                log.await("it is interrupted now"); // after the event
              }
            });
    release.countDown();
    assertThat(events)
        .extracting(e -> e.getString("measure"))
        .containsExactlyInAnyOrder("interrupted", "abandoned");
    assertThat(events.getFirst().getString("exit")).isEqualTo("the exit of slow");
    assertThat(events.getFirst().getDuration("budget")).isEqualTo(Duration.ofMillis(1));
    assertThat(events.getFirst().getDuration("passed")).isPositive();
  }

  /** Its exit does not answer interrupts. */
  private record Slow(CountDownLatch release) implements AsyncGuard<RuntimeException> {
    @Override
    public Void enter() {
      return null;
    }

    @Override
    public boolean exit(Outcome outcome) {
      while (release.getCount() > 0) {
        try {
          release.await();
        } catch (InterruptedException e) {
          // it does not
        }
      }
      return false;
    }

    @Override
    public String describe() {
      return "slow";
    }
  }

  @Test
  @ExpectLeaks("it is about leaks")
  void aLeakIsRecordedWithItsPlace() throws Exception {
    try (var _ = TrackingMode.of(Mode.STACKS);
        var leaks = new ToldLeaks("recorded")) {
      List<RecordedEvent> events =
          recorded(
              "Leak",
              Duration.ZERO,
              () ->
                  Runner.create(c -> c.withName("recorded"))
                      .run(() -> Tracking.opened(new Object(), "recorded")));
      assertThat(leaks.all()).hasSize(1);
      assertThat(events)
          .filteredOn(e -> e.getString("name").equals("recorded"))
          .singleElement()
          .satisfies(
              e -> {
                assertThat(e.getString("trigger")).isEqualTo("END_OF_RUN");
                assertThat(e.getString("openedAt")).contains("FlightEventsTest.java:");
                assertThat(e.getThread("openedBy").getJavaName()).isEqualTo("recorded main");
                assertThat(e.getDuration("age")).isPositive();
              });
    }
  }

  @Test
  void nothingIsMadeWhileNothingRecords() throws Exception {
    try (var recording = new Recording()) {
      recording.start();
      assertThat(FlightEvents.isRecording()).isTrue();
    }
    boolean others =
        FlightRecorder.getFlightRecorder().getRecordings().stream()
            .anyMatch(r -> r.getState() == jdk.jfr.RecordingState.RUNNING);
    assertThat(FlightEvents.isRecording()).isEqualTo(others);
    if (!others) {
      assertThat(FlightEvents.beginTask()).isNull();
      assertThat(FlightEvents.beginWait()).isNull();
    }
  }
}
