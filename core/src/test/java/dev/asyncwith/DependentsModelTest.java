package dev.asyncwith;

import static dev.asyncwith.ModelChecker.assertFinds;
import static dev.asyncwith.ModelChecker.assertHolds;

import dev.asyncwith.testing.NoLeakCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A task that is forked while a scope around its group is cancelled: the fork adds and then looks,
 * the cancel marks and then walks, so one of them finds the other.
 */
@Timeout(600)
@NoLeakCheck("Lincheck follows what tracking does, too, and then cannot repeat a run")
class DependentsModelTest {
  private static final int INVOCATIONS = Integer.getInteger("model.invocations", 200);

  private static final class Model {
    private final boolean looksFirst;
    private final CancelScope around = CancelScope.create();
    private final CancelScope group = CancelScope.create();
    private final CancelScope child = CancelScope.under(group, "task", "child");
    private final ModelThread owner = new ModelThread(this::forkInGroup);

    Model(boolean looksFirst) {
      this.looksFirst = looksFirst;
    }

    void run() {
      ModelChecker.run(owner.owner, () -> around.cancel("model"));
      if (around.isCancelled() && !child.isCancelled()) {
        throw new AssertionError("the task was not reached");
      }
    }

    private void forkInGroup() throws InterruptedException {
      var _ = owner.in(around, () -> owner.in(group, this::fork));
    }

    private void fork() {
      boolean cancelled = looksFirst && group.cancelledAnywhere() != null;
      group.add(child);
      group.linkUp();
      if (looksFirst ? cancelled : group.cancelledAnywhere() != null) {
        child.cancel("model");
      }
    }
  }

  @Test
  void aForkedTaskIsReached() {
    assertHolds(INVOCATIONS, () -> new Model(false), Model::run);
  }

  /** The planted bug: a fork that looks before it adds. */
  @Test
  void theModelFindsAPlantedBug() {
    assertFinds("the task was not reached", INVOCATIONS, () -> new Model(true), Model::run);
  }
}
