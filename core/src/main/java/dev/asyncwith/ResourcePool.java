package dev.asyncwith;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Resources that are made when they are needed, lent to one user after the other, and closed
 * together: connections, sessions, processes. Each has a manager of its own, which the pool enters
 * and exits once.
 *
 * {@snippet :
 * with(ResourcePool.of(10, () -> new Connection("example.com"))).run(pool ->
 *     with(pool.acquire()).run(connection -> connection.send(message)));
 * }
 *
 * <p><b>Lending.</b> At most so many resources are lent as the pool's {@link CapacityLimiter} has
 * tokens; a lease has one. Who comes later waits for its turn, and no newcomer overtakes. It gets
 * the idle resource that was used last, if that passes the health check, or a new one. What a
 * manager's enter throws comes out of the acquire, and the next one that waits tries its luck.
 *
 * <p><b>Giving back.</b> The resource is idle then. It is closed instead, by who gives it back, if
 * its use was cancelled or ended by a failure that {@link Configuration#withBrokenBy} names, or if
 * it was {@linkplain Lease#discard discarded}: its manager's exit is told how the use ended. It is
 * closed as after success if it is too old or the pool closes. Failures of that exit are those of
 * the block.
 *
 * <p><b>Idle resources</b> that are too old, or were idle for too long, are closed by who finds
 * them when it acquires one, and at the latest when the pool closes: there is no timer. The failure
 * of a close that nobody asked for is logged by the {@code System.Logger} "dev.asyncwith". Time is
 * that of the clock of the thread that opened the pool.
 *
 * <p><b>The end.</b> The exit of the pool refuses new leases; those that wait get an {@link
 * IllegalStateException} that names the pool. It closes all that is idle, waits until all that is
 * lent was given back, which closes it, and throws the failures of what it closed, the first with
 * the others suppressed. No scope ends that wait: {@link #exitWithin} bounds it. After an exit that
 * was interrupted what is still lent is closed when it is given back.
 *
 * <p><b>Threads.</b> A manager is entered by the first user's thread, or one of the library's, and
 * exited by any other. So guards, scopes, timeouts and task groups are refused; a manager whose
 * exit needs the thread of its enter for another reason does not belong in a pool.
 *
 * <p>A pool serves one block, or one {@link #open} and {@link #close}. It is safe for use by
 * several threads. The factory, the managers, the check and the predicate are called without a lock
 * held.
 *
 * @param <T> the type of the resources
 * @param <X> the checked exception that their managers throw; {@link RuntimeException} for none
 */
public final class ResourcePool<T, X extends Exception>
    implements AsyncResource<ResourcePool<T, X>, X>, AutoCloseable {

  /**
   * How a pool is configured; immutable.
   *
   * @param <T> the type of the resources
   */
  public sealed interface Configuration<T> permits PoolConfiguration {
    /**
     * Names the pool, for messages. By default it is named by its class and identity.
     *
     * @param name the name
     * @return a changed copy
     */
    Configuration<T> withName(String name);

    /**
     * Sets what tells whether an idle resource can be lent again. By default all can.
     *
     * @param healthCheck called by the thread that is to have the resource
     * @return a changed copy
     */
    Configuration<T> withHealthCheck(HealthCheck<? super T> healthCheck);

    /**
     * Sets how long a resource may be idle. By default there is no limit.
     *
     * @param time how long, more than nothing
     * @return a changed copy
     * @throws IllegalArgumentException if it is zero or negative
     */
    Configuration<T> withMaxIdle(Duration time);

    /**
     * Sets how old a resource may be, from the begin of its making, to be lent once more. By
     * default there is no limit.
     *
     * @param time how old, more than nothing
     * @return a changed copy
     * @throws IllegalArgumentException if it is zero or negative
     */
    Configuration<T> withMaxAge(Duration time);

    /**
     * Sets which failures of its use leave a resource broken. A use that was cancelled always does,
     * since nobody knows how far it had come. By default no other failure does.
     *
     * @param brokenBy true for a failure that does; if it throws, the resource is closed
     * @return a changed copy
     */
    Configuration<T> withBrokenBy(Predicate<? super Throwable> brokenBy);
  }

  /**
   * Tells whether an idle resource can be lent again.
   *
   * @param <T> the type of the resource
   */
  @FunctionalInterface
  public interface HealthCheck<T> {
    /**
     * Looks at a resource.
     *
     * @param resource the resource, which nobody else has
     * @return false if it is to be closed
     * @throws Exception if it is to be closed as well
     */
    boolean isHealthy(T resource) throws Exception;
  }

  private enum State {
    NEW,
    OPEN,
    CLOSING,
    CLOSED
  }

  private final CapacityLimiter limiter;
  private final Supplier<? extends AsyncContextManager<T, X>> factory;
  private final PoolConfiguration<T> configuration;

  /** Who closes the pool and waits for what is lent. Its monitor guards the fields below. */
  private final WaitQueue closer = new WaitQueue();

  /** The one that was used last is the last. */
  private final Deque<Pooled<T>> idle = new ArrayDeque<>();

  /** Ends the wait of each that waits for its turn. */
  private final Set<Runnable> waiting = new HashSet<>();

  private State state = State.NEW;

  /** How many have a token: they use, look for, make or give back a resource. */
  private int lent;

  private AsyncClock clock = AsyncClock.system();

  private ResourcePool(
      CapacityLimiter limiter,
      Supplier<? extends AsyncContextManager<T, X>> factory,
      PoolConfiguration<T> configuration) {
    this.limiter = limiter;
    this.factory = factory;
    this.configuration = configuration;
  }

  /**
   * Makes a pool. It holds nothing before it is opened.
   *
   * @param <T> the type of the resources
   * @param <X> the checked exception that their managers throw
   * @param max how many resources there may be
   * @param factory makes a manager for each resource
   * @return the pool
   * @throws IllegalArgumentException if the number is zero or negative
   */
  public static <T, X extends Exception> ResourcePool<T, X> of(
      int max, Supplier<? extends AsyncContextManager<T, X>> factory) {
    return of(CapacityLimiter.of(max), factory, unchanged -> unchanged);
  }

  /**
   * Makes a pool that is configured. It holds nothing before it is opened.
   *
   * @param <T> the type of the resources
   * @param <X> the checked exception that their managers throw
   * @param limiter bounds how many resources are lent, also by other pools that share it; when it
   *     is made narrower, idle resources above its total are closed when the next one is given back
   * @param factory makes a manager for each resource
   * @param configure changes the default configuration: {@code c -> c.withName("orders")}
   * @return the pool
   */
  public static <T, X extends Exception> ResourcePool<T, X> of(
      CapacityLimiter limiter,
      Supplier<? extends AsyncContextManager<T, X>> factory,
      UnaryOperator<Configuration<T>> configure) {
    Objects.requireNonNull(limiter, "the limiter of the pool is null: give one");
    Objects.requireNonNull(factory, "the factory is null: give what makes a manager");
    Objects.requireNonNull(configure, "what configures the pool is null: give a lambda");
    Configuration<T> configured = configure.apply(PoolConfiguration.create());
    return new ResourcePool<>(
        limiter,
        factory,
        (PoolConfiguration<T>)
            Objects.requireNonNull(configured, "the lambda that configures gave no configuration"));
  }

  // ---- acquire

  /**
   * Asks for a resource, for one block or by hand. Nothing happens before its {@code enter} or
   * {@code open}.
   *
   * @return the request
   */
  public LeaseRequest<T, X> acquire() {
    return new LeaseRequest<>(this);
  }

  /**
   * Borrows a resource if a token is free and nobody waits for one. It does not wait for that; it
   * does make a resource if none is idle.
   *
   * @return the lease, for a block or to be closed; empty if no token is free
   * @throws X if a resource cannot be made; nothing is lent then
   * @throws IllegalStateException if the pool is not open
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call; nothing is lent then
   */
  public Optional<Lease<T, X>> tryAcquire() throws X, InterruptedException {
    return tryAcquire(Duration.ZERO);
  }

  /**
   * Borrows a resource if its turn comes within a time, which does not bound the making of one.
   *
   * @param timeout how long to wait for a token at most, by the clock of the thread; not negative
   * @return the lease, for a block or to be closed; empty if the time is over
   * @throws X if a resource cannot be made; nothing is lent then
   * @throws IllegalStateException if the pool is not open, or closes meanwhile
   * @throws InterruptedException as {@link #tryAcquire()} does
   */
  public Optional<Lease<T, X>> tryAcquire(Duration timeout) throws X, InterruptedException {
    Deadline.checked(timeout);
    return Optional.ofNullable(lease(timeout));
  }

  /** Borrows a resource; null if that takes longer than a time, if one is given. */
  @Nullable Lease<T, X> lease(@Nullable Duration timeout) throws X, InterruptedException {
    Waits.check("acquiring from", this);
    requireOpen();
    var borrower = new Object();
    if (!limiter.tryAcquire(borrower)) {
      boolean waits = timeout == null || !timeout.isZero();
      if (!waits || !awaitToken(borrower, timeout)) {
        return null;
      }
    }
    return lend(borrower);
  }

  private boolean awaitToken(Object borrower, @Nullable Duration timeout)
      throws InterruptedException {
    Permits.Claim claim = limiter.claim();
    Runnable withdraw = claim::withdraw;
    boolean acquired = false;
    try {
      acquired = beginWait(withdraw) && limiter.acquire(borrower, claim, timeout);
    } finally {
      endWait(withdraw);
    }
    if (!acquired) {
      requireOpen();
    }
    return acquired;
  }

  /** Notes what ends a wait for a token when the pool closes; false if it does already. */
  boolean beginWait(Runnable withdraw) {
    synchronized (closer) {
      return state == State.OPEN && waiting.add(withdraw);
    }
  }

  void endWait(Runnable withdraw) {
    synchronized (closer) {
      waiting.remove(withdraw);
    }
  }

  CapacityLimiter limiter() {
    return limiter;
  }

  void requireOpen() {
    synchronized (closer) {
      if (state != State.OPEN) {
        throw new IllegalStateException(
            describe()
                + " lends nothing: "
                + (state == State.NEW ? "enter or open it first" : "make another pool"));
      }
    }
  }

  /** Gives who has a token a resource, or throws and gives the token back. */
  Lease<T, X> lend(Object borrower) throws X, InterruptedException {
    boolean begun = false;
    Pooled<T> found = null;
    try {
      synchronized (closer) {
        requireOpen();
        lent++;
        begun = true;
      }
      found = findUsable();
      if (found == null) {
        found = make();
      }
      return new Lease<>(this, borrower, found);
    } finally {
      if (found == null) {
        end(borrower, begun);
      }
    }
  }

  private @Nullable Pooled<T> findUsable() throws InterruptedException {
    while (true) {
      List<Pooled<T>> expired = new ArrayList<>(0);
      Pooled<T> found;
      long now = clock.nanoTime();
      synchronized (closer) {
        for (Iterator<Pooled<T>> i = idle.iterator(); i.hasNext(); ) {
          Pooled<T> next = i.next();
          if (configuration.isExpired(next, now)) {
            expired.add(next);
            i.remove();
          }
        }
        found = idle.pollLast();
      }
      expired.forEach(Pooled::closeOrLog);
      if (found == null || isHealthy(found)) {
        return found;
      }
      Waits.check("acquiring from", this);
    }
  }

  private boolean isHealthy(Pooled<T> found) throws InterruptedException {
    boolean healthy = false;
    try {
      healthy = configuration.check().isHealthy(found.value);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception unhealthy) {
      // another resource is as good
    } finally {
      if (!healthy) {
        found.closeOrLog();
      }
    }
    return healthy;
  }

  private Pooled<T> make() throws X, InterruptedException {
    AsyncContextManager<T, X> manager =
        Objects.requireNonNull(factory.get(), "the factory of a pool gave no manager");
    if (manager instanceof AsyncGuard<?> || BoundedManagers.belongsToItsThread(manager)) {
      throw new IllegalStateException(
          manager.describe()
              + " belongs to the thread that enters it, or has no value, so "
              + describe()
              + " cannot lend it: enter it in the block");
    }
    return Pooled.make(manager, clock.nanoTime());
  }

  // ---- acquire without a thread

  /**
   * Borrows a resource without a thread that waits. It is found or made on a thread of the library
   * then, which is cancelled with the run of the {@link Runner} that called this.
   *
   * @return completes with the lease, for a block or to be closed, on that thread; or with what
   *     {@link LeaseRequest#open} would throw. If it is done before by {@code cancel}, {@code
   *     orTimeout} or the like, the turn is the next one's, and a lease that comes goes back
   */
  public CompletableFuture<Lease<T, X>> acquireAsync() {
    return new AsyncLease<>(this).start();
  }

  // ---- give back

  /** Takes back what was lent, or closes it; tells whether its exit suppresses a failure. */
  boolean takeBack(Object borrower, Pooled<T> resource, Outcome use, boolean discarded)
      throws X, InterruptedException {
    try {
      if (discarded || configuration.isBroken(use)) {
        return resource.<X>exit(use);
      }
      return !keep(resource) && resource.<X>exit(Outcome.succeeded());
    } finally {
      end(borrower, true);
    }
  }

  private boolean keep(Pooled<T> resource) {
    int total = limiter.total();
    Pooled<T> tooMany = null;
    resource.idleSince = clock.nanoTime();
    if (configuration.isExpired(resource, resource.idleSince)) {
      return false;
    }
    synchronized (closer) {
      if (state != State.OPEN) {
        return false;
      }
      idle.addLast(resource);
      if (idle.size() > total) {
        tooMany = idle.pollFirst();
      }
    }
    if (tooMany != null) {
      tooMany.closeOrLog();
    }
    return true;
  }

  /** Gives a token back; a resource that came with it is idle by now, so that the next finds it. */
  private void end(Object borrower, boolean begun) {
    limiter.releaseOnBehalfOf(borrower);
    if (!begun) {
      return;
    }
    WaitQueue.Node last = null;
    synchronized (closer) {
      lent--;
      if (lent == 0) {
        last = closer.grantFirst();
      }
    }
    if (last != null) {
      last.wake();
    }
  }

  // ---- the pool's own life

  /**
   * Opens the pool. No resource is made yet.
   *
   * @return this pool
   * @throws IllegalStateException if it was opened or closed before
   */
  @Override
  public ResourcePool<T, X> enter() {
    synchronized (closer) {
      if (state != State.NEW) {
        throw new IllegalStateException(
            describe() + " was opened or closed before: make another pool for the second block");
      }
      state = State.OPEN;
      clock = ThreadContext.inherited().clock();
    }
    return this;
  }

  /**
   * Closes the pool, as its exit does, shielded as {@link AsyncExit#shielded} says. A second close
   * does nothing, and does not wait for the first.
   *
   * @throws X if a resource cannot be closed
   */
  @Override
  public void close() throws X {
    Exits.<X>closeByHand(this);
  }

  /**
   * Closes the pool. A second exit does nothing.
   *
   * @throws X if a resource cannot be closed
   * @throws InterruptedException if the thread is interrupted while it waits for what is lent
   */
  @Override
  public boolean exit(Outcome outcome) throws X, InterruptedException {
    List<Runnable> waits;
    List<Pooled<T>> toClose;
    synchronized (closer) {
      if (state != State.OPEN) {
        state = state == State.NEW ? State.CLOSED : state;
        return false;
      }
      state = State.CLOSING;
      waits = List.copyOf(waiting);
      toClose = new ArrayList<>(idle).reversed();
      idle.clear();
    }
    waits.forEach(Runnable::run);
    Throwable failure = null;
    for (Pooled<T> resource : toClose) {
      failure = both(failure, resource.close());
    }
    try {
      awaitLent();
    } catch (InterruptedException e) {
      failure = both(failure, e);
    }
    if (failure != null) {
      throw Exits.<X>sneaky(failure);
    }
    return false;
  }

  private static @Nullable Throwable both(@Nullable Throwable first, @Nullable Throwable second) {
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    return ExitFailures.combine(first, second);
  }

  private void awaitLent() throws InterruptedException {
    var node = new WaitQueue.Node();
    boolean waits;
    synchronized (closer) {
      waits = lent > 0;
      if (waits) {
        closer.add(node);
      }
    }
    try {
      if (waits) {
        Waits.await(node, "closing", this);
      }
    } finally {
      synchronized (closer) {
        boolean _ = closer.remove(node);
        state = State.CLOSED;
      }
    }
  }

  /** The pool with its resources, and how many wait for one. */
  @Override
  public String describe() {
    synchronized (closer) {
      String name = configuration.name() == null ? Names.ofObject(this) : configuration.name();
      return name
          + ("[" + state.name().toLowerCase(Locale.ROOT) + ", " + idle.size() + " idle, ")
          + (lent + " lent, " + Names.count(waiting.size(), "waiter"))
          + (", at most " + limiter.total() + "]");
    }
  }

  @Override
  public String toString() {
    return describe();
  }
}
