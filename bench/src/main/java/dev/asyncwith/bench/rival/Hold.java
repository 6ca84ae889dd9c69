package dev.asyncwith.bench.rival;

/** Keeps something open while a body waits. */
public interface Hold {

  /**
   * Opens it, runs the body and closes it.
   *
   * @throws Exception never, but its signature has it
   */
  void during(Runnable body) throws Exception;
}
