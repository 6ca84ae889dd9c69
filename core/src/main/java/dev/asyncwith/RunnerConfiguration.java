package dev.asyncwith;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What a runner is made with. */
record RunnerConfiguration(
    String name,
    AsyncClock clock,
    Duration grace,
    @Nullable Duration exitBudget,
    ContextCarrier carrier,
    ThreadFactory threads)
    implements Runner.Configuration {
  /** How long cleaning up may take: less than the 30 seconds that Kubernetes gives. */
  static final Duration GRACE = Duration.ofSeconds(20);

  private static final AtomicInteger MADE = new AtomicInteger();

  static RunnerConfiguration create() {
    return new RunnerConfiguration(
        "runner-" + MADE.incrementAndGet(),
        AsyncClock.system(),
        GRACE,
        null,
        ContextCarrier.none(),
        Task.VIRTUAL);
  }

  static Duration requireNotNegative(Duration given, String what) {
    Objects.requireNonNull(given, what);
    if (given.isNegative()) {
      throw new IllegalArgumentException("the " + what + " is negative: " + given);
    }
    return given;
  }

  @Override
  public RunnerConfiguration withName(String ofRunner) {
    Objects.requireNonNull(ofRunner, "name");
    return new RunnerConfiguration(ofRunner, clock, grace, exitBudget, carrier, threads);
  }

  @Override
  public RunnerConfiguration withClock(AsyncClock other) {
    Objects.requireNonNull(other, "clock");
    return new RunnerConfiguration(name, other, grace, exitBudget, carrier, threads);
  }

  @Override
  public RunnerConfiguration withGrace(Duration other) {
    requireNotNegative(other, "grace");
    return new RunnerConfiguration(name, clock, other, exitBudget, carrier, threads);
  }

  @Override
  public RunnerConfiguration withExitBudget(Duration budget) {
    Duration checked = ExitBudget.of(budget).limit(); // refused here as it is for one exit
    return new RunnerConfiguration(name, clock, grace, checked, carrier, threads);
  }

  @Override
  public RunnerConfiguration withContext(ContextCarrier added) {
    return new RunnerConfiguration(name, clock, grace, exitBudget, carrier.and(added), threads);
  }

  @Override
  public RunnerConfiguration withThreadFactory(ThreadFactory factory) {
    Objects.requireNonNull(factory, "factory");
    return new RunnerConfiguration(name, clock, grace, exitBudget, carrier, factory);
  }
}
