package dev.asyncwith;

import static dev.asyncwith.ModelChecker.assertFinds;
import static dev.asyncwith.ModelChecker.assertHolds;

import dev.asyncwith.testing.NoLeakCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A barrier of two, at which one is cancelled, or which is reset or aborted, as the other arrives:
 * a round has its two numbers, or does not end.
 */
@Timeout(600)
@NoLeakCheck("Lincheck follows what tracking does, too, and then cannot repeat a run")
class BarrierModelTest {
  private static final int INVOCATIONS = Integer.getInteger("model.invocations", 100);
  private static final int BROKEN = -1;
  private static final int STOPPED = -2;

  private static final class Model {
    private final Rounds rounds;
    private final CancelScope scope = CancelScope.create();
    private int first = STOPPED;
    private int second = STOPPED;

    Model(boolean forgets) {
      AsyncBarrier barrier = AsyncBarrier.of(2);
      rounds =
          forgets
              ? new Rounds(barrier, 2) {
                @Override
                boolean hasItsNumber(Arrival arrival) {
                  return super.hasItsNumber(arrival) && false;
                }
              }
              : new Rounds(barrier, 2);
    }

    private int arrive() throws InterruptedException {
      try {
        return rounds.await();
      } catch (BarrierBrokenException e) {
        return BROKEN;
      }
    }

    private int arriveAgainIfBroken() throws InterruptedException {
      int number = arrive();
      return number == BROKEN ? arrive() : number;
    }

    /** The one that may be cancelled. */
    private ModelThread cancellable(ModelThread.Body after) {
      var self = new ModelThread[1];
      self[0] =
          new ModelThread(
              () -> {
                self[0].context.begin();
                var _ = self[0].in(scope, () -> first = arrive());
                after.run();
              });
      return self[0];
    }

    private static Runnable other(ModelThread.Body body) {
      return () -> {
        try {
          body.run();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      };
    }

    /** Who is cancelled aborts, so that the other does not wait for ever. */
    void arriveAgainstCancel() {
      cancellable(
              () -> {
                if (first == STOPPED) {
                  rounds.abort();
                }
              })
          .with(other(() -> second = arrive()))
          .withCancelOf(scope)
          .run();
      require(isWhole() || (first == STOPPED && second == BROKEN));
    }

    void arriveAgainstReset() {
      cancellable(
              () -> {
                if (first < 0) {
                  first = arriveAgainIfBroken();
                }
              })
          .with(other(() -> second = arriveAgainIfBroken()))
          .with(rounds::reset)
          .run();
      require(isWhole());
    }

    void arriveAgainstCancelAndAbort() {
      cancellable(() -> {})
          .with(other(() -> second = arrive()))
          .with(rounds::abort)
          .withCancelOf(scope)
          .run();
      require(isWhole() || (first < 0 && second == BROKEN));
      require(rounds.isBroken());
    }

    private boolean isWhole() {
      return first + second == 1 && first * second == 0;
    }

    private void require(boolean holds) {
      if (!holds || rounds.waiting() != 0) {
        throw new AssertionError(first + " and " + second + ", " + rounds.waiting() + " wait");
      }
    }
  }

  @Test
  void aRoundHasItsNumbersThoughOneIsCancelled() {
    assertHolds(INVOCATIONS, () -> new Model(false), Model::arriveAgainstCancel);
  }

  @Test
  void aRoundHasItsNumbersThoughItIsReset() {
    assertHolds(INVOCATIONS, () -> new Model(false), Model::arriveAgainstReset);
  }

  @Test
  void anAbortBreaksAWholeRoundOrNone() {
    assertHolds(INVOCATIONS, () -> new Model(false), Model::arriveAgainstCancelAndAbort);
  }

  /** The planted bug: who is cancelled does not look whether its round is complete. */
  @Test
  void theModelFindsAPlantedBug() {
    assertFinds(
        STOPPED + " and ", 30 * INVOCATIONS, () -> new Model(true), Model::arriveAgainstCancel);
  }
}
