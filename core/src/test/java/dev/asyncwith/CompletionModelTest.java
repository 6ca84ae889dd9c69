package dev.asyncwith;

import static dev.asyncwith.ModelChecker.assertFinds;
import static dev.asyncwith.ModelChecker.assertHolds;

import dev.asyncwith.testing.NoLeakCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An end comes while two begin to wait for it: each is woken, and once. */
@Timeout(600)
@NoLeakCheck("Lincheck follows what tracking does, too, and then cannot repeat a run")
class CompletionModelTest {
  private static final int INVOCATIONS = Integer.getInteger("model.invocations", 200);

  private static final class Counting extends Waiter {
    private int wakes;

    Counting() {
      super(null);
    }

    @Override
    synchronized void wake() {
      wakes++;
    }
  }

  private static final class Model {
    private final boolean looksTwice;
    private final Completion completion = new Completion();
    private final Counting first = new Counting();
    private final Counting second = new Counting();

    Model(boolean looksTwice) {
      this.looksTwice = looksTwice;
    }

    void run() {
      ModelChecker.run(completion::complete, () -> await(first), () -> await(second));
      if (first.wakes != 1 || second.wakes != 1) {
        throw new AssertionError("woken " + first.wakes + " and " + second.wakes + " times");
      }
    }

    private void await(Counting waiter) {
      completion.whenComplete(waiter);
      if (looksTwice && completion.isComplete() && waiter.wakes == 0) {
        waiter.wake();
      }
    }
  }

  @Test
  void eachIsWokenOnce() {
    assertHolds(INVOCATIONS, () -> new Model(false), Model::run);
  }

  /** The planted bug: who waits also looks by himself, and stays among those that are woken. */
  @Test
  void theModelFindsAPlantedBug() {
    assertFinds("times", 30 * INVOCATIONS, () -> new Model(true), Model::run);
  }
}
