package dev.asyncwith.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.asyncwith.Scopes;
import dev.asyncwith.Tracking;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** What fails by {@link LeakCheck}, and what it says. */
class LeakCheckTest {

  @AfterEach
  void closeWhatTheyLeft() throws Exception {
    Leaky.closeAll();
  }

  private static EngineExecutionResults run(Class<?> tests) {
    return EngineTestKit.engine("junit-jupiter").selectors(selectClass(tests)).execute();
  }

  private static Throwable failure(Event event) {
    return event.getRequiredPayload(TestExecutionResult.class).getThrowable().orElseThrow();
  }

  /** What the only test of a class fails with. */
  private static Throwable failureOf(Class<?> tests) {
    List<Event> failed = run(tests).testEvents().failed().list();
    assertThat(failed).hasSize(1);
    return failure(failed.getFirst());
  }

  @Test
  void aLockThatIsHeldFailsTheTestWithThePlace() throws Exception {
    Throwable failure = failureOf(Leaky.LeavesLock.class);
    assertThat(failure)
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("acquiresAndForgets() left open, 1 ms after its end:\n")
        .hasMessageContainingAll(
            "AsyncLock(forgotten), opened by ",
            " at dev.asyncwith.testing.Leaky$LeavesLock.acquiresAndForgets(Leaky.java:",
            "was its close() or release() forgotten?");
    assertThat(failure.getSuppressed()).hasSize(1);
    assertThat(failure.getSuppressed()[0])
        .hasMessageStartingWith("AsyncLock(forgotten), opened here, by ");
    assertThat(failure.getSuppressed()[0].getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals("acquiresAndForgets"));
    assertThat(Files.readString(dump(failure))).contains("LeakCheckTest");
  }

  private static Path dump(Throwable failure) {
    Matcher path = Pattern.compile("all threads stand in (\\S+)").matcher(failure.getMessage());
    assertThat(path.find()).isTrue();
    return Path.of(path.group(1));
  }

  @Test
  void aStackAndItsEntriesFailTheTest() {
    Throwable failure = failureOf(Leaky.LeavesStack.class);
    assertThat(failure).hasMessageContainingAll("AsyncExitStack@", "entry, opened by ");
    assertThat(failure.getSuppressed()).hasSize(2);
  }

  @Test
  void aTaskFailsTheTestAndItsVirtualThreadIsInTheDump() throws Exception {
    Throwable failure = failureOf(Leaky.LeavesTask.class);
    assertThat(failure)
        .hasMessageContainingAll(
            "forgotten task, opened by ",
            "what is it waiting for, and who was to cancel it?",
            "in the task, opened by forgotten task ",
            "why has its block not ended?",
            "what does its enter wait for?");
    assertThat(Files.readString(dump(failure))).contains("forgotten task");
  }

  @Test
  void aFileThatNobodyTracksFailsTheTestWhereTheSystemTells() {
    if (Files.isDirectory(Path.of("/proc/self/fd"))) {
      assertThat(failureOf(Leaky.LeavesFile.class))
          .hasMessageContainingAll(
              "\n  descriptor ", Leaky.LeavesFile.file + ", which nobody tracks");
    }
    run(Leaky.LeavesFileUnlooked.class).testEvents().assertStatistics(s -> s.succeeded(1));
  }

  @Test
  void aTrackedFileIsToldOnceAndNotAsADescriptorToo() {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "else there are no descriptors");
    EngineExecutionResults results = run(Leaky.LeavesTrackedFiles.class);
    results.containerEvents().assertStatistics(s -> s.failed(0));
    assertThat(failure(results.testEvents().failed().list().getFirst()))
        .hasMessageContainingAll(
            "\n  file " + Leaky.LeavesTrackedFiles.file + " (mode \"r\"), opened by ",
            "second.txt (mode",
            "third.txt (mode")
        .hasMessageNotContainingAny("descriptor", "nobody tracks");
  }

  @Test
  @ExpectLeaks("what tracking tells the test inside it tells this one too")
  void aTrackedFileThatARunLeavesIsToldOnce() {
    EngineExecutionResults results = run(Leaky.LeavesTrackedFileInRun.class);
    results.containerEvents().assertStatistics(s -> s.failed(0));
    assertThat(failure(results.testEvents().failed().list().getFirst()))
        .hasMessageContaining("is still open at the end of a run")
        .hasMessageNotContainingAny("descriptor", "nobody tracks");
  }

  @Test
  void aFileThatIsTrackedOnceAndOpenTwiceIsToldTwice() {
    Throwable failure = failureOf(Leaky.LeavesTrackedFileAndAnother.class);
    assertThat(failure).hasMessageContaining(" (mode \"r\"), opened by ");
    if (Files.isDirectory(Path.of("/proc/self/fd"))) {
      assertThat(failure.getMessage().lines().filter(line -> line.contains("nobody tracks")))
          .hasSize(1);
    }
  }

  @Test
  void aSocketOfTheClassFailsTheClass() {
    EngineExecutionResults results = run(Leaky.LeavesSocketOfClass.class);
    results.testEvents().assertStatistics(s -> s.succeeded(1));
    if (Files.isDirectory(Path.of("/proc/self/fd"))) {
      List<Event> failed = results.containerEvents().failed().list();
      assertThat(failed).hasSize(1);
      assertThat(failure(failed.getFirst()))
          .hasMessageContainingAll("LeavesSocketOfClass left open", "socket:[", "nobody tracks");
    }
  }

  @Test
  @ExpectLeaks("what tracking tells the test inside it tells this one too")
  void whatTrackingTellsFailsTheTest() {
    Throwable failure = failureOf(Leaky.LeavesInRun.class);
    assertThat(failure)
        .hasMessageContainingAll(
            "value of a run, opened by careless main",
            "is still open at the end of a run of Runner 'careless': who was to close it?");
    assertThat(failure.getSuppressed()).hasSize(1);
  }

  @Test
  void aTestThatFailsByItselfHasTheLeakSuppressed() {
    Throwable failure = failureOf(Leaky.FailsAndLeaves.class);
    assertThat(failure).hasMessage("the test's own failure");
    assertThat(failure.getSuppressed()).hasSize(1);
    assertThat(failure.getSuppressed()[0]).hasMessageContaining("AsyncLock(forgotten)");
  }

  @Test
  void whoSaysWhyMayLeaveSomethingOpenAndHasTo() {
    List<Event> failed = run(Leaky.Says.class).testEvents().failed().list();
    assertThat(failed)
        .extracting(event -> failure(event).getMessage())
        .containsExactlyInAnyOrder(
            "saysSoAndDoesNot() left nothing open, though @ExpectLeaks says so: take the annotation"
                + " away",
            "@ExpectLeaks of givesNoReason() has no reason: say why it leaves something open");
  }

  @Test
  void aClassMaySayItOfSomeOfItsTests() {
    EngineExecutionResults some = run(Leaky.SaysOfSome.class);
    some.testEvents().assertStatistics(s -> s.succeeded(2));
    some.containerEvents().assertStatistics(s -> s.failed(0));
    EngineExecutionResults none = run(Leaky.SaysOfNone.class);
    none.testEvents().assertStatistics(s -> s.succeeded(1));
    assertThat(failure(none.containerEvents().failed().list().getFirst()))
        .hasMessageContaining("SaysOfNone left nothing open");
  }

  @Test
  void aClassMayBeLeftOut() {
    Tracking.Mode before = Tracking.mode();
    run(Leaky.IsLeftOut.class).allEvents().assertStatistics(s -> s.failed(0));
    assertThat(Leaky.IsLeftOut.mode).isEqualTo(Tracking.Mode.OFF);
    assertThat(Tracking.mode()).isEqualTo(before);
  }

  @Test
  void whatIsClosedAfterEachOrLateIsNoLeak() {
    run(Leaky.ClosesAfterwards.class).allEvents().assertStatistics(s -> s.failed(0));
    run(Leaky.EndsLate.class).allEvents().assertStatistics(s -> s.failed(0));
    assertThat(Scopes.open()).noneMatch(scope -> scope.name().contains("released late"));
  }

  private static EngineExecutionResults runInParallel(String mode, Class<?> tests) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(tests))
        .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
        .configurationParameter("junit.jupiter.execution.parallel.mode.default", mode)
        .execute();
  }

  @ParameterizedTest
  @ValueSource(strings = {"concurrent", "same_thread"}) // of the latter others may be concurrent
  void testsThatMayRunBesideOthersAreRefused(String mode) {
    EngineExecutionResults results = runInParallel(mode, Leaky.ClosesAfterwards.class);
    results.testEvents().assertStatistics(s -> s.started(0));
    assertThat(failure(results.allEvents().failed().list().getFirst()))
        .hasMessageContainingAll("ClosesAfterwards", "@Isolated", "one by one")
        .hasMessageNotContainingAny("SAME_THREAD");
  }

  @ParameterizedTest
  @ValueSource(strings = {"concurrent", "same_thread"})
  void testsThatJUnitRunsAloneAreChecked(String mode) {
    EngineExecutionResults results = runInParallel(mode, Leaky.IsIsolated.class);
    results.containerEvents().assertStatistics(s -> s.failed(0));
    results.testEvents().assertStatistics(s -> s.succeeded(2).failed(1));
    assertThat(failure(results.testEvents().failed().list().getFirst()))
        .hasMessageContaining("AsyncLock(forgotten)");
  }
}
