package dev.asyncwith.docs;

import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.suppress;
import static dev.asyncwith.AsyncWith.waitAll;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncBarrier;
import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.AsyncLock;
import dev.asyncwith.Outcome;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.With0;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Java sides of the section "asyncio" in docs/differences-from-python.md. */
@Timeout(60)
class AsyncioDifferencesTest {

  @Test
  void bodyAlone() {
    // docs: body-alone
    assertThatThrownBy(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks -> {
                          throw new IOException("body");
                        }))
        .isInstanceOf(IOException.class);
    // end
  }

  @Test
  void errorsComeBare() {
    // docs: error-bare
    assertThatThrownBy(
            () ->
                with(TaskGroup.create())
                    .run(
                        tasks ->
                            tasks.fork(
                                () -> {
                                  throw new AssertionError("task");
                                })))
        .isInstanceOf(AssertionError.class)
        .hasMessage("task");
    // end
  }

  @Test
  void cancelStays() {
    // docs: cancel-stays
    assertThatThrownBy(
            () -> {
              Thread.currentThread().interrupt();
              with(suppress(InterruptedException.class)).run(() -> sleep(Duration.ofSeconds(10)));
              sleep(Duration.ofSeconds(10));
            })
        .isInstanceOf(InterruptedException.class);
    // end
  }

  // docs: exit-goes-on
  record Connection(List<String> log) implements AsyncContextManager<Connection, RuntimeException> {
    @Override
    public Connection enter() {
      return this;
    }

    @Override
    public boolean exit(Outcome outcome) throws InterruptedException {
      log.add("closing");
      sleep(Duration.ofMillis(1));
      log.add("closed");
      return false;
    }
  }

  // end

  @Test
  void exitGoesOn() throws Exception {
    // docs: exit-goes-on-use
    List<String> log = new ArrayList<>();
    with(new Connection(log)).run(_ -> Thread.currentThread().interrupt());
    assertThat(log).containsExactly("closing", "closed");
    assertThat(Thread.interrupted()).isTrue();
    // end
  }

  @Test
  void lockIsHandedOver() throws Exception {
    // docs: lock-handed-over
    AsyncLock lock = AsyncLock.create();
    lock.acquire();
    Thread waiter = Thread.ofVirtual().unstarted(() -> acquire(lock));
    startAndAwaitWaiting(waiter);
    lock.release();
    assertThat(lock.locked()).isTrue();
    // end
    waiter.join();
    assertThat(lock.locked()).isTrue();
    lock.release();
  }

  @Test
  void aRoundGoesInOneStep() throws Exception {
    List<String> log = Collections.synchronizedList(new ArrayList<>());
    // docs: barrier-round
    AsyncBarrier barrier = AsyncBarrier.of(3);
    With0.Action<InterruptedException> party =
        () -> {
          barrier.await();
          log.add("through");
          barrier.reset();
        };
    with(TaskGroup.create())
        .run(
            tasks -> {
              tasks.fork(party);
              tasks.fork(party);
              tasks.fork(party);
            });
    assertThat(log).containsExactly("through", "through", "through");
    // end
  }

  /** gh-155233. */
  @Test
  void eachNumberIsGivenOnce() throws Exception {
    AsyncBarrier barrier = AsyncBarrier.of(3);
    with(TaskGroup.create())
        .run(
            tasks -> {
              // docs: barrier-numbers
              Task<Integer> a = tasks.fork(() -> barrier.await());
              Task<Integer> b = tasks.fork(() -> barrier.await());
              a.cancel();
              waitAll(List.of(a));
              Task<Integer> c = tasks.fork(() -> barrier.await());
              Task<Integer> d = tasks.fork(() -> barrier.await());
              assertThat(List.of(b.get(), c.get(), d.get())).containsExactlyInAnyOrder(0, 1, 2);
              // end
            });
  }

  private static void acquire(AsyncLock lock) {
    try {
      lock.acquire();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void startAndAwaitWaiting(Thread thread) {
    thread.start();
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }
}
