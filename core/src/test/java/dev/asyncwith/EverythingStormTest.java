package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The storm of everything: random programs of nested scopes, timeouts, groups, stacks, generators,
 * locks and resources, of tasks that are waited for and such as outlive their block, whose scopes,
 * tasks and futures others cancel at random. What was opened is closed, once, no interrupt is left
 * on a thread, no failure is one that no program made, and no thread is left.
 *
 * <p>{@code -Dstorm.cancellations=1000000} sets the count, {@code -Dstorm.seed=…} the programs.
 */
class EverythingStormTest {
  private static final int COUNT = Integer.getInteger("storm.cancellations", 20_000);
  private static final long SEED = Long.getLong("storm.seed", System.nanoTime());
  private static final int DEPTH = 5;

  private final StormProgram program = new StormProgram();
  private final StormAccounts accounts = program.accounts;
  private final AtomicBoolean enough = new AtomicBoolean();

  @TempDir Path directory;

  @Test
  @Timeout(1800)
  void whatIsOpenedIsClosedAndNothingIsLeft() throws Exception {
    var threads = new StormThreads(directory);
    try (var failures = new StormFailures(accounts)) {
      storm(failures);
    }
    System.out.printf("storm of everything, seed %d: %s%n", SEED, accounts.describe());
    assertThat(accounts.failure.get()).as("seed " + SEED).isNull();
    assertThat(accounts.closed.sum()).as("seed " + SEED).isEqualTo(accounts.opened.sum());
    assertThat(threads.left()).isEmpty();
  }

  /** Returns when what outlives its block on purpose has ended too. */
  private void storm(StormFailures failures) throws InterruptedException {
    var drivers = new ArrayList<Thread>();
    for (int i = 0; i < 16; i++) {
      var random = new Random(SEED + i);
      var builder = i % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
      drivers.add(
          builder.name(StormProgram.PREFIX + "driver " + i).start(() -> drive(random, failures)));
    }
    Thread canceller =
        Thread.ofPlatform().name(StormProgram.PREFIX + "canceller").start(this::cancelAtRandom);
    for (Thread driver : drivers) {
      driver.join();
    }
    enough.set(true);
    canceller.join();
    assertThat(endOfBackground()).as("left running, seed " + SEED).isEmpty();
    program.close();
    assertThat(accounts.leftOpen()).as("left open, seed " + SEED).isEmpty();
    assertThat(endOfBackground()).as("left running, seed " + SEED).isEmpty();
  }

  /** Waits for the tasks and exits that no runner waits for; gives those that do not end. */
  private static List<Object> endOfBackground() {
    Background background = Background.OF_NO_RUNNER;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    var waiter = new Waiter();
    background.whenEmpty(waiter);
    while (!waiter.ready() && System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
    List<Object> left = new ArrayList<>();
    if (!waiter.ready()) {
      left.addAll(background.runningTasks());
      left.addAll(background.exits());
    }
    return left;
  }

  private void drive(Random random, StormFailures failures) {
    while (accounts.cancelled.sum() < COUNT && accounts.failure.get() == null) {
      try {
        program.run(random, DEPTH);
      } catch (InterruptedException e) {
        accounts.fail(new AssertionError("an interrupt of the library escaped", e));
      } catch (Throwable t) {
        failures.check(t);
      }
      if (Thread.interrupted()) {
        accounts.fail(new AssertionError("a stale interrupt"));
      }
      ThreadContext context = ThreadContext.inScope();
      if (context != null) {
        accounts.fail(new AssertionError("left in " + context.innermost()));
      }
    }
  }

  private void cancelAtRandom() {
    var random = new Random(SEED - 1);
    while (!enough.get()) {
      accounts.cancelOne(random);
      StormProgram.spin(random.nextInt(20_000));
    }
  }
}
