package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The permits under a model checker: one is held and released, while others wait for it, give up,
 * try, and cancel their futures. In the end it is free, nobody waits, and never two had it.
 */
@Timeout(600)
class PermitsModelTest {
  private static final int INVOCATIONS = Integer.getInteger("model.invocations", 100);

  /** What a thread does against the release of the permit. */
  private enum Other {
    /** Waits until it has the permit. */
    WAITS,
    /** Is cancelled by its scope while it waits. */
    CANCELLED,
    /** Gives up when its time is over. */
    TIMED_OUT,
    /** Takes the permit if it is free. */
    TRIES,
    /** Cancels its future. */
    CANCELS_FUTURE,
    /** Planted: is cancelled, and does not look whether the permit has just reached it. */
    FORGETS,
    /** Planted: takes a permit that is free for a moment between two who hand it over. */
    BARGES
  }

  private static final class Model {
    private final Permits permits = new Permits(AsyncLock.create(), 1, 1);
    private final Other other;
    private int holders;
    private int served;

    Model(Other other) {
      this.other = other;
    }

    void run() throws InterruptedException {
      permits.acquire();
      holders++;
      if (other == Other.CANCELLED || other == Other.FORGETS) {
        runCancelled();
      } else {
        runAgainstAWaiter();
      }
      check();
    }

    private void runAgainstAWaiter() throws InterruptedException {
      Thread waiter = new Thread(this::waitForIt);
      Thread second = new Thread(this::againstTheRelease);
      waiter.start();
      second.start();
      giveBack();
      second.join();
      waiter.join();
      if (served == 0) {
        throw new AssertionError("nobody was served");
      }
    }

    private void runCancelled() {
      var scope = CancelScope.create();
      var self = new ModelThread[1];
      self[0] = new ModelThread(() -> self[0].in(scope, () -> waitIn(self[0])));
      self[0].withCancelOf(scope).with(this::giveBack).run();
    }

    private void waitIn(ModelThread thread) throws InterruptedException {
      var node = new WaitQueue.Node(thread.owner);
      if (permits.join(node)) {
        try {
          thread.context.await(node, 0, "acquiring", "a permit");
        } catch (InterruptedException e) {
          if (!permits.leave(node) && other != Other.FORGETS) {
            boolean _ = permits.release();
          }
          throw e;
        }
      }
      hold();
    }

    private void waitForIt() {
      permits.acquireShielded();
      hold();
    }

    private void againstTheRelease() {
      switch (other) {
        case TRIES -> {
          if (permits.tryAcquire()) {
            hold();
          }
        }
        case TIMED_OUT -> {
          var node = new WaitQueue.Node();
          if (!permits.join(node) || !permits.leave(node)) {
            hold();
          }
        }
        case CANCELS_FUTURE -> {
          CompletableFuture<?> future = permits.acquireAsync(Runnable::run);
          if (!future.cancel(false)) {
            hold();
          }
        }
        case BARGES -> {
          if (permits.free() == 0 && permits.waiting() > 0) {
            hold(); // as if who waits did not count
          }
        }
        default -> waitForIt();
      }
    }

    private void hold() {
      holders++;
      served++;
      giveBack();
    }

    private void giveBack() {
      if (holders != 1) {
        throw new AssertionError(holders + " hold one permit");
      }
      holders--;
      if (!permits.release()) {
        throw new AssertionError("the permit was free while it was held");
      }
    }

    private void check() {
      if (permits.free() != 1 || permits.waiting() != 0 || holders != 0) {
        throw new AssertionError(
            "%d free, %d waiting, %d holders"
                .formatted(permits.free(), permits.waiting(), holders));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"FORGETS", "BARGES"})
  void thePermitIsNeverLostNorDoubled(Other other) {
    Lincheck.runConcurrentTest(INVOCATIONS, () -> runModel(other));
  }

  /** The planted bugs: who gives up keeps the permit, and who comes takes it twice. */
  @ParameterizedTest
  @EnumSource(names = {"FORGETS", "BARGES"})
  void theModelFindsAPlantedBug(Other planted) {
    assertThatThrownBy(() -> Lincheck.runConcurrentTest(INVOCATIONS, () -> runModel(planted)))
        .isInstanceOf(AssertionError.class);
  }

  private static void runModel(Other other) {
    try {
      new Model(other).run();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
