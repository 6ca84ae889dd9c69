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
  private static final Task<?> FIRST = task("first");
  private static final Task<?> SECOND = task("second");

  private static Task<?> task(String name) {
    var nobody =
        new Task.Parent() {
          @Override
          public void failed(Task<?> task, Throwable failure) {}

          @Override
          public void ended(Task<?> task) {}
        };
    return new Task<>(
        nobody, CancelScope.create(), name, Task.VIRTUAL, Inherited.DEFAULT, () -> null);
  }

  private static final class Model {
    private final boolean looksFirst;
    private final RunningTasks running = new RunningTasks();
    private final Waiter waiter = new Waiter(null);
    private volatile @Nullable Waiter waiting;
    private volatile boolean second;
    private volatile boolean closed;
    private volatile boolean closedTooEarly;

    Model(boolean looksFirst) {
      this.looksFirst = looksFirst;
    }

    void run() {
      running.add(FIRST);
      Thread[] threads = {
        new Thread(this::exit), new Thread(() -> end(FIRST)), new Thread(this::fork)
      };
      for (Thread thread : threads) {
        thread.start();
      }
      try {
        for (Thread thread : threads) {
          thread.join();
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
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

    private void end(Task<?> task) {
      Waiter inExit = running.removeLast(task) ? waiting : null;
      if (inExit != null) {
        inExit.wake();
      }
    }

    private void fork() {
      if (running.add(SECOND)) {
        second = true;
        second = false;
        end(SECOND);
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
    assertThatThrownBy(() -> Lincheck.runConcurrentTest(INVOCATIONS, () -> new Model(true).run()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("nobody wakes the exit");
  }
}
