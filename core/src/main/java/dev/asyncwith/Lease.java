package dev.asyncwith;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A resource that a {@link ResourcePool} has lent, until {@link #close}. A block of the lease
 * closes it too, and tells the pool how its body ended, which a close by hand does not:
 *
 * {@snippet :
 * try (var lease = pool.acquire().open()) { lease.value().send(message); }
 * pool.acquireAsync().thenAccept(lease -> with(lease).run(connection -> connection.send(message)));
 * }
 *
 * <p>Any thread may close it, once; what is called after that does nothing. The resource itself is
 * as safe for use by several threads as it is without a pool.
 *
 * @param <T> the type of the resource
 * @param <X> the checked exception that its manager throws; {@link RuntimeException} for none
 */
public final class Lease<T, X extends Exception>
    implements AsyncContextManager<T, X>, AutoCloseable {
  private final ResourcePool<T, X> pool;
  private final Object borrower;
  private final Pooled<T> resource;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Tracking.Opened tracked;
  private volatile boolean discarded;

  Lease(ResourcePool<T, X> pool, Object borrower, Pooled<T> resource) {
    this.pool = pool;
    this.borrower = borrower;
    this.resource = resource;
    this.tracked = Tracking.isOn() ? Tracking.opened(this, describe()) : UntrackedOpened.INSTANCE;
  }

  /**
   * The resource.
   *
   * @return the resource, for use until the lease is closed
   * @throws IllegalStateException if the lease is closed, and somebody else may have the resource
   */
  public T value() {
    if (closed.get()) {
      throw new IllegalStateException(
          describe() + " is closed, and the resource is somebody else's: acquire it anew");
    }
    return resource.value;
  }

  /** Nobody closes it by hand: tracking knows the block that has it. */
  void isOfBlock() {
    tracked.close();
  }

  /** Lets the resource be closed, and not given back, when the lease is: it is of no more use. */
  public void discard() {
    discarded = true;
  }

  /**
   * Gives the resource back, after a use that succeeded; closes it if it was discarded, is too old,
   * or the pool closes. It is shielded as {@link AsyncExit#shielded} says.
   *
   * @throws X if the resource cannot be closed
   */
  @Override
  public void close() throws X {
    Exits.<X>closeByHand(this);
  }

  /**
   * Begins a block of the lease.
   *
   * @return the resource
   * @throws IllegalStateException if the lease is closed
   */
  @Override
  public T enter() {
    return value();
  }

  @Override
  public boolean exit(Outcome outcome) throws X, InterruptedException {
    if (!closed.compareAndSet(false, true)) {
      return false;
    }
    tracked.close();
    return pool.takeBack(borrower, resource, outcome, discarded);
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
