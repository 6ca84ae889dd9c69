package dev.asyncwith.bench.jmh;

import dev.asyncwith.bench.rival.Resource;
import dev.asyncwith.bench.rival.Rival;
import dev.asyncwith.bench.rival.Stack;
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

/** As many managers as one likes. {@code bench/run core} runs it. */
@SuppressWarnings("NullAway.Init") // JMH fills the fields
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class StackBenchmark {
  /** Who does it, by the name of a {@link Rival}. */
  @Param("asyncwith")
  public String rival;

  /** How many managers. */
  @Param("100")
  public int size;

  private Stack stack;
  private Resource[] resources;

  /** Finds the rival. */
  @Setup
  public void load() {
    stack = Rival.named(rival).as(Stack.class);
    resources = Resource.of(size);
  }

  /** All of them. */
  @Benchmark
  public int all() throws Exception {
    return stack.all(resources);
  }
}
