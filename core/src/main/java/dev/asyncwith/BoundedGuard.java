package dev.asyncwith;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A guard whose exit may take a limited time, made by {@link AsyncGuard#exitWithin}; see {@link
 * BoundedManager}.
 *
 * @param <X> the checked exception that enter and exit throw; {@link RuntimeException} for none
 */
public sealed interface BoundedGuard<X extends Throwable>
    extends BoundedManager<@Nullable Void, X>, AsyncGuard<X>
    permits BoundedManagers.OfGuard, BoundedManagers.InlineGuard {

  @Override
  BoundedGuard<X> detached();

  @Override
  BoundedGuard<X> exitWithin(Duration limit);
}
