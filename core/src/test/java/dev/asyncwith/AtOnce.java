package dev.asyncwith;

/** Threads of a model that run at the same time. */
final class AtOnce {
  private AtOnce() {}

  /** Runs each on a thread of its own, and waits for all. */
  static void run(Runnable... actions) {
    Thread[] threads = new Thread[actions.length];
    for (int i = 0; i < actions.length; i++) {
      threads[i] = new Thread(actions[i]);
    }
    run(threads);
  }

  /** Starts all, and waits for them. */
  static void run(Thread... threads) {
    for (Thread thread : threads) {
      thread.start();
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts a model", e);
    }
  }
}
