package dev.asyncwith.cli;

import dev.asyncwith.ExceptionGroup;
import dev.asyncwith.Outcome;
import dev.asyncwith.examples.ExampleSource;
import dev.asyncwith.examples.Narrator.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sections one after another, each with a body that succeeds and with one that fails, and what
 * is found to hold. Used once, by one thread.
 */
final class Tour {
  private final List<Section> sections;
  private final Texts texts;
  private final Screen screen;
  private final double pace;
  private final boolean showsCode;
  private int opened;
  private int closed;

  Tour(List<Section> sections, Texts texts, Screen screen, double pace, boolean showsCode) {
    this.sections = List.copyOf(sections);
    this.texts = texts;
    this.screen = screen;
    this.pace = pace;
    this.showsCode = showsCode;
  }

  /**
   * Runs the tour.
   *
   * @return true if all that was checked held
   * @throws InterruptedException if a section was interrupted; it has closed what it opened
   */
  boolean run() throws InterruptedException {
    int held = 0;
    for (int i = 0; i < sections.size(); i++) {
      if (play(i)) {
        held++;
      }
      screen.blank();
    }
    screen.heading(texts.of("tour.end", held, sections.size(), opened, closed));
    return held == sections.size();
  }

  private boolean play(int index) throws InterruptedException {
    Section section = sections.get(index);
    String title = texts.of("section." + section.name());
    String file = section.example().getSimpleName() + ".java";
    screen.heading(texts.of("section", index + 1, sections.size(), title, file));
    if (showsCode) {
      screen.blank();
      screen.source(ExampleSource.of(section.example()));
      screen.blank();
    }
    if (!play(section, null)) {
      return false;
    }
    screen.plain(texts.of("section.failing"));
    return play(section, new IllegalStateException(texts.of("section.failure")));
  }

  private boolean play(Section section, @Nullable RuntimeException failure)
      throws InterruptedException {
    var scene = new Scene(screen, texts, pace, failure, section.failingTurn());
    Throwable thrown = null;
    try {
      section.script().play(scene);
    } catch (Throwable t) { // whatever it is, the tour tells it and goes on
      thrown = t;
    }
    opened += scene.lines(Kind.OPENED).size();
    closed += scene.lines(Kind.CLOSED).size();
    endIfInterrupted(thrown);
    checkThrown(scene, failure, thrown);
    checkClosed(scene);
    scene.checks().forEach(check -> screen.check(check.holds(), check.text()));
    return scene.checks().stream().allMatch(Scene.Check::holds);
  }

  /** Some forms of an interrupt leave the flag set, and some body may have failed beside it. */
  private void endIfInterrupted(@Nullable Throwable thrown) throws InterruptedException {
    boolean cancelled = thrown != null && Outcome.of(thrown) instanceof Outcome.Cancelled;
    if (Thread.interrupted() || cancelled) {
      screen.heading(texts.of("tour.interrupted", closed, opened));
      throw new InterruptedException("the tour was interrupted");
    }
  }

  private void checkThrown(
      Scene scene, @Nullable RuntimeException failure, @Nullable Throwable thrown) {
    if (failure != null) {
      boolean same = thrown == failure || isGroupOf(thrown, failure);
      scene.check("check.caller", same, described(same ? thrown : failure), described(thrown));
    } else if (thrown != null) {
      scene.fail(thrown instanceof SectionException e ? e.text() : described(thrown));
    }
  }

  private static boolean isGroupOf(@Nullable Throwable thrown, Throwable failure) {
    return thrown instanceof ExceptionGroup group
        && group.exceptions().size() == 1
        && group.exceptions().getFirst() == failure;
  }

  private String described(@Nullable Throwable thrown) {
    return switch (thrown) {
      case null -> texts.of("thrown.nothing");
      case ExceptionGroup group ->
          texts.of(
              "thrown.group",
              String.join("; ", group.exceptions().stream().map(this::described).toList()));
      default -> thrown.getClass().getSimpleName() + ": " + thrown.getMessage();
    };
  }

  private void checkClosed(Scene scene) {
    List<String> wasOpened = scene.names(Kind.OPENED);
    List<String> wasClosed = scene.names(Kind.CLOSED);
    boolean all = wasOpened.stream().sorted().toList().equals(wasClosed.stream().sorted().toList());
    scene.check("check.closed", all && !wasOpened.isEmpty(), wasOpened, wasClosed);
  }
}
