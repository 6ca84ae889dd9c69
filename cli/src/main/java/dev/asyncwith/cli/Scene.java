package dev.asyncwith.cli;

import dev.asyncwith.AsyncWith;
import dev.asyncwith.examples.Narrator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run of an example in the tour: prints its lines with the time, keeps a tally of what is open,
 * lets the body fail if it shall, and collects what is checked. Safe for use by several threads.
 */
final class Scene implements Narrator {
  /** What was looked at after the run, and whether it held. */
  record Check(boolean holds, String text) {}

  private final long start = System.nanoTime();
  private final Screen screen;
  private final Texts texts;
  private final double pace;
  private final @Nullable RuntimeException failure;

  // Guarded by this scene's monitor.
  private final List<Line> lines = new ArrayList<>();
  private final List<Check> checks = new ArrayList<>();
  private int turnsUntilFailure;

  /**
   * Begins the run.
   *
   * @param pace how long pauses are, 1 for as long as the example asks for
   * @param failure what the body shall throw, or null
   * @param failingTurn which call of {@link #work} throws it, from 1
   */
  Scene(
      Screen screen,
      Texts texts,
      double pace,
      @Nullable RuntimeException failure,
      int failingTurn) {
    this.screen = screen;
    this.texts = texts;
    this.pace = pace;
    this.failure = failure;
    this.turnsUntilFailure = failingTurn;
  }

  @Override
  public synchronized void tell(Line line) {
    lines.add(line);
    char mark =
        switch (line.kind()) {
          case SAID -> ' ';
          case OPENED -> '+';
          case CLOSED -> '-';
        };
    screen.timed((System.nanoTime() - start) / 1e9, mark, texts.of(line));
  }

  @Override
  public void pause(int millis) throws InterruptedException {
    AsyncWith.sleep(Duration.ofNanos((long) (millis * 1e6 * pace)));
  }

  @Override
  public void work(int millis) throws InterruptedException {
    pause(millis);
    if (failure != null && failsNow()) {
      say("the body fails");
      throw failure;
    }
  }

  private synchronized boolean failsNow() {
    turnsUntilFailure--;
    return turnsUntilFailure == 0;
  }

  /** Whether the body of this run shall fail. */
  boolean failing() {
    return failure != null;
  }

  /** A text of the command. */
  String text(String key, Object... arguments) {
    return texts.of(key, arguments);
  }

  double pace() {
    return pace;
  }

  /** The lines of a kind so far. */
  synchronized List<Line> lines(Kind kind) {
    return lines.stream().filter(line -> line.kind() == kind).toList();
  }

  /** The names of what was opened or closed so far, in that order. */
  List<String> names(Kind kind) {
    return lines(kind).stream().map(line -> line.arguments().getFirst().toString()).toList();
  }

  /** How many things were open at a time, at most. */
  synchronized int mostOpen() {
    int open = 0;
    int most = 0;
    for (Line line : lines) {
      open +=
          switch (line.kind()) {
            case SAID -> 0;
            case OPENED -> 1;
            case CLOSED -> -1;
          };
      most = Math.max(most, open);
    }
    return most;
  }

  /** Notes that something must equal what is expected; the text of {@code key} gets the latter. */
  void check(String key, Object expected, Object actual) {
    check(key, expected.equals(actual), expected, actual);
  }

  /** Notes whether something holds; the text of {@code key} gets what is expected. */
  synchronized void check(String key, boolean holds, Object expected, Object actual) {
    String text = texts.of(key, shown(expected));
    checks.add(new Check(holds, holds ? text : texts.of("check.but", text, shown(actual))));
  }

  /** Numbers stay numbers, for the text may say how to write them. */
  private Object shown(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        var entries = map.entrySet().stream().map(e -> e.getKey() + " " + e.getValue());
        yield String.join(", ", entries.sorted().toList());
      }
      case List<?> list -> String.join(", ", list.stream().map(texts::word).toList());
      default -> value;
    };
  }

  /** Notes a failure that has a text already. */
  synchronized void fail(String text) {
    checks.add(new Check(false, text));
  }

  synchronized List<Check> checks() {
    return List.copyOf(checks);
  }
}
