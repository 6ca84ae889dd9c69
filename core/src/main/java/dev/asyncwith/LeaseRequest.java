package dev.asyncwith;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A resource that is to be lent by a {@link ResourcePool}, for one block or by hand. To make it
 * does nothing; {@code enter} and {@link #open} wait for a resource, and make one if none is idle.
 *
 * {@snippet :
 * with(pool.acquire()).run(connection -> connection.send(message));
 * }
 *
 * <p>The exit gives the resource back, or closes it: see {@link ResourcePool}.
 *
 * @param <T> the type of the resource
 * @param <X> the checked exception that its manager throws; {@link RuntimeException} for none
 */
public final class LeaseRequest<T, X extends Exception> implements AsyncContextManager<T, X> {
  private final ResourcePool<T, X> pool;
  private final AtomicBoolean used = new AtomicBoolean();
  private @Nullable Lease<T, X> lease;

  LeaseRequest(ResourcePool<T, X> pool) {
    this.pool = pool;
  }

  /**
   * Borrows a resource for the caller, who closes the lease, or gives it to a block.
   *
   * @return the lease
   * @throws X if a resource has to be made, and cannot be; nothing is lent then
   * @throws IllegalStateException if the pool is not open, or closes meanwhile; or if this request
   *     was used before
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call; nothing is lent then
   */
  public Lease<T, X> open() throws X, InterruptedException {
    if (!used.compareAndSet(false, true)) {
      throw new IllegalStateException(
          describe() + " was used already: call acquire() of the pool for each block");
    }
    return Objects.requireNonNull(pool.lease(null), "without a time it waits for its turn");
  }

  /**
   * Borrows a resource, as {@link #open} does.
   *
   * @return the resource
   */
  @Override
  public T enter() throws X, InterruptedException {
    Lease<T, X> opened = open();
    opened.isOfBlock();
    lease = opened;
    return opened.enter();
  }

  @Override
  public boolean exit(Outcome outcome) throws X, InterruptedException {
    if (lease == null) {
      throw new IllegalStateException(describe() + " is exited without having been entered");
    }
    return lease.exit(outcome);
  }

  @Override
  public String describe() {
    return "lease of " + pool.describe();
  }

  @Override
  public String toString() {
    return describe();
  }
}
