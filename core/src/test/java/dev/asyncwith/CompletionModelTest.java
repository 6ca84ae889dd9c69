package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.NoLeakCheck;
import org.jetbrains.lincheck.Lincheck;
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
      AtOnce.run(completion::complete, () -> await(first), () -> await(second));
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
    Lincheck.runConcurrentTest(INVOCATIONS, () -> AtOnce.share(new Model(false)).run());
  }

  /** The planted bug: who waits also looks by himself, and stays among those that are woken. */
  @Test
  void theModelFindsAPlantedBug() {
    assertThatThrownBy(
            () ->
                Lincheck.runConcurrentTest(
                    30 * INVOCATIONS, () -> AtOnce.share(new Model(true)).run()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("times");
  }
}
