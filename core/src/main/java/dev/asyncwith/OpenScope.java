package dev.asyncwith;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Something that was open when {@link Scopes#open} was called. Immutable. */
public final class OpenScope {

  /** What sort of thing is open. */
  public enum Kind {
    /** A manager in a block or in an exit stack. */
    MANAGER,
    /** What its owner closes by hand: a value of {@code open()}, a lock that was acquired. */
    BY_HAND,
    /** A task, with its thread. */
    TASK
  }

  /** How far it is. */
  public enum Phase {
    /** Its enter runs. */
    ENTERING,
    /** It is open. */
    BODY,
    /** Its exit runs. */
    EXITING
  }

  private final String name;
  private final Class<?> type;
  private final Kind kind;
  private final Phase phase;
  private final long openedAt;
  private final Thread thread;
  private final @Nullable Throwable openedHere;

  OpenScope(
      String name,
      Class<?> type,
      Kind kind,
      Phase phase,
      long openedAt,
      Thread thread,
      @Nullable Throwable openedHere) {
    this.name = name;
    this.type = type;
    this.kind = kind;
    this.phase = phase;
    this.openedAt = openedAt;
    this.thread = thread;
    this.openedHere = openedHere;
  }

  static OpenScope of(Open open) {
    return new OpenScope(
        open.name(),
        open.type(),
        open.kind(),
        open.phase(),
        open.since(),
        open.thread(),
        open.openedHere());
  }

  static OpenScope of(ThreadTrack track, Task<?> task) {
    return new OpenScope(
        task.name(), Task.class, Kind.TASK, Phase.BODY, track.since(), track.thread(), null);
  }

  /**
   * Its name, by {@code describe()}: a file's path, a response's URL, a lock's name and state.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Its class.
   *
   * @return the class of the manager, of the value that was opened by hand, or {@link Task}
   */
  public Class<?> type() {
    return type;
  }

  /**
   * What sort of thing it is.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * How far it was.
   *
   * @return the phase
   */
  public Phase phase() {
    return phase;
  }

  /**
   * When it was opened.
   *
   * @return the time in nanoseconds, by {@link System#nanoTime}
   */
  public long openedAt() {
    return openedAt;
  }

  /**
   * For how long it has been open.
   *
   * @return the time up to now
   */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - openedAt);
  }

  /**
   * The thread that opened it.
   *
   * @return the thread, which may have ended
   */
  public Thread thread() {
    return thread;
  }

  /**
   * Where it was opened.
   *
   * @return an exception whose stack shows it; null if tracking keeps no stacks, and of a task
   */
  public @Nullable Throwable openedHere() {
    return openedHere;
  }

  /**
   * The line of the program that opened it.
   *
   * @return the line, outside the library and its own class; null if tracking keeps no stacks, and
   *     of a task
   */
  public @Nullable StackTraceElement line() {
    return openedHere instanceof OpenedHere here ? here.line(type) : null;
  }

  @Override
  public String toString() {
    return "%s, opened by %s %s ago"
        .formatted(name, OpenedHere.threadName(thread), Names.time(age()));
  }
}
