package dev.asyncwith.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.examples.FirstBlock;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A tour of sections that do not hold: it must say so. */
@Timeout(30)
class TourTest {
  private final StringWriter printed = new StringWriter();

  private boolean run(Section.Script... scripts) throws InterruptedException {
    var sections =
        List.of(scripts).stream()
            .map(script -> new Section("timer", FirstBlock.class, 1, script))
            .toList();
    var screen = new Screen(new PrintWriter(printed), false, true);
    return new Tour(sections, new Texts(Language.en), screen, 0, false).run();
  }

  private static void opensAndCloses(Scene scene) throws InterruptedException {
    scene.opened("{0} opened", "door");
    try {
      scene.work(1);
    } finally {
      scene.closed("{0} closed", "door");
    }
  }

  @Test
  void whatHoldsIsCounted() throws Exception {
    assertThat(run(TourTest::opensAndCloses, TourTest::opensAndCloses)).isTrue();

    assertThat(printed.toString()).contains("2 of 2 systems, 4 opened, 4 closed");
  }

  @Test
  void whatStaysOpenIsFound() throws Exception {
    assertThat(run(scene -> scene.opened("{0} opened", "door"), TourTest::opensAndCloses))
        .isFalse();

    assertThat(printed.toString())
        .contains("✗ all was closed: door, but it was: ")
        .contains("1 of 2 systems, 3 opened, 2 closed");
  }

  @Test
  void aSectionThatOpensNothingShowsNothing() throws Exception {
    assertThat(run(scene -> scene.work(1))).isFalse();

    assertThat(printed.toString()).contains("0 of 1 systems, 0 opened, 0 closed");
  }

  @Test
  void anUnexpectedResultIsShownBesideTheExpectedOne() throws Exception {
    assertThat(
            run(
                scene -> {
                  opensAndCloses(scene);
                  scene.check("check.answer", "left", "right");
                }))
        .isFalse();

    assertThat(printed.toString()).contains("✗ the block gave: left, but it was: right");
  }

  @Test
  void aFailureThatIsNotWantedIsToldAndTheFailingRunIsLeftOut() throws Exception {
    assertThat(
            run(
                _ -> {
                  throw new AssertionError("broken");
                }))
        .isFalse();

    assertThat(printed.toString())
        .contains("✗ AssertionError: broken")
        .doesNotContain("The same, and the body fails");
  }

  @Test
  void aFailureThatDoesNotReachTheCallerIsFound() throws Exception {
    assertThat(
            run(
                scene -> {
                  try {
                    opensAndCloses(scene);
                  } catch (IllegalStateException e) {
                    // lost
                  }
                }))
        .isFalse();

    assertThat(printed.toString())
        .contains(
            "✗ the caller gets IllegalStateException: this body fails on purpose,"
                + " but it was: nothing");
  }

  @Test
  void anotherFailureThatReachesTheCallerIsFound() throws Exception {
    assertThat(
            run(
                scene -> {
                  try {
                    opensAndCloses(scene);
                  } catch (IllegalStateException e) {
                    throw new IllegalStateException("a twin of it");
                  }
                }))
        .isFalse();

    assertThat(printed.toString()).contains("but it was: IllegalStateException: a twin of it");
  }

  @Test
  void anInterruptEndsTheTourAndIsTold() {
    assertThatThrownBy(
            () ->
                run(
                    TourTest::opensAndCloses,
                    scene -> {
                      Thread.currentThread().interrupt();
                      opensAndCloses(scene);
                    },
                    TourTest::opensAndCloses))
        .isInstanceOf(InterruptedException.class);

    assertThat(printed.toString()).endsWith("interrupted: closed 3 of 3" + System.lineSeparator());
  }

  @Test
  void anInterruptBesideAFailureEndsTheTourToo() {
    assertThatThrownBy(
            () ->
                run(
                    scene -> {
                      opensAndCloses(scene);
                      Thread.currentThread().interrupt();
                      throw new IllegalStateException("out of paper");
                    }))
        .isInstanceOf(InterruptedException.class);

    assertThat(Thread.interrupted()).isFalse();
  }
}
