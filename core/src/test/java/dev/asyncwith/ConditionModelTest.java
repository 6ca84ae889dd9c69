package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.jetbrains.lincheck.Lincheck;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two that wait for an item, of whom one is to stop as the signal comes: no signal is lost, or the
 * other would wait for ever, and the lock is held once whenever a wait ends.
 */
@Timeout(600)
class ConditionModelTest {
  private static final int INVOCATIONS = Integer.getInteger("model.invocations", 60);

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
    private int holders;
    private int items;

    Model(boolean forgets) {
      AsyncCondition condition = AsyncCondition.of(lock);
      queue =
          forgets
              ? new ConditionQueue(condition, lock) {
                @Override
                void passOn() {}
              }
              : new ConditionQueue(condition, lock);
    }

    private synchronized void hold(int by) {
      holders += by;
      if (holders > 1) {
        throw new AssertionError("two hold the lock");
      }
    }

    private void locked(ModelThread.Body body) throws InterruptedException {
      lock.acquire();
      hold(1);
      try {
        body.run();
      } finally {
        hold(-1);
        lock.release();
      }
    }

    private void givingUp(ModelThread.Body await) throws InterruptedException {
      hold(-1);
      try {
        await.run();
      } finally {
        if (!lock.locked()) {
          throw new AssertionError("the wait ended without the lock");
        }
        hold(1);
      }
    }

    void put() {
      uninterrupted(
          () ->
              locked(
                  () -> {
                    items++;
                    queue.signal(1);
                  }));
    }

    void take() {
      uninterrupted(
          () ->
              locked(
                  () -> {
                    while (items == 0) {
                      givingUp(queue::await);
                    }
                    items--;
                  }));
    }

    /** The one that may stop; if it does not, it puts back what it took. */
    private ModelThread stopping(ModelThread.Body wait) {
      var self = new ModelThread[1];
      self[0] =
          new ModelThread(
              () -> {
                self[0].context.begin();
                var _ =
                    self[0].in(
                        scope,
                        () ->
                            locked(
                                () -> {
                                  if (items == 0) {
                                    givingUp(wait);
                                  }
                                  if (items > 0) { // put back, for the other one
                                    queue.signal(1);
                                  }
                                }));
              });
      return self[0];
    }

    private static void uninterrupted(ModelThread.Body body) {
      try {
        body.run();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    void signalAgainstCancel() {
      stopping(queue::await).with(this::take).with(this::put).withCancelOf(scope).run();
      requireEmpty();
    }

    void signalAgainstTime() {
      ModelThread.Body wait =
          () -> {
            boolean _ = queue.await(clock, 0);
          };
      stopping(wait)
          .with(this::take)
          .with(
              () -> {
                put();
                clock.ring();
              })
          .run();
      requireEmpty();
    }

    private void requireEmpty() {
      if (lock.locked() || lock.waiting() + queue.size() + items + holders != 0) {
        throw new AssertionError(
            lock + ", " + queue.size() + " wait, " + items + " items, " + holders + " holders");
      }
    }
  }

  @Test
  void noSignalIsLostWhenItsWaiterIsCancelled() {
    Lincheck.runConcurrentTest(INVOCATIONS, () -> new Model(false).signalAgainstCancel());
  }

  @Test
  void noSignalIsLostWhenTheTimeOfItsWaiterIsOver() {
    Lincheck.runConcurrentTest(INVOCATIONS, () -> new Model(false).signalAgainstTime());
  }

  /** The planted bug: who was signalled and is to stop does not pass the signal on. */
  @Test
  void theModelFindsAPlantedBug() {
    assertThatThrownBy(
            () ->
                Lincheck.runConcurrentTest(
                    INVOCATIONS, () -> new Model(true).signalAgainstCancel()))
        .isInstanceOf(AssertionError.class);
  }
}
