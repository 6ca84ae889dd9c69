package dev.asyncwith;

import static dev.asyncwith.AsyncWith.moveOnAfter;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The storm on the primitives: many virtual threads use all of them at random, while others cancel
 * them, interrupt them, and their time runs out. No permit and no item is lost or doubled, those
 * that are not cancelled are served in order, and nobody is left waiting.
 *
 * <p>{@code -Dstorm.threads=10000 -Dstorm.operations=1000000} set the size, {@code -Dstorm.seed=…}
 * repeats the choices.
 */
class PrimitivesStormTest {
  private static final int THREADS = Integer.getInteger("storm.threads", 500);
  private static final int OPERATIONS = Integer.getInteger("storm.operations", 20_000);
  private static final long SEED = Long.getLong("storm.seed", System.nanoTime());

  private final List<StormPrimitive> primitives = StormPrimitive.all();
  private final AtomicReferenceArray<@Nullable CancelScope> scopes =
      new AtomicReferenceArray<>(THREADS);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicInteger left = new AtomicInteger(OPERATIONS);
  private final AtomicInteger running = new AtomicInteger(THREADS);
  private final LongAdder completed = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder cutShort = new LongAdder();

  @TempDir Path directory;

  @Test
  @Timeout(900)
  void nothingIsLostOrDoubledAndTheOrderIsKept() throws Exception {
    var threads = new StormThreads(directory);
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int number = i;
      workers.add(
          Thread.ofVirtual()
              .name(StormProgram.PREFIX + "worker " + i)
              .start(() -> work(number, new Random(SEED + number))));
    }
    Thread canceller =
        Thread.ofPlatform()
            .name(StormProgram.PREFIX + "canceller")
            .start(() -> cancelAtRandom(workers));
    for (Thread worker : workers) {
      worker.join();
    }
    canceller.join();
    System.out.printf(
        "storm on the primitives, seed %d: %d threads, %d operations, %d completed, %d refused, %d"
            + " cut short%n",
        SEED, THREADS, OPERATIONS, completed.sum(), refused.sum(), cutShort.sum());
    assertThat(failure.get()).as("seed " + SEED).isNull();
    for (StormPrimitive primitive : primitives) {
      primitive.check();
    }
    assertThat(completed.sum() + refused.sum() + cutShort.sum()).isEqualTo(OPERATIONS);
    assertThat(completed.sum()).isGreaterThan(OPERATIONS / 10);
    assertThat(cutShort.sum()).isGreaterThan(OPERATIONS / 100);
    assertThat(threads.left()).isEmpty();
  }

  private void work(int number, Random random) {
    try {
      while (left.getAndDecrement() > 0) {
        operate(number, primitives.get(random.nextInt(primitives.size())), random);
      }
    } catch (Throwable t) {
      failure.compareAndSet(null, t);
    } finally {
      running.decrementAndGet();
    }
  }

  /** One use, in a scope with a deadline that the canceller may cancel before. */
  private void operate(int number, StormPrimitive primitive, Random random) throws Exception {
    long micros = 1 + random.nextInt(random.nextInt(8) == 0 ? 100 : 500_000);
    var scope = moveOnAfter(Duration.ofNanos(micros * 1000));
    scopes.set(number, scope);
    LongAdder[] end = {cutShort};
    try {
      with(scope).run(() -> end[0] = primitive.use(random) ? completed : refused);
    } catch (InterruptedException e) {
      end[0] = cutShort; // an interrupt of the canceller
    } finally {
      scopes.set(number, null);
    }
    var _ = Thread.interrupted();
    end[0].increment();
  }

  private void cancelAtRandom(List<Thread> workers) {
    var random = new Random(SEED - 1);
    while (running.get() > 0) {
      int victim = random.nextInt(THREADS);
      CancelScope scope = scopes.get(victim);
      if (scope != null && random.nextInt(4) > 0) {
        scope.cancel("storm");
      } else if (scope != null) {
        workers.get(victim).interrupt();
      }
      LockSupport.parkNanos(20_000);
    }
  }
}
