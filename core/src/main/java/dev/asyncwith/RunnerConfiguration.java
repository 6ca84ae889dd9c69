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
    Objects.requireNonNull(given, () -> "the " + what + " is null: give a duration");
    if (given.isNegative()) {
      throw new IllegalArgumentException(
          "the " + what + " is negative: " + given + "; zero is the shortest");
    }
    return given;
  }

  @Override
  public RunnerConfiguration withName(String ofRunner) {
    Objects.requireNonNull(ofRunner, "the name of the runner is null: give one");
    return new RunnerConfiguration(ofRunner, clock, grace, exitBudget, carrier, threads);
  }

  @Override
  public RunnerConfiguration withClock(AsyncClock other) {
    Objects.requireNonNull(other, "the clock is null: give AsyncClock.system(), or that of a test");
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
    Objects.requireNonNull(factory, "the thread factory is null: give one");
    return new RunnerConfiguration(name, clock, grace, exitBudget, carrier, factory);
  }
}
