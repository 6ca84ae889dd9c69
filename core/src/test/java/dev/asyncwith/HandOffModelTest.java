package dev.asyncwith;

import static dev.asyncwith.ModelChecker.assertFinds;
import static dev.asyncwith.ModelChecker.assertHolds;

import dev.asyncwith.testing.NoLeakCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A value that arrives while its receiver is cancelled: it is received or released, and once. */
@Timeout(600)
@NoLeakCheck("Lincheck follows what tracking does, too, and then cannot repeat a run")
class HandOffModelTest {
  private static final int INVOCATIONS = Integer.getInteger("model.invocations", 200);

  private static final class Model {
    private final boolean forgets;
    private final CancelScope scope = CancelScope.create();
    private int received;
    private int released;

    Model(boolean forgets) {
      this.forgets = forgets;
    }

    void run() {
      var self = new ModelThread[1];
      var waiter = new Waiter[1];
      var handOff = new HandOff<?>[1];
      self[0] = new ModelThread(() -> self[0].in(scope, () -> receive(self[0], waiter, handOff)));
      waiter[0] = new Waiter(self[0].owner);
      handOff[0] = new HandOff<String>(waiter[0], new Releasing());
      self[0].with(() -> handOff[0].give(null)).withCancelOf(scope).run();
      if (received + released != 1) {
        throw new AssertionError("received " + received + ", released " + released);
      }
    }

    private void receive(ModelThread thread, Waiter[] waiter, HandOff<?>[] handOff)
        throws InterruptedException {
      try {
        thread.context.await(waiter[0], 0, "waiting for", "a value");
      } catch (InterruptedException e) {
        if (handOff[0].leave(e) || forgets) {
          throw e;
        }
      }
      received++;
    }

    private final class Releasing implements HandOff.Owner<Object> {
      @Override
      public void value(Object value, InterruptedException gone) {
        released++;
      }

      @Override
      public void failure(Throwable failure) {
        throw new AssertionError(failure);
      }
    }
  }

  @Test
  void aValueIsReceivedOrReleased() {
    assertHolds(INVOCATIONS, () -> new Model(false), Model::run);
  }

  /** The planted bug: who gives up does not look whether the value has just come. */
  @Test
  void theModelFindsAPlantedBug() {
    assertFinds("received 0, released 0", INVOCATIONS, () -> new Model(true), Model::run);
  }
}
