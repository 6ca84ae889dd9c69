package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.with;
import static dev.asyncwith.TrackingMode.open;
import static dev.asyncwith.TrackingMode.seen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.Tracking.Mode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What tracking knows of blocks. */
@Timeout(60)
class TrackingTest {
  private final List<String> seen = new ArrayList<>();

  /** Looks, in each of its phases, at what is open. */
  private class Looking implements AsyncContextManager<String, IOException> {
    private final String name;
    private boolean failsToEnter;

    Looking(String name) {
      this.name = name;
    }

    @Override
    public String enter() throws IOException {
      seen.addAll(seen("looking"));
      if (failsToEnter) {
        throw new IOException("no");
      }
      return name;
    }

    @Override
    public boolean exit(Outcome outcome) {
      seen.addAll(seen("looking"));
      return false;
    }

    @Override
    public String describe() {
      return name;
    }
  }

  private AsyncContextManager<String, IOException> generator(String name) {
    return asyncContextManager(
        name,
        body -> {
          seen.addAll(seen("generator 'looking"));
          try {
            body.yield(name);
          } finally {
            seen.addAll(seen("generator 'looking"));
          }
        });
  }

  static Stream<Mode> modes() {
    return Stream.of(Mode.COUNTS, Mode.STACKS);
  }

  @ParameterizedTest
  @MethodSource("modes")
  void aManagerIsSeenInEachPhaseAndGoneAfterwards(Mode mode) throws Exception {
    try (var _ = TrackingMode.of(mode)) {
      with(new Looking("looking")).run(_ -> seen.addAll(seen("looking")));
      assertThat(seen)
          .containsExactly(
              "looking ENTERING MANAGER", "looking BODY MANAGER", "looking EXITING MANAGER");
      assertThat(open("looking")).isEmpty();
    }
  }

  static Stream<Duration> budgets() {
    return Stream.of(Duration.ZERO, Duration.ofHours(1));
  }

  @ParameterizedTest
  @MethodSource("budgets")
  void anInlineGeneratorIsSeenInEachPhaseAndGoneAfterwards(Duration budget) throws Exception {
    try (var _ = TrackingMode.of(Mode.COUNTS)) {
      var manager = generator("looking");
      with(budget.isZero() ? manager : manager.exitWithin(budget))
          .run(_ -> seen.addAll(seen("generator 'looking")));
      assertThat(seen)
          .containsExactly(
              "generator 'looking' ENTERING MANAGER",
              "generator 'looking' BODY MANAGER",
              "generator 'looking' EXITING MANAGER");
      assertThat(open("generator 'looking")).isEmpty();
    }
  }

  @Test
  void fourManagersAreSeenInTheOrderOfTheirEnters() throws Exception {
    try (var _ = TrackingMode.of(Mode.COUNTS)) {
      with(new Looking("looking 1"))
          .and(generator("x"))
          .and(new Looking("looking 3"))
          .and(new Looking("looking 4"))
          .run(
              (_, _, _, _) -> {
                seen.clear();
                seen.addAll(seen("looking"));
              });
      assertThat(seen.subList(0, 3))
          .containsExactly(
              "looking 1 BODY MANAGER", "looking 3 BODY MANAGER", "looking 4 BODY MANAGER");
      assertThat(open("looking")).isEmpty();
    }
  }

  @Test
  void whatFailsToEnterIsNotOpen() throws Exception {
    var manager = new Looking("looking");
    manager.failsToEnter = true;
    try (var _ = TrackingMode.of(Mode.COUNTS)) {
      assertThatThrownBy(() -> with(manager).run(_ -> {})).hasMessage("no");
      assertThat(seen).containsExactly("looking ENTERING MANAGER");
      assertThat(open("looking")).isEmpty();
    }
  }

  @Test
  void whatFailsInItsBodyIsSeenExitingAndIsGone() throws Exception {
    var failure = new IllegalStateException("body");
    try (var _ = TrackingMode.of(Mode.COUNTS)) {
      assertThatThrownBy(
              () ->
                  with(new Looking("looking"))
                      .and(generator("looking"))
                      .run(
                          (_, _) -> {
                            throw failure;
                          }))
          .isSameAs(failure);
      assertThat(seen).contains("looking EXITING MANAGER", "generator 'looking' EXITING MANAGER");
      assertThat(open("looking")).isEmpty();
      assertThat(open("generator 'looking'")).isEmpty();
    }
  }

  @Test
  void aGeneratorThatDoesNotYieldIsGone() throws Exception {
    AsyncContextManager<String, RuntimeException> silent = asyncContextManager("silent", _ -> {});
    try (var _ = TrackingMode.of(Mode.COUNTS)) {
      assertThatThrownBy(() -> with(silent).run(_ -> {})).hasMessageContaining("without a yield");
      assertThat(open("generator 'silent'")).isEmpty();
    }
  }

  @Test
  void offKnowsNothing() throws Exception {
    try (var _ = TrackingMode.of(Mode.OFF)) {
      assertThat(Tracking.mode()).isEqualTo(Mode.OFF);
      with(new Looking("looking")).and(generator("looking")).run((_, _) -> {});
      assertThat(seen).isEmpty();
      assertThat(Scopes.dump().toString()).contains("tracking is off: turn it on");
    }
  }

  @Test
  void whatWasOpenedWhileItWasOnStaysKnownUntilItIsClosed() throws Exception {
    try (var _ = TrackingMode.of(Mode.COUNTS)) {
      with(new Looking("looking"))
          .run(
              _ -> {
                Tracking.enable(Mode.OFF);
                with(new Looking("looking inside")).run(_ -> {});
                assertThat(seen("looking")).containsExactly("looking BODY MANAGER");
                Tracking.enable(Mode.STACKS);
                assertThat(Tracking.mode()).isEqualTo(Mode.STACKS);
              });
      assertThat(open("looking")).isEmpty();
    }
  }

  @Test
  void stacksShowTheLineThatOpened() throws Exception {
    try (var _ = TrackingMode.of(Mode.STACKS)) {
      with(new Looking("looking"))
          .run(
              _ -> {
                OpenScope scope = open("looking").getFirst();
                assertThat(scope.thread()).isSameAs(Thread.currentThread());
                assertThat(scope.type()).isEqualTo(Looking.class);
                assertThat(scope.age()).isPositive();
                assertThat(scope.openedHere())
                    .hasMessageContaining("opened here, by " + Thread.currentThread().getName());
                StackTraceElement line = scope.line();
                assertThat(line.getClassName()).isEqualTo(TrackingTest.class.getName());
                assertThat(line.getMethodName()).isEqualTo("stacksShowTheLineThatOpened");
              });
    }
  }

  @Test
  void countsKeepNoStack() throws Exception {
    try (var _ = TrackingMode.of(Mode.COUNTS)) {
      with(new Looking("looking"))
          .run(_ -> assertThat(open("looking").getFirst().openedHere()).isNull());
    }
  }

  @Test
  void aTaskIsSeenUntilItsEnd() throws Exception {
    try (var _ = TrackingMode.of(Mode.COUNTS)) {
      with(TaskGroup.create().withName("seen"))
          .run(tasks -> tasks.fork("seen task", () -> seen.addAll(seen("seen task"))));
      assertThat(seen).containsExactly("seen task BODY TASK");
      assertThat(open("seen task")).isEmpty();
    }
  }

  @Test
  void aNameThatFailsIsSaidSo() throws Exception {
    var manager =
        new Looking("looking") {
          @Override
          public String describe() {
            throw new IllegalStateException("no name");
          }
        };
    try (var _ = TrackingMode.of(Mode.COUNTS)) {
      with(manager)
          .run(
              _ ->
                  assertThat(Scopes.dump().toString())
                      .contains("whose name fails with java.lang.IllegalStateException: open for"));
    }
  }

  @Test
  void theThreadsOfOthersAreForgottenWhenTheyHaveEnded() throws Exception {
    try (var _ = TrackingMode.of(Mode.COUNTS)) {
      for (int i = 0; i < 10_000; i++) {
        Thread thread = Thread.ofVirtual().start(() -> enterQuietly(new Looking("x")));
        thread.join();
      }
      assertThat(OpenThings.threads()).hasSizeLessThan(5_000);
    }
  }

  private static void enterQuietly(Looking manager) {
    try {
      with(manager).run(_ -> {});
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aModeThatIsNoneIsNamedAndTheProgramGoesOn() {
    assertThat(saidOfProperty("asyncwith.tracking", "everything"))
        .contains("everything", "asyncwith.tracking", "off, counts, stacks");
  }

  @Test
  void aHoldTimeThatIsNoneIsNamedAndTheProgramGoesOn() {
    assertThat(saidOfProperty("asyncwith.holdTime", "soon"))
        .contains("soon", "asyncwith.holdTime", "PT30S");
    assertThat(saidOfProperty("asyncwith.holdTime", "-PT1S")).contains("-PT1S");
  }

  private static String saidOfProperty(String property, String value) {
    Mode before = Tracking.mode();
    System.setProperty(property, value);
    try (var log = new LogRecords()) {
      Tracking.start();
      assertThat(Tracking.mode()).isEqualTo(before);
      assertThat(log.all()).hasSize(1);
      var formatter = new java.util.logging.SimpleFormatter();
      return formatter.formatMessage(log.all().getFirst());
    } finally {
      System.clearProperty(property);
    }
  }

  @Test
  void thePropertyTurnsItOn() {
    try (var _ = TrackingMode.of(Mode.OFF)) {
      System.setProperty("asyncwith.tracking", " Stacks ");
      try {
        Tracking.start();
        assertThat(Tracking.mode()).isEqualTo(Mode.STACKS);
      } finally {
        System.clearProperty("asyncwith.tracking");
      }
    }
  }
}
