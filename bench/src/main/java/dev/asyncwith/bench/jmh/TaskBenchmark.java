package dev.asyncwith.bench.jmh;

import dev.asyncwith.bench.rival.Rival;
import dev.asyncwith.bench.rival.Tasks;
import dev.asyncwith.bench.rival.Timeout;
import dev.asyncwith.bench.rival.Waiting;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Groups of a few tasks, and timeouts that do not pass. {@code bench/run tasks} runs it. */
@SuppressWarnings("NullAway.Init") // JMH fills the fields
@State(Scope.Thread)
public class TaskBenchmark extends PerCall {
  /** Who does it, by the name of a {@link Rival}. */
  @Param("asyncwith")
  public String rival;

  private int number;

  /** Tasks of a group. */
  @SuppressWarnings("NullAway.Init")
  @State(Scope.Thread)
  public static class Group {
    /** How many tasks. */
    @Param("2")
    public int size;

    private final AtomicInteger sum = new AtomicInteger();
    private Tasks tasks;

    /** Finds the rival. */
    @Setup
    public void load(TaskBenchmark benchmark) {
      tasks = Rival.named(benchmark.rival).as(Tasks.class);
    }
  }

  /** Begins them and waits for all. */
  @Benchmark
  public int group(Group group) throws Exception {
    group.sum.setPlain(0);
    group.tasks.all(group.size, group.sum::addAndGet);
    return group.sum.getPlain();
  }

  /** Timeouts among others. */
  @SuppressWarnings("NullAway.Init")
  @State(Scope.Thread)
  public static class Timers {
    /** How many others are pending meanwhile. */
    @Param("0")
    public int pending;

    private final CountDownLatch over = new CountDownLatch(1);
    private Timeout timeout;

    /** Finds the rival, and begins the others. */
    @Setup
    public void load(TaskBenchmark benchmark) throws InterruptedException {
      timeout = Rival.named(benchmark.rival).as(Timeout.class);
      var begun = new CountDownLatch(pending);
      for (int i = 0; i < pending; i++) {
        Thread.ofVirtual().start(() -> hold(begun));
      }
      begun.await();
    }

    private void hold(CountDownLatch begun) {
      try {
        int _ =
            timeout.within(
                () -> {
                  begun.countDown();
                  Waiting.on(over);
                  return 0;
                });
      } catch (Exception e) {
        throw new IllegalStateException("a pending timeout of " + timeout, e);
      }
    }

    /** Ends them. */
    @TearDown
    public void end() {
      over.countDown();
    }
  }

  /** A timeout that does not pass. */
  @Benchmark
  public int timeout(Timers timers) throws Exception {
    return timers.timeout.within(() -> ++number);
  }
}
