package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.NoLeakCheck;
import org.jetbrains.lincheck.Lincheck;
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

  private static void forkAgainstCancel(boolean looksFirst) {
    CancelScope around = CancelScope.create();
    CancelScope group = CancelScope.create();
    CancelScope child = CancelScope.under(group, "task", "child");
    var self = new ModelThread[1];
    self[0] =
        new ModelThread(
            () ->
                self[0].in(around, () -> self[0].in(group, () -> fork(group, child, looksFirst))));
    AtOnce.run(self[0].owner, new Thread(() -> around.cancel("model")));
    if (around.isCancelled() && !child.isCancelled()) {
      throw new AssertionError("the task was not reached");
    }
  }

  private static void fork(CancelScope group, CancelScope child, boolean looksFirst) {
    boolean cancelled = looksFirst && group.cancelledAnywhere() != null;
    group.add(child);
    group.linkUp();
    if (looksFirst ? cancelled : group.cancelledAnywhere() != null) {
      child.cancel("model");
    }
  }

  @Test
  void aForkedTaskIsReached() {
    Lincheck.runConcurrentTest(INVOCATIONS, () -> forkAgainstCancel(false));
  }

  /** The planted bug: a fork that looks before it adds. */
  @Test
  void theModelFindsAPlantedBug() {
    assertThatThrownBy(() -> Lincheck.runConcurrentTest(INVOCATIONS, () -> forkAgainstCancel(true)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("the task was not reached");
  }
}
