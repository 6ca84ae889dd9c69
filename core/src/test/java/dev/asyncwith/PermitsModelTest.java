package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.NoLeakCheck;
import java.util.concurrent.CompletableFuture;
import org.jetbrains.lincheck.Lincheck;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One permit that is handed over while those who wait for it give up: it is never lost and never
 * doubled. The interrupt is that of a scope, which the model checker sees.
 */
@Timeout(600)
@NoLeakCheck("Lincheck follows what tracking does, too, and then cannot repeat a run")
class PermitsModelTest {
  private static final int INVOCATIONS = Integer.getInteger("model.invocations", 100);

  /** Permits whose threads the model knows, and a bug to plant. */
  private static final class Modelled extends Permits {
    private final boolean forgets;

    Modelled(boolean forgets) {
      super(AsyncLock.create(), 1, 1);
      this.forgets = forgets;
    }

    @Override
    void start(Runnable action) {
      action.run();
    }

    @Override
    boolean leave(WaitQueue.Node node) {
      return super.leave(node) || forgets;
    }
  }

  private static final class Model {
    private final Modelled permits;
    private final CancelScope scope = CancelScope.create();
    private int holders;

    Model(boolean forgets) {
      permits = new Modelled(forgets);
      if (!permits.tryAcquire()) {
        throw new AssertionError("a permit is free at first");
      }
      hold();
    }

    private synchronized void hold() {
      if (++holders > 1) {
        throw new AssertionError("two hold the one permit");
      }
    }

    private void release() {
      synchronized (this) {
        holders--;
      }
      if (!permits.release()) {
        throw new AssertionError("the permit was released already");
      }
    }

    /** A thread that waits for the permit in a scope. */
    ModelThread waiter() {
      var self = new ModelThread[1];
      self[0] =
          new ModelThread(
              () -> {
                self[0].context.begin();
                self[0].in(
                    scope,
                    () -> {
                      permits.acquire();
                      hold();
                      release();
                    });
              });
      return self[0];
    }

    void tryOnce() {
      if (permits.tryAcquire()) {
        hold();
        release();
      }
    }

    void requireOneFree() {
      if (permits.free() != 1 || permits.waiting() != 0) {
        throw new AssertionError(permits.free() + " free, " + permits.waiting() + " wait");
      }
    }
  }

  private static void handOverAgainstCancel(boolean forgets) {
    var model = new Model(forgets);
    model.waiter().with(model::release).withCancelOf(model.scope).run();
    model.requireOneFree();
  }

  private static void handOverAgainstCancelAndTry() {
    var model = new Model(false);
    model
        .waiter()
        .with(
            () -> {
              model.release();
              model.tryOnce();
            })
        .withCancelOf(model.scope)
        .run();
    model.requireOneFree();
  }

  /** The one that waits on a thread is behind a future that is cancelled as its turn comes. */
  private static void handOverAgainstACancelledFuture() {
    var model = new Model(false);
    CompletableFuture<@Nullable Void> future = model.permits.acquireAsync();
    var _ = future.thenRun(model::hold).thenRun(model::release);
    model.waiter().with(model::release).with(() -> future.cancel(true)).run();
    model.requireOneFree();
  }

  @Test
  void thePermitGoesToTheWaiterOrIsFree() {
    Lincheck.runConcurrentTest(INVOCATIONS, () -> handOverAgainstCancel(false));
  }

  @Test
  void aTryTakesNobodysPermit() {
    Lincheck.runConcurrentTest(INVOCATIONS, PermitsModelTest::handOverAgainstCancelAndTry);
  }

  @Test
  void aFutureThatIsCancelledPassesThePermitOn() {
    Lincheck.runConcurrentTest(INVOCATIONS, PermitsModelTest::handOverAgainstACancelledFuture);
  }

  /** The planted bug: who gives up does not look whether the permit has just come. */
  @Test
  void theModelFindsAPlantedBug() {
    assertThatThrownBy(
            () -> Lincheck.runConcurrentTest(30 * INVOCATIONS, () -> handOverAgainstCancel(true)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("0 free, 0 wait");
  }
}
