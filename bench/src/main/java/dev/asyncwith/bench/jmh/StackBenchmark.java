package dev.asyncwith.bench.jmh;

import dev.asyncwith.bench.rival.Resource;
import dev.asyncwith.bench.rival.Rival;
import dev.asyncwith.bench.rival.Stack;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** As many managers as one likes. {@code bench/run core} runs it. */
@SuppressWarnings("NullAway.Init") // JMH fills the fields
@State(Scope.Thread)
public class StackBenchmark extends PerCall {
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
