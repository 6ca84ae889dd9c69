package dev.asyncwith;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A manager without a value: a lock, a timer, a changed setting. The body of its block takes no
 * parameter.
 *
 * {@snippet :
 * with(lock).run(() -> counter++);
 * }
 *
 * @param <X> the checked exception that enter and exit throw; {@link RuntimeException} for none
 */
public interface AsyncGuard<X extends Throwable> extends AsyncContextManager<@Nullable Void, X> {

  /** {@inheritDoc} */
  @Override
  default BoundedGuard<X> exitWithin(Duration limit) {
    return new BoundedManagers.OfGuard<>(this, ExitBudget.of(limit));
  }
}
