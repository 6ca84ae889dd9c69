package dev.asyncwith.bench.jmh;

import dev.asyncwith.bench.rival.Lock;
import dev.asyncwith.bench.rival.Rival;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A lock that nobody else wants. {@code bench/run locks} runs it. */
@SuppressWarnings("NullAway.Init") // JMH fills the fields
@State(Scope.Thread)
public class LockBenchmark extends PerCall {
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
