package dev.asyncwith;

/** Threads of a model that run at the same time, and what they share. */
final class AtOnce {
  private static volatile Object shared = "";

  private AtOnce() {}

  /**
   * Says that the threads of a model share it. The model checker takes what no static field leads
   * to for one thread's own, and then does not switch threads where its plain fields are used.
   */
  static <M> M share(M model) {
    shared = model;
    return model;
  }

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
