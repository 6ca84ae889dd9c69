package dev.asyncwith;

import static dev.asyncwith.ModelChecker.assertFinds;
import static dev.asyncwith.ModelChecker.assertHolds;

import dev.asyncwith.testing.NoLeakCheck;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two that wait, of whom the first is to stop as the one signal comes: it reaches one of them, and
 * the lock is held once whenever a wait ends.
 */
@Timeout(600)
@NoLeakCheck("Lincheck follows what tracking does, too, and then cannot repeat a run")
class ConditionModelTest {
  private static final int INVOCATIONS = Integer.getInteger("model.invocations", 100);

  /** Whose alarm is a thread of the model. */
  private static final class ModelClock implements AsyncClock {
    private @Nullable Runnable alarm;
    private boolean rung;

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH;
    }

    @Override
    public Alarm schedule(long nanoTime, Runnable action) {
      boolean due;
      synchronized (this) {
        due = rung;
        alarm = action;
      }
      if (due) {
        action.run();
      }
      return () -> {};
    }

    void ring() {
      Runnable action;
      synchronized (this) {
        rung = true;
        action = alarm;
      }
      if (action != null) {
        action.run();
      }
    }
  }

  private static final class Model {
    private final AsyncLock lock = AsyncLock.create();
    private final ConditionQueue queue;
    private final CancelScope scope = CancelScope.create();
    private final ModelClock clock = new ModelClock();
    private final WaitQueue.Node second = new WaitQueue.Node(null);
    private boolean firstHasSignal;

    Model(boolean forgets) {
      AsyncCondition condition = AsyncCondition.of(lock);
      queue =
          forgets
              ? new ConditionQueue(condition, lock) {
                @Override
                void passOn() {}
              }
              : new ConditionQueue(condition, lock);
      if (!lock.tryAcquire()) {
        throw new AssertionError("the lock is free at first");
      }
    }

    /** Waits with the lock, which it has from the beginning. */
    private ModelThread first(ModelThread.Body wait) {
      var self = new ModelThread[1];
      self[0] =
          new ModelThread(
              () -> {
                self[0].context.begin();
                var _ =
                    self[0].in(
                        scope,
                        () -> {
                          try {
                            wait.run();
                          } finally {
                            lock.release(); // which fails unless it is held
                          }
                        });
              });
      return self[0];
    }

    /** When it gets the lock the first one waits, or is to stop; the second comes after it. */
    private void signal() {
      try {
        lock.acquire();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      queue.join(second);
      queue.signal(1);
      lock.release();
    }

    void signalAgainstCancel() {
      first(
              () -> {
                queue.await();
                firstHasSignal = true;
              })
          .with(this::signal)
          .withCancelOf(scope)
          .run();
      requireOneSignal();
    }

    void signalAgainstTime() {
      first(() -> firstHasSignal = queue.await(clock, 0))
          .with(this::signal)
          .with(clock::ring)
          .run();
      requireOneSignal();
    }

    private void requireOneSignal() {
      if (second.ready()) {
        lock.release(); // it woke with the lock
      }
      if (firstHasSignal == second.ready() || lock.locked() || lock.waiting() != 0) {
        throw new AssertionError(
            "signals: " + firstHasSignal + ", " + second.ready() + "; " + lock);
      }
    }
  }

  @Test
  void noSignalIsLostWhenItsWaiterIsCancelled() {
    assertHolds(INVOCATIONS, () -> new Model(false), Model::signalAgainstCancel);
  }

  @Test
  void noSignalIsLostWhenTheTimeOfItsWaiterIsOver() {
    assertHolds(INVOCATIONS, () -> new Model(false), Model::signalAgainstTime);
  }

  /** The planted bug: who was signalled and is to stop does not pass the signal on. */
  @Test
  void theModelFindsAPlantedBug() {
    assertFinds(
        "signals: false, false",
        30 * INVOCATIONS,
        () -> new Model(true),
        Model::signalAgainstCancel);
  }
}
