package dev.asyncwith;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A number of permits that are handed out in the order in which they were asked for: what locks,
 * semaphores and limiters are made of.
 *
 * <pre>
 * free       to         by
 * n &gt; 0      n - 1      acquire (compare-and-set)
 * n          n + 1      release (compare-and-set), up to {@code most}
 * n          n - k      {@link #remove} (compare-and-set)
 * n &lt;= 0     CONTENDED  who has to wait joins the queue (compare-and-set, in the monitor)
 * CONTENDED  CONTENDED  a release, with more waiters: the first of them has the permit
 * CONTENDED  -owed      a release to the last waiter, or the last waiter leaves (in the monitor)
 * </pre>
 *
 * <p>CONTENDED means that the queue is not empty; it changes in the queue's monitor only. So a
 * permit that is free is nobody's, and no newcomer takes one that a waiter was to have. Fewer than
 * none are free when permits were removed that are acquired: so many releases give nothing back.
 */
class Permits {
  private static final int CONTENDED = Integer.MIN_VALUE;
  private static final VarHandle FREE;

  static {
    try {
      FREE = MethodHandles.lookup().findVarHandle(Permits.class, "free", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final AsyncExit<?> owner;
  private final int most;
  private final WaitQueue waiters = new WaitQueue();
  private volatile int free;

  /** While CONTENDED, how many releases give nothing back; guarded by the queue's monitor. */
  private int owed;

  /**
   * Makes permits.
   *
   * @param owner the primitive, for messages
   * @param free how many there are at first
   * @param most how many there may be at the same time
   */
  Permits(AsyncExit<?> owner, int free, int most) {
    this.owner = owner;
    this.free = free;
    this.most = most;
  }

  int free() {
    return Math.max(free, 0);
  }

  /** How many are free, less those that were removed and are still acquired. */
  int balance() {
    synchronized (waiters) {
      int n = free;
      return n == CONTENDED ? -owed : n;
    }
  }

  int waiting() {
    return waiters.size();
  }

  /** The monitor in which {@link #join} and {@link #leave} are one step with what a caller does. */
  Object monitor() {
    return waiters;
  }

  // ---- acquire

  boolean tryAcquire() {
    int n = free;
    while (n > 0) {
      if (FREE.compareAndSet(this, n, n - 1)) {
        return true;
      }
      n = free;
    }
    return false;
  }

  void acquire() throws InterruptedException {
    Waits.check("acquiring", owner);
    if (tryAcquire()) {
      return;
    }
    var node = new WaitQueue.Node();
    if (join(node)) {
      await(node);
    }
  }

  /** Acquires a permit, undisturbed by interrupts, which are kept, and by scopes. */
  void acquireShielded() {
    var node = new WaitQueue.Node();
    if (join(node)) {
      Waits.awaitShielded(node, owner);
    }
  }

  /** Acquires a permit, waiting at most the given time by the clock of the thread. */
  boolean tryAcquire(Duration timeout) throws InterruptedException {
    Deadline.checked(timeout);
    Waits.check("acquiring", owner);
    if (tryAcquire()) {
      return true;
    }
    return !timeout.isZero() && acquire(new Claim(), timeout);
  }

  /**
   * Waits for a permit, for at most a time by the clock of the thread if one is given.
   *
   * @return false if the claim was withdrawn, also before the call, or the time is over
   */
  boolean acquire(Claim claim, @Nullable Duration timeout) throws InterruptedException {
    AsyncClock.Alarm alarm = null;
    if (timeout != null) { // before it joins: a clock that fails is to leave nothing in the queue
      AsyncClock clock = ThreadContext.inherited().clock();
      alarm = Nanos.alarm(clock, timeout, claim::withdraw);
    }
    try {
      if (!join(claim)) {
        return true;
      }
      if (claim.unwanted) {
        claim.withdraw();
      }
      await(claim);
    } finally {
      if (alarm != null) {
        alarm.cancel();
      }
    }
    return !claim.withdrawn;
  }

  /** A thread that waits until it has a permit, or somebody withdraws the claim. */
  final class Claim extends WaitQueue.Node {
    /** Set by who withdraws it, perhaps before it has joined. */
    private volatile boolean unwanted;

    /** Whether it left the queue by that; read by the thread that waits, after it was woken. */
    private boolean withdrawn;

    /** Ends the wait, unless it has ended. */
    void withdraw() {
      unwanted = true;
      synchronized (waiters) {
        if (!leave(this)) {
          return;
        }
        withdrawn = true;
        grant();
      }
      wake();
    }
  }

  private void await(WaitQueue.Node node) throws InterruptedException {
    FlightEvents.Span span = FlightEvents.beginWait();
    try {
      Waits.await(node, "acquiring", owner);
    } catch (InterruptedException e) {
      if (!leave(node) && !isWithdrawn(node)) {
        boolean _ = release(); // the next one must not wait in vain
      }
      throw e;
    } finally {
      if (span != null) {
        span.endWait(owner, node.ready() && !isWithdrawn(node));
      }
    }
  }

  private static boolean isWithdrawn(WaitQueue.Node node) {
    return node instanceof Claim claim && claim.withdrawn;
  }

  /**
   * Acquires a permit for somebody who does not wait on a thread. If the future is done by another
   * when the permit reaches it, the permit is passed on.
   */
  CompletableFuture<@Nullable Void> acquireAsync() {
    var future = new CompletableFuture<@Nullable Void>();
    if (tryAcquire()) {
      boolean _ = future.complete(null);
      return future;
    }
    var node = new OfFuture(future);
    if (join(node)) {
      var _ =
          future.whenComplete(
              (_, gaveUp) -> {
                if (gaveUp != null) {
                  boolean _ = leave(node); // if it was granted already, the node passes it on
                }
              });
    } else {
      boolean _ = future.complete(null);
    }
    return future;
  }

  /**
   * Completes its future on a thread of its own: what depends on the future must not run in the
   * middle of a release, in the scopes of who releases, nor as deep in the stack as there are
   * waiters that release at once.
   */
  private final class OfFuture extends WaitQueue.Node {
    private final CompletableFuture<@Nullable Void> future;
    private final Inherited inherited = ThreadContext.inherited();

    OfFuture(CompletableFuture<@Nullable Void> future) {
      super(null);
      this.future = future;
    }

    @Override
    void wake() {
      start(inherited.counted(this::complete));
    }

    private void complete() {
      if (!future.complete(null)) {
        release();
      }
    }
  }

  /** Starts a thread; a model checker has its own. */
  void start(Runnable action) {
    Thread.ofVirtual().name("asyncwith-permit").start(action);
  }

  /** Joins the queue; false, and the permit is the node's, if one is free. */
  boolean join(WaitQueue.Node node) {
    synchronized (waiters) {
      while (!tryAcquire()) {
        int n = free;
        if (n <= 0 && n != CONTENDED && FREE.compareAndSet(this, n, CONTENDED)) {
          owed = -n;
        }
        if (free == CONTENDED) {
          waiters.add(node);
          return true;
        }
      }
    }
    node.grant();
    return false;
  }

  /** Leaves the queue; false if a permit has reached the node, which has to release it then. */
  boolean leave(WaitQueue.Node node) {
    synchronized (waiters) {
      if (!waiters.remove(node)) {
        return false;
      }
      if (waiters.isEmpty()) {
        free = -owed;
      }
      return true;
    }
  }

  // ---- release

  /** Gives a permit to who has waited longest; false, and nothing happens, if all are free. */
  boolean release() {
    while (true) {
      int n = free;
      if (n == most) {
        return false;
      }
      if (n == CONTENDED ? give(1) > 0 : FREE.compareAndSet(this, n, n + 1)) {
        return true;
      }
    }
  }

  /** Adds permits: in the place of those that were removed, then to who has waited longest. */
  void add(int number) {
    int left = number;
    while (left > 0) {
      int n = free;
      if (n == CONTENDED) {
        left -= give(left);
      } else if (FREE.compareAndSet(this, n, n + left)) {
        return;
      }
    }
  }

  /** Pays with permits what is owed, or gives one to a waiter; returns how many that took. */
  private int give(int number) {
    WaitQueue.Node next = null;
    int paid;
    synchronized (waiters) {
      if (free != CONTENDED) {
        return 0;
      }
      paid = Math.min(owed, number);
      owed -= paid;
      if (paid == 0) {
        next = waiters.grantFirst();
      }
      if (waiters.isEmpty()) {
        free = -owed;
      }
    }
    if (next == null) {
      return paid;
    }
    next.wake();
    return 1;
  }

  /** Removes permits; those that are acquired vanish when they are released. */
  void remove(int number) {
    while (true) {
      int n = free;
      if (n != CONTENDED && FREE.compareAndSet(this, n, n - number)) {
        return;
      }
      synchronized (waiters) {
        if (free == CONTENDED) {
          owed += number;
          return;
        }
      }
    }
  }
}
