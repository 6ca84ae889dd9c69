package dev.asyncwith.bench;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.AsyncExitStack;
import dev.asyncwith.AsyncLock;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The block against the same work by hand. {@code bench/run core} runs it with the allocation
 * profiler; read the ratios of one run, not its nanoseconds.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class WithBenchmark {
  private final Resource a = new Resource();
  private final Resource b = new Resource();
  private final Resource c = new Resource();
  private final Resource d = new Resource();
  private final AsyncLock lock = AsyncLock.create();
  private final Semaphore fair = new Semaphore(1, true);
  private int work;

  /** Try and finally, which tells the exit nothing. */
  @Benchmark
  public int plain1() {
    return ByHand.plain(a, r -> r.opened + work);
  }

  /** By hand, as safe as the block. */
  @Benchmark
  public int equallySafe1() {
    return ByHand.equallySafe(a, r -> r.opened + work);
  }

  /** The block of one manager. */
  @Benchmark
  public int with1() throws InterruptedException {
    return with(a).call(r -> r.opened + work);
  }

  /** Two nested ones by hand. */
  @Benchmark
  public int equallySafe2() {
    return ByHand.equallySafe(a, r -> ByHand.equallySafe(b, s -> r.opened + s.opened + work));
  }

  /** Two nested blocks. */
  @Benchmark
  public int nested2() throws InterruptedException {
    return with(a).call(r -> with(b).call(s -> r.opened + s.opened + work));
  }

  /** The block of two managers. */
  @Benchmark
  public int and2() throws InterruptedException {
    return with(a).and(b).call((r, s) -> r.opened + s.opened + work);
  }

  /** Four nested ones by hand. */
  @Benchmark
  public int equallySafe4() {
    return ByHand.equallySafe(
        a,
        r ->
            ByHand.equallySafe(
                b,
                s ->
                    ByHand.equallySafe(
                        c,
                        t ->
                            ByHand.equallySafe(
                                d, u -> r.opened + s.opened + t.opened + u.opened + work))));
  }

  /** The block of four managers. */
  @Benchmark
  public int and4() throws InterruptedException {
    return with(a)
        .and(b)
        .and(c)
        .and(d)
        .call((r, s, t, u) -> r.opened + s.opened + t.opened + u.opened + work);
  }

  /** A generator in a block runs inline. */
  @Benchmark
  public int generator() throws InterruptedException {
    return with(generated(a)).call(r -> r.opened + work);
  }

  private static AsyncContextManager<Resource, RuntimeException> generated(Resource resource) {
    return asyncContextManager(
        body -> {
          resource.opened++;
          try {
            body.yield(resource);
          } finally {
            resource.closed++;
          }
        });
  }

  /** A fair semaphore as a lock, by hand. */
  @Benchmark
  public int semaphore() throws InterruptedException {
    fair.acquire();
    try {
      return ++work;
    } finally {
      fair.release();
    }
  }

  /** The lock, uncontended. */
  @Benchmark
  public int lock() throws InterruptedException {
    return with(lock).call(() -> ++work);
  }

  /** A hundred nested ones by hand. */
  @Benchmark
  public int nestedTry100() {
    return nest(100);
  }

  private int nest(int depth) {
    return depth == 0 ? work : ByHand.equallySafe(a, _ -> nest(depth - 1));
  }

  /** A hundred entries of a stack. */
  @Benchmark
  public int stack100() throws Exception {
    return with(AsyncExitStack.create())
        .call(
            stack -> {
              for (int i = 0; i < 100; i++) {
                stack.enter(a);
              }
              return work;
            });
  }
}
