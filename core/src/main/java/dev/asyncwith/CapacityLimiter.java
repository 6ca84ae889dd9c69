package dev.asyncwith;

import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many do something at the same time, knows who they are, and can be made wider and
 * narrower while it is in use: the {@code CapacityLimiter} of anyio and trio.
 *
 * {@snippet :
 * var limiter = CapacityLimiter.of(10);
 * with(limiter).run(() -> download(uri));
 * limiter.setTotal(20);
 * }
 *
 * <p>Who borrows is the calling thread, or an object that is named, by identity. A borrower has one
 * token at most: one that asks again while it has one, or waits for one, would wait for itself, and
 * is refused at once. Only who has a token gives one back. A block gives back the token of its own
 * thread, also where its exit runs on another one ({@link BoundedManager#detached}, an exit stack).
 *
 * <p>Tokens are handed out in the order in which they were asked for, and no newcomer overtakes. An
 * acquire that throws has had no effect. Actions before a release happen-before actions after the
 * acquire that gets the token.
 *
 * <p>Safe for use by several threads.
 *
 * @see <a href="https://trio.readthedocs.io/en/stable/reference-core.html#trio.CapacityLimiter">
 *     trio, CapacityLimiter</a>
 */
public final class CapacityLimiter implements AsyncGuard<RuntimeException> {
  private enum Borrowing {
    WAITS,
    HAS,
    HAS_IN_BLOCK
  }

  private final Permits permits;

  /** Its own monitor guards it and the total; in it, that of the permits may be taken. */
  private final IdentityHashMap<Object, Borrowing> borrowers = new IdentityHashMap<>();

  private int total;

  private CapacityLimiter(int total) {
    this.total = total;
    permits = new Permits(this, total, Integer.MAX_VALUE);
  }

  /**
   * Makes a limiter.
   *
   * @param total how many may have a token at the same time
   * @return the limiter
   * @throws IllegalArgumentException if that is zero or negative
   */
  public static CapacityLimiter of(int total) {
    return new CapacityLimiter(requirePositive(total));
  }

  private static int requirePositive(int total) {
    if (total <= 0) {
      throw new IllegalArgumentException(
          "a limiter cannot have " + Names.count(total, "token") + ": give it 1 or more");
    }
    return total;
  }

  // ---- acquire

  /**
   * Acquires a token for the calling thread, waiting for its turn.
   *
   * @throws IllegalStateException if the thread has a token
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call; no token is acquired then
   */
  public void acquire() throws InterruptedException {
    acquire(Thread.currentThread(), Borrowing.HAS);
  }

  /**
   * Acquires a token for an object, waiting for its turn on the calling thread.
   *
   * @param borrower who has the token then, by identity
   * @throws IllegalStateException if the borrower has a token or waits for one
   * @throws InterruptedException as {@link #acquire} does; no token is acquired then
   */
  public void acquireOnBehalfOf(Object borrower) throws InterruptedException {
    acquire(borrower, Borrowing.HAS);
  }

  private void acquire(Object borrower, Borrowing as) throws InterruptedException {
    var _ =
        borrow(
            borrower,
            as,
            () -> {
              permits.acquire();
              return true;
            });
  }

  /**
   * Acquires a token for the calling thread if one is free and nobody waits for it; does not wait,
   * and is no checkpoint.
   *
   * @return whether a token was acquired
   * @throws IllegalStateException if the thread has a token
   */
  public boolean tryAcquire() {
    return tryAcquire(Thread.currentThread());
  }

  boolean tryAcquire(Object borrower) {
    Borrowing before;
    boolean acquired = false;
    synchronized (borrowers) {
      before = borrowers.get(borrower);
      if (before == null && permits.tryAcquire()) {
        borrowers.put(borrower, Borrowing.HAS);
        acquired = true;
      }
    }
    requireNew(borrower, before);
    return acquired;
  }

  /**
   * Acquires a token for the calling thread if its turn comes within a time.
   *
   * @param timeout how long to wait at most, by the clock of the thread; not negative
   * @return whether a token was acquired
   * @throws IllegalStateException if the thread has a token
   * @throws InterruptedException as {@link #acquire} does; no token is acquired then
   */
  public boolean tryAcquire(Duration timeout) throws InterruptedException {
    return borrow(Thread.currentThread(), Borrowing.HAS, () -> permits.tryAcquire(timeout));
  }

  /** Acquires a token unless the claim is withdrawn, or a time is over if one is given. */
  boolean acquire(Object borrower, Permits.Claim claim, @Nullable Duration timeout)
      throws InterruptedException {
    return borrow(borrower, Borrowing.HAS, () -> permits.acquire(claim, timeout));
  }

  /** A wait for a permit; false if it ended without one. */
  private interface Wait {
    boolean forPermit() throws InterruptedException;
  }

  /** Counts who waits, and after that who has a token. */
  private boolean borrow(Object borrower, Borrowing as, Wait wait) throws InterruptedException {
    begin(borrower);
    boolean acquired = false;
    try {
      acquired = wait.forPermit();
    } finally {
      end(borrower, acquired ? as : null);
    }
    return acquired;
  }

  Permits.Claim claim() {
    return permits.new Claim();
  }

  /**
   * Acquires a token for an object without a thread that waits. Whoever gets it calls {@link
   * #releaseOnBehalfOf}.
   *
   * {@snippet :
   * limiter.acquireAsync(job)
   *     .thenCompose(_ -> job.start().whenComplete((r, e) -> limiter.releaseOnBehalfOf(job)));
   * }
   *
   * @param borrower who has the token then, by identity
   * @return completes when the token is acquired: at once, or later on a thread of its own. If it
   *     is done before by {@code cancel}, {@code orTimeout} or the like, the token goes to the next
   * @throws IllegalStateException if the borrower has a token or waits for one
   */
  public CompletableFuture<@Nullable Void> acquireAsync(Object borrower) {
    begin(borrower);
    var given = new CompletableFuture<@Nullable Void>();
    CompletableFuture<@Nullable Void> permit = permits.acquireAsync();
    var _ =
        permit.whenComplete(
            (_, gaveUp) -> {
              end(borrower, gaveUp == null ? Borrowing.HAS : null);
              if (gaveUp == null && !given.complete(null)) {
                releaseOnBehalfOf(borrower);
              }
            });
    var _ = given.whenComplete((_, _) -> permit.cancel(false));
    return given;
  }

  private void begin(Object borrower) {
    Objects.requireNonNull(borrower, "the borrower is null: give the object that is to be counted");
    Borrowing before;
    synchronized (borrowers) {
      before = borrowers.putIfAbsent(borrower, Borrowing.WAITS);
    }
    requireNew(borrower, before);
  }

  private void end(Object borrower, @Nullable Borrowing now) {
    synchronized (borrowers) {
      if (now == null) {
        borrowers.remove(borrower);
      } else {
        borrowers.put(borrower, now);
      }
    }
  }

  private void requireNew(Object borrower, @Nullable Borrowing before) {
    if (before != null) {
      throw new IllegalStateException(
          "%s %s token of %s already, so a second one would wait for itself: give back the first,"
                  .formatted(
                      borrower, before == Borrowing.WAITS ? "waits for a" : "has a", describe())
              + " or name another borrower by acquireOnBehalfOf");
    }
  }

  // ---- release

  /**
   * Gives back the token of the calling thread: who has waited longest has it then.
   *
   * @throws IllegalStateException if the thread has none; nothing changes
   */
  public void release() {
    releaseOnBehalfOf(Thread.currentThread());
  }

  /**
   * Gives back the token of an object; any thread may.
   *
   * @param borrower who has the token, by identity
   * @throws IllegalStateException if it has none, or its block has; nothing changes
   */
  public void releaseOnBehalfOf(Object borrower) {
    Objects.requireNonNull(borrower, "the borrower is null: give the one that has the token");
    release(borrower, Borrowing.HAS);
  }

  private void release(Object borrower, Borrowing as) {
    Borrowing before;
    synchronized (borrowers) {
      before = borrowers.get(borrower);
      if (before == as) {
        borrowers.remove(borrower);
      }
    }
    if (before != as) {
      throw new IllegalStateException(
          borrower
              + " gives back a token of "
              + describe()
              + (before == Borrowing.HAS_IN_BLOCK
                  ? " that is its block's: the end of the block gives it back"
                  : " but has none: release once for each acquire, on behalf of who acquired"));
    }
    boolean _ = permits.release();
  }

  // ---- the total, and what is borrowed

  /**
   * How many may have a token at the same time.
   *
   * @return the number
   */
  public int total() {
    synchronized (borrowers) {
      return total;
    }
  }

  /**
   * Changes how many may have a token at the same time. More tokens go to those that wait, in their
   * order. If there are fewer than are borrowed nobody loses one: those that are given back vanish
   * until the number fits.
   *
   * @param newTotal the number
   * @throws IllegalArgumentException if it is zero or negative; nothing changes
   */
  public void setTotal(int newTotal) {
    int checked = requirePositive(newTotal);
    synchronized (borrowers) {
      int more = checked - total;
      total = checked;
      if (more > 0) {
        permits.add(more);
      } else {
        permits.remove(-more);
      }
    }
  }

  /**
   * How many tokens are borrowed, which may be more than the total after that was made smaller.
   *
   * @return the number, which may change at any moment
   */
  public int borrowed() {
    synchronized (borrowers) {
      return total - permits.balance();
    }
  }

  /**
   * How many tokens are free, which nobody waits for.
   *
   * @return the number, which may change at any moment
   */
  public int available() {
    return permits.free();
  }

  /**
   * How many threads and futures wait for a token.
   *
   * @return the number, which may change at any moment
   */
  public int waiting() {
    return permits.waiting();
  }

  // ---- blocks

  /**
   * Acquires a token for the calling thread, as {@link #acquire} does.
   *
   * @throws IllegalStateException if the thread has a token
   */
  @Override
  public @Nullable Void enter() throws InterruptedException {
    acquire(Thread.currentThread(), Borrowing.HAS_IN_BLOCK);
    return null;
  }

  /**
   * Gives back the token that the block's enter acquired: that of the calling thread; on a thread
   * that is in no block, that of the only block there is.
   *
   * @throws IllegalStateException if there is no block, or several and none of this thread; nothing
   *     changes then
   */
  @Override
  public boolean exit(Outcome outcome) {
    release(inBlock(), Borrowing.HAS_IN_BLOCK);
    return false;
  }

  private Object inBlock() {
    Thread self = Thread.currentThread();
    synchronized (borrowers) {
      if (borrowers.get(self) == Borrowing.HAS_IN_BLOCK) {
        return self;
      }
      Object only = self; // which gives back what it has not, if there is no block
      int blocks = 0;
      for (Map.Entry<Object, Borrowing> entry : borrowers.entrySet()) {
        if (entry.getValue() == Borrowing.HAS_IN_BLOCK) {
          only = entry.getKey();
          blocks++;
        }
      }
      if (blocks > 1) {
        throw new IllegalStateException(
            "%s is exited by %s, which is not one of the %d that entered it: exit it there, or by"
                    .formatted(describe(), self, blocks)
                + " exitWithin(..).detached() or an AsyncExitStack, which know who entered");
      }
      return only;
    }
  }

  /**
   * The exit of a manager that the calling thread has entered, for another thread to run: that of a
   * limiter gives back the token of this thread, wherever it runs.
   */
  @SuppressWarnings("unchecked") // an exit that throws nothing is one of any exception
  static <X extends Throwable> AsyncExit<X> boundToThread(AsyncExit<X> exit) {
    return switch (exit) {
      case CapacityLimiter limiter ->
          (AsyncExit<X>) (AsyncExit<?>) new OfBorrower(limiter, Thread.currentThread());
      case BoundedManagers.OfAny<?, ?> bounded when bounded.target instanceof CapacityLimiter ->
          new BoundedExit<>(bounded.budget, boundToThread((AsyncExit<X>) bounded.target));
      default -> exit;
    };
  }

  private record OfBorrower(CapacityLimiter limiter, Thread borrower)
      implements AsyncExit<RuntimeException> {
    @Override
    public boolean exit(Outcome outcome) {
      limiter.release(borrower, Borrowing.HAS_IN_BLOCK);
      return false;
    }

    @Override
    public String describe() {
      return limiter.describe();
    }
  }

  private record BoundedExit<X extends Throwable>(ExitBudget budget, AsyncExit<X> exit)
      implements AsyncExit<X> {
    @Override
    public boolean exit(Outcome outcome) throws X, InterruptedException {
      return budget.exit(exit, outcome);
    }

    @Override
    public String describe() {
      return exit.describe();
    }
  }

  /** The limiter with how many tokens are borrowed, and how many wait for one. */
  @Override
  public String describe() {
    return "%s[%d of %d borrowed, %s]"
        .formatted(Names.ofObject(this), borrowed(), total(), Names.count(waiting(), "waiter"));
  }

  @Override
  public String toString() {
    return describe();
  }
}
