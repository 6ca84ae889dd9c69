package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.function.Supplier;
import org.jetbrains.lincheck.Lincheck;

/** How the models are checked: threads that run at the same time, in many orders. */
final class ModelChecker {
  private static volatile Object shared = "";

  private ModelChecker() {}

  /** Runs the threads of a model to their end, and throws if something does not hold. */
  @FunctionalInterface
  interface Run<M> {
    void of(M model) throws Exception;
  }

  /** In as many orders of steps as are tried, the model holds, and none of its threads hangs. */
  static <M> void assertHolds(int orders, Supplier<M> model, Run<? super M> run) {
    Lincheck.runConcurrentTest(orders, () -> check(model, run));
  }

  /** A model with a bug fails, so that one that holds says something. */
  static <M> void assertFinds(String bug, int orders, Supplier<M> model, Run<? super M> run) {
    assertThatThrownBy(() -> assertHolds(orders, model, run))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(bug);
  }

  /**
   * A static field leads to the model, since its threads share it. What no static field leads to
   * the checker takes for one thread's own, and does not switch threads where its fields are used.
   */
  private static <M> void check(Supplier<M> made, Run<? super M> run) {
    M model = made.get();
    shared = model;
    try {
      run.of(model);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Runs each on a thread of its own, and waits for all. */
  static void run(Runnable... actions) {
    run(new Thread(actions[0]), Arrays.copyOfRange(actions, 1, actions.length));
  }

  /** The same, where the first has its thread already. */
  static void run(Thread first, Runnable... others) {
    Thread[] threads = new Thread[1 + others.length];
    threads[0] = first;
    for (int i = 0; i < others.length; i++) {
      threads[1 + i] = new Thread(others[i]);
    }
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
