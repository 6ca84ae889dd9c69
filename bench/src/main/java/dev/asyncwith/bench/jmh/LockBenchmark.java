package dev.asyncwith.bench.jmh;

import dev.asyncwith.bench.rival.Lock;
import dev.asyncwith.bench.rival.Rival;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A lock that nobody else wants. {@code bench/run locks} runs it. */
@SuppressWarnings("NullAway.Init") // JMH fills the fields
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LockBenchmark {
  /** Who does it, by the name of a {@link Rival}. */
  @Param("asyncwith")
  public String rival;

  private Lock lock;
  private int number;

  /** Finds the rival. */
  @Setup
  public void load() {
    lock = Rival.named(rival).as(Lock.class);
  }

  /** Takes it, counts and gives it back. */
  @Benchmark
  public int uncontended() throws InterruptedException {
    return lock.locked(() -> ++number);
  }
}
