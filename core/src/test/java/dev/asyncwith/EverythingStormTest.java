package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The storm of everything: random programs of nested scopes, timeouts, groups, stacks, generators,
 * locks and resources, whose scopes and tasks others cancel at random. What was opened is closed,
 * no interrupt is left on a thread, and no thread is left: by a thread dump, which has the virtual
 * ones.
 *
 * <p>{@code -Dstorm.cancellations=1000000} sets the count, {@code -Dstorm.seed=…} the programs.
 */
class EverythingStormTest {
  private static final int COUNT = Integer.getInteger("storm.cancellations", 20_000);
  private static final long SEED = Long.getLong("storm.seed", System.nanoTime());
  private static final int DEPTH = 5;

  private final StormProgram program = new StormProgram();
  private final AtomicBoolean enough = new AtomicBoolean();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  @TempDir Path directory;

  @Test
  @Timeout(1800)
  void whatIsOpenedIsClosedAndNothingIsLeft() throws Exception {
    var drivers = new ArrayList<Thread>();
    for (int i = 0; i < 4; i++) {
      var random = new Random(SEED + i);
      var builder = i % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
      drivers.add(builder.name(StormProgram.PREFIX + "driver " + i).start(() -> drive(random)));
    }
    Thread canceller =
        Thread.ofPlatform().name(StormProgram.PREFIX + "canceller").start(this::cancelAtRandom);
    for (Thread driver : drivers) {
      driver.join();
    }
    enough.set(true);
    canceller.join();
    System.out.printf(
        "storm of everything, seed %d: %d cancellations, %d opened, %d closed%n",
        SEED, program.cancelled.sum(), program.opened.sum(), program.closed.sum());
    assertThat(failure.get()).as("seed " + SEED).isNull();
    assertThat(program.closed.sum()).as("seed " + SEED).isEqualTo(program.opened.sum());
    assertThat(threadsOfTheStorm()).isEmpty();
  }

  private void drive(Random random) {
    while (program.cancelled.sum() < COUNT && failure.get() == null) {
      try {
        program.run(random, DEPTH);
      } catch (InterruptedException e) {
        failure.compareAndSet(null, new AssertionError("an interrupt of the library escaped", e));
      } catch (Exception expected) {
        // Programs fail.
      } catch (Throwable t) {
        failure.compareAndSet(null, t);
      }
      if (Thread.interrupted()) {
        failure.compareAndSet(null, new AssertionError("a stale interrupt"));
      }
      ThreadContext context = ThreadContext.inScope();
      if (context != null) {
        failure.compareAndSet(null, new AssertionError("left in " + context.innermost()));
      }
    }
  }

  private void cancelAtRandom() {
    var random = new Random(SEED - 1);
    while (!enough.get()) {
      CancelScope scope = program.targets.get(random.nextInt(program.targets.length()));
      if (scope != null && !scope.isLeft()) {
        scope.cancel("storm");
      }
      long pause = System.nanoTime() + random.nextInt(20_000);
      while (System.nanoTime() < pause) {
        Thread.onSpinWait();
      }
    }
  }

  private List<String> threadsOfTheStorm() throws IOException {
    Path dump = directory.resolve("threads.json");
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(dump.toString(), ThreadDumpFormat.JSON);
    return Files.readAllLines(dump).stream()
        .filter(line -> line.contains("\"name\": \"" + StormProgram.PREFIX))
        .toList();
  }
}
