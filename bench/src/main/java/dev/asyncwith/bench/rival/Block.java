package dev.asyncwith.bench.rival;

/** Opens a resource, runs a body with it and closes it. */
public interface Block {

  /**
   * Runs a body that adds how often the resource was opened to a number.
   *
   * @return what the body gave
   * @throws Exception if the body fails, which it does for a negative number
   */
  int one(Resource a, int number) throws Exception;

  /** The body of all. */
  static int body(int opened, int number) {
    if (number < 0) {
      throw new IllegalArgumentException("a negative number");
    }
    return opened + number;
  }
}
