package dev.asyncwith;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The leaks of one name that tracking tells while this is open; they are not logged meanwhile. */
final class ToldLeaks implements AutoCloseable, Consumer<Leak> {
  private final String name;
  private final LogRecords log = new LogRecords();
  private final Runnable remove = Tracking.onLeak(this);
  private final List<Leak> told = new ArrayList<>();

  ToldLeaks(String name) {
    this.name = name;
  }

  @Override
  public synchronized void accept(Leak leak) {
    if (leak.scope().name().startsWith(name)) {
      told.add(leak);
      notifyAll();
    }
  }

  synchronized List<Leak> all() {
    return List.copyOf(told);
  }

  /** Waits for the one of a number. */
  synchronized Leak await(int number) throws InterruptedException {
    while (told.size() < number) {
      wait();
    }
    return told.get(number - 1);
  }

  synchronized boolean isEmpty() {
    return told.isEmpty();
  }

  LogRecords log() {
    return log;
  }

  @Override
  public void close() {
    remove.run();
    log.close();
  }
}
