package dev.asyncwith.conformance;

import dev.asyncwith.AsyncClock;
import java.util.ArrayList;
import java.util.List;

/**
 * The events of one run, each with its virtual time and its task. Safe for use by several threads.
 */
final class Trace {
  private final AsyncClock clock;
  private final List<String> events = new ArrayList<>();
  private boolean ended;

  Trace(AsyncClock clock) {
    this.clock = clock;
  }

  void log(Context context, String text) {
    synchronized (events) {
      if (!ended) {
        events.add(clock.instant().toEpochMilli() + " " + context.task() + " " + text);
      }
    }
  }

  /** Ends the trace of a program that will not end, at a time that is after all others. */
  List<String> endInDeadlock() {
    synchronized (events) {
      if (!ended) {
        events.add("1000000000 main deadlock");
      }
      return end();
    }
  }

  /** Ends the trace: what comes later is no part of the program. */
  List<String> end() {
    synchronized (events) {
      ended = true;
      return List.copyOf(events);
    }
  }
}
