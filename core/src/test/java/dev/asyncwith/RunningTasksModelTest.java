package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.NoLeakCheck;
import org.jetbrains.lincheck.Lincheck;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The exit of a group, while its last task ends and somebody else forks: it closes the group when
 * nothing runs, or is woken by who ends last.
 */
@Timeout(600)
@NoLeakCheck("Lincheck follows what tracking does, too, and then cannot repeat a run")
class RunningTasksModelTest {
  private static final int INVOCATIONS = Integer.getInteger("model.invocations", 200);

  private static final class Model {
    private final boolean looksFirst;
    private final RunningTasks<String> running = new RunningTasks<>();
    private final RunningTasks.@Nullable Place<String> first = running.add("first");
    private final Waiter waiter = new Waiter(null);
    private volatile @Nullable Waiter waiting;
    private volatile boolean second;
    private volatile boolean closed;
    private volatile boolean closedTooEarly;

    Model(boolean looksFirst) {
      this.looksFirst = looksFirst;
    }

    void run() {
      AtOnce.run(this::exit, () -> end(first), this::fork);
      if (closedTooEarly) {
        throw new AssertionError("the group was closed while a task ran");
      }
      if (!closed && !waiter.ready()) {
        throw new AssertionError("nobody wakes the exit");
      }
    }

    private void exit() {
      closed = looksFirst && running.closeIfEmpty();
      waiting = waiter;
      closed |= !looksFirst && running.closeIfEmpty();
      closedTooEarly = closed && second;
    }

    private void end(RunningTasks.@Nullable Place<String> place) {
      Waiter inExit = place != null && running.removeLast(place) ? waiting : null;
      if (inExit != null) {
        inExit.wake();
      }
    }

    private void fork() {
      RunningTasks.Place<String> place = running.add("second");
      if (place != null) {
        second = true;
        second = false;
        end(place);
      }
    }
  }

  @Test
  void theExitClosesOrIsWoken() {
    Lincheck.runConcurrentTest(INVOCATIONS, () -> new Model(false).run());
  }

  /** The planted bug: an exit that looks before it says that it waits. */
  @Test
  void theModelFindsAPlantedBug() {
    assertThatThrownBy(
            () -> Lincheck.runConcurrentTest(30 * INVOCATIONS, () -> new Model(true).run()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("nobody wakes the exit");
  }
}
