package dev.asyncwith;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A generator that yields no value. */
final class GeneratorGuard<X extends Throwable> extends GeneratorManager<@Nullable Void, X>
    implements AsyncGuard<X> {
  GeneratorGuard(@Nullable String name, Generator<@Nullable Void, X> generator) {
    super(name, generator);
  }

  @Override
  public BoundedGuard<X> exitWithin(Duration limit) {
    return new BoundedManagers.InlineGuard<>(this, ExitBudget.of(limit));
  }
}
