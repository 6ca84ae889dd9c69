package dev.asyncwith.bench.jmh;

import dev.asyncwith.bench.rival.Nested;
import dev.asyncwith.bench.rival.Resource;
import dev.asyncwith.bench.rival.Rival;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Blocks of one to four managers. {@code bench/run core} runs it. */
@SuppressWarnings("NullAway.Init") // JMH fills the fields
@State(Scope.Thread)
public class NestedBenchmark extends PerCall {
  /** Who does it, by the name of a {@link Rival}. */
  @Param("asyncwith")
  public String rival;

  private Nested nested;
  private final Resource a = new Resource();
  private final Resource b = new Resource();
  private final Resource c = new Resource();
  private final Resource d = new Resource();
  private int number;

  /** Finds the rival. */
  @Setup
  public void load() {
    nested = Rival.named(rival).as(Nested.class);
  }

  /** Two managers. */
  @Benchmark
  public int two() throws Exception {
    return nested.two(a, b, number);
  }

  /** Three managers. */
  @Benchmark
  public int three() throws Exception {
    return nested.three(a, b, c, number);
  }

  /** Four managers. */
  @Benchmark
  public int four() throws Exception {
    return nested.four(a, b, c, d, number);
  }
}
