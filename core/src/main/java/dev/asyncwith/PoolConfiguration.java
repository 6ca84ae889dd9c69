package dev.asyncwith;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a pool is made with. */
record PoolConfiguration<T>(
    @Nullable String name,
    ResourcePool.HealthCheck<? super T> check,
    long maxIdle,
    long maxAge,
    Predicate<? super Throwable> broken)
    implements ResourcePool.Configuration<T> {

  static <T> PoolConfiguration<T> create() {
    return new PoolConfiguration<>(null, _ -> true, Nanos.FOREVER, Nanos.FOREVER, _ -> false);
  }

  @Override
  public PoolConfiguration<T> withName(String ofPool) {
    Objects.requireNonNull(ofPool, "the name of the pool is null: give one");
    return new PoolConfiguration<>(ofPool, check, maxIdle, maxAge, broken);
  }

  @Override
  public PoolConfiguration<T> withHealthCheck(ResourcePool.HealthCheck<? super T> healthCheck) {
    Objects.requireNonNull(healthCheck, "the health check is null: give one");
    return new PoolConfiguration<>(name, healthCheck, maxIdle, maxAge, broken);
  }

  @Override
  public PoolConfiguration<T> withMaxIdle(Duration time) {
    long nanos = positive(time, "longest idle time");
    return new PoolConfiguration<>(name, check, nanos, maxAge, broken);
  }

  @Override
  public PoolConfiguration<T> withMaxAge(Duration time) {
    long nanos = positive(time, "greatest age");
    return new PoolConfiguration<>(name, check, maxIdle, nanos, broken);
  }

  @Override
  public PoolConfiguration<T> withBrokenBy(Predicate<? super Throwable> brokenBy) {
    Objects.requireNonNull(brokenBy, "what a resource is broken by is null: give a predicate");
    return new PoolConfiguration<>(name, check, maxIdle, maxAge, brokenBy);
  }

  private static long positive(Duration time, String what) {
    Objects.requireNonNull(time, what + " is null: give a duration");
    if (!time.isPositive()) {
      throw new IllegalArgumentException(
          "the " + what + " of a resource is " + time + ": give it more than nothing");
    }
    return Nanos.of(time);
  }

  /** Whether a resource that was used is to be closed for how that ended. */
  boolean isBroken(Outcome use) {
    return switch (use) {
      case Outcome.Succeeded() -> false;
      case Outcome.Cancelled _ -> true;
      case Outcome.Failed(Throwable cause) -> isBroken(cause);
    };
  }

  private boolean isBroken(Throwable failure) {
    try {
      return broken.test(failure);
    } catch (RuntimeException ofPredicate) {
      Late.log("brokenBy of a pool failed, so the resource is closed", ofPredicate);
      return true;
    }
  }

  boolean isExpired(Pooled<T> resource, long now) {
    return isOver(now - resource.idleSince, maxIdle) || isOver(now - resource.madeAt, maxAge);
  }

  private static boolean isOver(long passed, long limit) {
    return limit != Nanos.FOREVER && passed >= limit;
  }
}
