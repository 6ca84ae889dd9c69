package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/**
 * The lock under a model checker, which tries the interleavings one by one. A waiter that is
 * interrupted is modelled by its two steps, join and leave, since the checker does not see the
 * thread's interrupt flag.
 */
class AsyncLockModelTest {

  /** Increments under the lock are never lost, and nobody waits for ever. */
  public static class Model {
    final AsyncLock lock = AsyncLock.create();
    private int counter;

    /** Reads and writes under the lock. */
    @Operation
    public int increment() throws InterruptedException {
      lock.acquire();
      try {
        return counter++;
      } finally {
        lock.release();
      }
    }

    /** Waits and gives up. */
    @Operation
    public void giveUp() {
      Waiter waiter = lock.join();
      if (waiter == null || !lock.leave(waiter)) {
        lock.release();
      }
    }
  }

  /** The planted bug: who gives up does not notice that the lock has just reached it. */
  public static class ForgetsThatItOwns extends Model {
    @Override
    @Operation
    public void giveUp() {
      Waiter waiter = lock.join();
      if (waiter == null) {
        lock.release();
      } else {
        boolean _ = lock.leave(waiter);
      }
    }
  }

  private static ModelCheckingOptions options() {
    return new ModelCheckingOptions()
        .threads(3)
        .actorsPerThread(2)
        .actorsBefore(0)
        .actorsAfter(1)
        .iterations(6)
        .invocationsPerIteration(200);
  }

  @Test
  void noIncrementIsLostAndNobodyWaitsForEver() {
    options().check(Model.class);
  }

  @Test
  void theModelFindsAPlantedBug() {
    assertThatThrownBy(() -> options().check(ForgetsThatItOwns.class))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("giveUp");
  }
}
