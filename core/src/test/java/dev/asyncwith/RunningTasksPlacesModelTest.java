package dev.asyncwith;

import static dev.asyncwith.ModelChecker.assertFinds;
import static dev.asyncwith.ModelChecker.assertHolds;

import dev.asyncwith.testing.NoLeakCheck;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two threads fork, and take out empty places meanwhile: no task that runs is lost. */
@Timeout(600)
@NoLeakCheck("Lincheck follows what tracking does, too, and then cannot repeat a run")
class RunningTasksPlacesModelTest {
  private static final int INVOCATIONS = Integer.getInteger("model.invocations", 200);

  private static final class Model {
    private final boolean alsoTheNewest;
    private final RunningTasks<String> running = new RunningTasks<>(-100); // at every fork

    Model(boolean alsoTheNewest) {
      this.alsoTheNewest = alsoTheNewest;
    }

    void run() {
      add("first");
      RunningTasks.Place<String> second = add("second");
      ModelChecker.run(
          () -> {
            running.remove(second);
            fork("third");
          },
          () -> fork("fourth"));
      var copy = running.copy();
      if (copy.size() != 3 || !copy.containsAll(List.of("first", "third", "fourth"))) {
        throw new AssertionError("a task is lost: running are " + copy);
      }
    }

    private RunningTasks.Place<String> add(String task) {
      var place = new RunningTasks.Place<>(task);
      if (running.count() == 0) {
        throw new AssertionError("closed, though nobody waits for the end");
      }
      running.add(place);
      return place;
    }

    private void fork(String task) {
      RunningTasks.Place<String> newest = running.newest;
      if (alsoTheNewest && newest != null && newest.task == null) {
        running.newest = newest.older;
      }
      add(task);
    }
  }

  @Test
  void noTaskIsLost() {
    assertHolds(INVOCATIONS, () -> new Model(false), Model::run);
  }

  /** The planted bug: the newest place is taken out as well, while another thread adds one. */
  @Test
  void theModelFindsAPlantedBug() {
    assertFinds("a task is lost", 30 * INVOCATIONS, () -> new Model(true), Model::run);
  }
}
