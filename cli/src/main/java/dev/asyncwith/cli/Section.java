package dev.asyncwith.cli;

/**
 * One system of the tour.
 *
 * @param name how {@code --only} calls it
 * @param example the example that it runs, and that {@code --code} shows
 * @param failingTurn which call of the example's {@code work} fails in the second run, from 1
 * @param script runs the example and checks what came of it
 */
record Section(String name, Class<?> example, int failingTurn, Script script) {

  /** What a section does. */
  @FunctionalInterface
  interface Script {
    /** Runs the example once; throws what the example throws. */
    void play(Scene scene) throws Exception;
  }
}
