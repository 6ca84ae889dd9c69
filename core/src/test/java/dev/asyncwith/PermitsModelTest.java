package dev.asyncwith;

import static dev.asyncwith.ModelChecker.assertFinds;
import static dev.asyncwith.ModelChecker.assertHolds;

import dev.asyncwith.testing.NoLeakCheck;
import java.util.concurrent.CompletableFuture;
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
    private ModelThread waiter() {
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

    private void tryOnce() {
      if (permits.tryAcquire()) {
        hold();
        release();
      }
    }

    void handOverAgainstCancel() {
      waiter().with(this::release).withCancelOf(scope).run();
      requireOneFree();
    }

    void handOverAgainstCancelAndTry() {
      waiter()
          .with(
              () -> {
                release();
                tryOnce();
              })
          .withCancelOf(scope)
          .run();
      requireOneFree();
    }

    /** The one that waits on a thread is behind a future that is cancelled as its turn comes. */
    void handOverAgainstACancelledFuture() {
      CompletableFuture<@Nullable Void> future = permits.acquireAsync();
      var _ = future.thenRun(this::hold).thenRun(this::release);
      waiter().with(this::release).with(() -> future.cancel(true)).run();
      requireOneFree();
    }

    private void requireOneFree() {
      if (permits.free() != 1 || permits.waiting() != 0) {
        throw new AssertionError(permits.free() + " free, " + permits.waiting() + " wait");
      }
    }
  }

  @Test
  void thePermitGoesToTheWaiterOrIsFree() {
    assertHolds(INVOCATIONS, () -> new Model(false), Model::handOverAgainstCancel);
  }

  @Test
  void aTryTakesNobodysPermit() {
    assertHolds(INVOCATIONS, () -> new Model(false), Model::handOverAgainstCancelAndTry);
  }

  @Test
  void aFutureThatIsCancelledPassesThePermitOn() {
    assertHolds(INVOCATIONS, () -> new Model(false), Model::handOverAgainstACancelledFuture);
  }

  /** The planted bug: who gives up does not look whether the permit has just come. */
  @Test
  void theModelFindsAPlantedBug() {
    assertFinds(
        "0 free, 0 wait", 30 * INVOCATIONS, () -> new Model(true), Model::handOverAgainstCancel);
  }
}
