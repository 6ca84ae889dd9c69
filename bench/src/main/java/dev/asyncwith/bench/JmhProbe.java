package dev.asyncwith.bench;

import dev.asyncwith.bench.rival.Rival;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * A fork of JMH, with its allocation profiler.
 *
 * @param benchmark class and method in the package jmh
 * @param rival who does it
 * @param parameters those of the benchmark, by their names
 * @param virtual whether a virtual thread measures
 * @param warmth how many times as long as others it warms up
 */
record JmhProbe(
    String benchmark, Rival rival, Map<String, String> parameters, boolean virtual, int warmth)
    implements Probe {

  static JmhProbe of(String benchmark, Rival rival) {
    return new JmhProbe(benchmark, rival, Map.of(), false, 1);
  }

  JmhProbe with(String parameter, int value) {
    return new JmhProbe(
        benchmark, rival, Map.of(parameter, String.valueOf(value)), virtual, warmth);
  }

  JmhProbe onVirtualThread() {
    return new JmhProbe(benchmark, rival, parameters, true, warmth);
  }

  JmhProbe warmedUp(int times) {
    return new JmhProbe(benchmark, rival, parameters, virtual, times);
  }

  @Override
  public Sample measure(Effort effort) throws FailedException {
    String missing = rival.missing();
    if (missing != null) {
      throw new FailedException(missing);
    }
    try {
      Collection<RunResult> results = new Runner(options(effort).build()).run();
      RunResult result = results.iterator().next();
      Result<?> bytes =
          Objects.requireNonNull(
              result.getSecondaryResults().get("gc.alloc.rate.norm"), "of the allocation profiler");
      return new Sample(
          Map.of(
              Figure.NANOS, result.getPrimaryResult().getScore(), Figure.BYTES, bytes.getScore()));
    } catch (RunnerException e) {
      throw new FailedException(benchmark + " of " + rival + " failed: " + e.getMessage());
    }
  }

  private ChainedOptionsBuilder options(Effort effort) {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("\\.jmh\\." + benchmark.replace(".", "\\.") + "$")
            .param("rival", rival.toString())
            .forks(1)
            .warmupIterations(effort.warmUps())
            .warmupTime(
                TimeValue.nanoseconds(effort.time().convertTo(TimeUnit.NANOSECONDS) * warmth))
            .measurementIterations(effort.iterations())
            .measurementTime(effort.time())
            .addProfiler(GCProfiler.class)
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .jvmArgsPrepend(flags());
    parameters.forEach(options::param);
    return options;
  }

  private String[] flags() {
    List<String> flags = new ArrayList<>(List.of("--sun-misc-unsafe-memory-access=allow"));
    if (rival.isPreview()) {
      flags.add("--enable-preview");
    }
    if (virtual) {
      flags.add("-Djmh.executor=VIRTUAL");
    }
    return flags.toArray(String[]::new);
  }
}
