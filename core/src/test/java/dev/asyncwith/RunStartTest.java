package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a program does to its caller before that has come to its wait. */
@Timeout(60)
class RunStartTest {
  private final AtomicBoolean mayWait = new AtomicBoolean();

  /** Starts its thread, and keeps the caller from its wait as long as the program likes. */
  private ThreadFactory slowToReturn() {
    return work ->
        new Thread(work) {
          @Override
          public void start() {
            super.start();
            while (!mayWait.get()) {
              Thread.onSpinWait();
            }
          }
        };
  }

  /** A cancel of the scopes around and an interrupt by the program do not become one. */
  @Test
  void anInterruptBesideTheCancelOfAScopeAroundIsKept() throws Exception {
    CancelScope scope = CancelScope.create();
    Thread caller = Thread.currentThread();
    Runner runner = Runner.create(c -> c.withThreadFactory(slowToReturn()));
    with(scope)
        .run(
            () ->
                runner.run(
                    () -> {
                      scope.cancel();
                      giveAnInterruptTime(caller);
                      caller.interrupt();
                      mayWait.set(true);
                      AsyncWith.checkpoint();
                    }));
    assertThat(scope.caught()).isTrue();
    assertThat(Thread.interrupted()).isTrue();
  }

  /** Of the cancel, which is to send none; not longer than it takes to notice a mistake. */
  private static void giveAnInterruptTime(Thread caller) {
    long began = System.nanoTime();
    while (!caller.isInterrupted()
        && System.nanoTime() - began < TimeUnit.MILLISECONDS.toNanos(200)) {
      Thread.onSpinWait();
    }
  }
}
