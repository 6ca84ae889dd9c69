package dev.asyncwith.bench.rival;

import java.util.function.IntConsumer;

/** Runs children, each on a thread of its own that may block, and waits for all. */
public interface Tasks {

  /**
   * Runs a number of children; each is told its index.
   *
   * @throws Exception never, but its signature has it
   */
  void all(int children, IntConsumer child) throws Exception;
}
