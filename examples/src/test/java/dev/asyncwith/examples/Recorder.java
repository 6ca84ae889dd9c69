package dev.asyncwith.examples;

import java.util.ArrayList;
import java.util.List;

/** Keeps the lines of an example, marks what is opened and closed, and lets the body fail. */
final class Recorder implements Narrator {
  /** What a body does instead of its work. */
  interface Work {
    void run() throws InterruptedException;
  }

  private final List<String> lines = new ArrayList<>();
  private final Work work;

  private Recorder(Work work) {
    this.work = work;
  }

  static Recorder of(Work work) {
    return new Recorder(work);
  }

  static Recorder succeeding() {
    return of(() -> {});
  }

  static Recorder failing(RuntimeException failure) {
    return of(
        () -> {
          throw failure;
        });
  }

  @Override
  public synchronized void tell(Line line) {
    String mark =
        switch (line.kind()) {
          case SAID -> "  ";
          case OPENED -> "+ ";
          case CLOSED -> "- ";
        };
    lines.add(mark + line.text());
  }

  @Override
  public void pause(int millis) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  @Override
  public void work(int millis) throws InterruptedException {
    pause(millis);
    work.run();
  }

  synchronized List<String> lines() {
    return List.copyOf(lines);
  }
}
