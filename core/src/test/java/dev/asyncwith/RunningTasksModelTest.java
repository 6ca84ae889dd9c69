package dev.asyncwith;

import static dev.asyncwith.ModelChecker.assertFinds;
import static dev.asyncwith.ModelChecker.assertHolds;

import dev.asyncwith.testing.NoLeakCheck;
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

  /** Knows whether somebody was woken: the checker's parks end by themselves. */
  private static final class Watched extends RunningTasks<String> {
    volatile boolean woken;

    @Override
    void unpark(@Nullable Thread waiting) {
      woken |= waiting != null;
    }
  }

  private static final class Model {
    private final boolean lateOwner;
    private final Watched running = new Watched();
    private volatile boolean second;
    private volatile boolean closedTooEarly;
    private boolean parks;

    Model(boolean lateOwner) {
      this.lateOwner = lateOwner;
    }

    void run() {
      var owner = new Thread(this::exit);
      if (!lateOwner) {
        running.ownedBy(owner);
      }
      RunningTasks.Place<String> first = addUnlessClosed("first");
      ModelChecker.run(owner, () -> end(first), this::fork);
      if (closedTooEarly) {
        throw new AssertionError("the group was closed while a task ran");
      }
      if (parks && !running.woken) {
        throw new AssertionError("nobody wakes the exit");
      }
    }

    private RunningTasks.@Nullable Place<String> addUnlessClosed(String task) {
      var place = new RunningTasks.Place<>(task);
      if (running.count() == 0) {
        return null;
      }
      running.add(place);
      return place;
    }

    private void exit() {
      boolean closed = running.awaitNone();
      closedTooEarly = closed && second;
      parks = !closed && !running.ready();
      running.ownedBy(Thread.currentThread());
    }

    private void end(RunningTasks.@Nullable Place<String> place) {
      if (place != null) {
        running.remove(place);
      }
    }

    private void fork() {
      RunningTasks.Place<String> place = addUnlessClosed("second");
      if (place != null) {
        second = true;
        second = false;
        end(place);
      }
    }
  }

  @Test
  void theExitClosesOrIsWoken() {
    assertHolds(INVOCATIONS, () -> new Model(false), Model::run);
  }

  /** The planted bug: an exit that looks before it says who is to be woken. */
  @Test
  void theModelFindsAPlantedBug() {
    assertFinds("nobody wakes the exit", 30 * INVOCATIONS, () -> new Model(true), Model::run);
  }
}
