package dev.asyncwith.bench.jmh;

import dev.asyncwith.CancelScope;
import dev.asyncwith.Outcome;
import dev.asyncwith.bench.rival.Block;
import dev.asyncwith.bench.rival.Resource;
import dev.asyncwith.bench.rival.Rival;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Blocks of one manager. {@code bench/run core} runs it. */
@SuppressWarnings("NullAway.Init") // JMH fills the fields
@State(Scope.Thread)
public class BlockBenchmark extends PerCall {
  private static final int CLASSES = 8;

  /** Who does it, by the name of a {@link Rival}. */
  @Param("asyncwith")
  public String rival;

  private Block block;
  private final Resource a = new Resource();
  private int number;

  /** Finds the rival. */
  @Setup
  public void load() {
    block = Rival.named(rival).as(Block.class);
  }

  /** One manager. */
  @Benchmark
  public int one() throws Exception {
    return block.one(a, number);
  }

  /** Managers of several classes in turn: no call of theirs has one target. */
  @State(Scope.Thread)
  public static class Classes {
    private final Resource[] all = Resource.ofClasses(CLASSES);
    private int next;

    private Resource next() {
      next = next + 1 & CLASSES - 1;
      return all[next];
    }
  }

  /** One manager, each time of another class. */
  @Benchmark
  public int classes(Classes classes) throws Exception {
    return block.one(classes.next(), number);
  }

  /** A program that ran before, with managers of many classes and bodies that fail. */
  @State(Scope.Thread)
  public static class Polluted {
    private static final int ROUNDS = 20_000;

    /** Runs it. */
    @Setup
    public void pollute(BlockBenchmark benchmark) throws Exception {
      Resource[] all = Resource.ofClasses(CLASSES);
      for (int i = 0; i < ROUNDS; i++) {
        try {
          int _ = benchmark.block.one(all[i % CLASSES], i % 10 == 0 ? -1 : i);
        } catch (IllegalArgumentException e) {
          // a body that fails is part of the profile
        }
      }
    }
  }

  /** One manager, in code whose profile many others have filled. */
  @Benchmark
  public int polluted(Polluted polluted) throws Exception {
    return block.one(a, number);
  }

  /** A scope that is in effect on the thread. */
  @SuppressWarnings("NullAway.Init")
  @State(Scope.Thread)
  public static class Scoped {
    private CancelScope scope;

    /** Enters a new one, on the thread that measures. */
    @Setup(Level.Iteration)
    public void enter() throws InterruptedException {
      scope = CancelScope.create();
      var _ = scope.enter();
    }

    /** Leaves it. */
    @TearDown(Level.Iteration)
    public void exit() throws InterruptedException {
      boolean _ = scope.exit(Outcome.succeeded());
    }
  }

  /** One manager, inside a scope that can be cancelled. */
  @Benchmark
  public int scoped(Scoped scoped) throws Exception {
    return block.one(a, number);
  }
}
