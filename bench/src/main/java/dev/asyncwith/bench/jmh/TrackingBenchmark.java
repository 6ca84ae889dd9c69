package dev.asyncwith.bench.jmh;

import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.Tracking;
import dev.asyncwith.bench.rival.Resource;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs a block of one manager that somebody wants to see it. {@code bench/run tracking}
 * runs it with the allocation profiler; read the differences of one run, not its nanoseconds.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class TrackingBenchmark {
  private final Resource a = new Resource();
  private int work;

  /** How the program is watched: a mode of tracking, or a recording with its default thresholds. */
  @Param({"never", "off", "counts", "stacks", "jfr"})
  public String watched = "never";

  private @Nullable Recording recording;

  /** Begins to watch. */
  @Setup(Level.Trial)
  public void begin() {
    switch (watched) {
      case "never" -> {}
      case "off" -> {
        Tracking.enable(Tracking.Mode.COUNTS); // which sets the latch for good
        Tracking.enable(Tracking.Mode.OFF);
      }
      case "counts" -> Tracking.enable(Tracking.Mode.COUNTS);
      case "stacks" -> Tracking.enable(Tracking.Mode.STACKS);
      case "jfr" -> {
        recording = new Recording();
        recording.start();
      }
      default -> throw new IllegalArgumentException(watched);
    }
  }

  /** Ends it. */
  @TearDown(Level.Trial)
  public void end() {
    Tracking.enable(Tracking.Mode.OFF);
    if (recording != null) {
      recording.close();
    }
  }

  /** The block of one manager. */
  @Benchmark
  public int with1() throws InterruptedException {
    return with(a).call(r -> r.opened + work);
  }

  /** The same, with forty frames of a program below it. */
  @Benchmark
  public int with1Deep() throws InterruptedException {
    return deep(40);
  }

  private int deep(int depth) throws InterruptedException {
    return depth == 0 ? with1() : deep(depth - 1);
  }
}
