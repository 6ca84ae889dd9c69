package dev.asyncwith.bench.rival;

/** Opens as many resources as there are, and closes them in reverse order. */
public interface Stack {

  /**
   * Opens them, gives the sum of how often each was opened, and closes them.
   *
   * @throws Exception never, but its signature has it
   */
  int all(Resource[] resources) throws Exception;
}
