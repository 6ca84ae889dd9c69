package dev.asyncwith;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The cancel scopes of one thread, and how it is told of their cancellation.
 *
 * <p>A canceller marks the scope, and then wakes the thread as its state says. The state is one
 * word of (version, mask, cooperative, state), changed by compare-and-set:
 *
 * <pre>
 * state        a set interrupt flag is   the thread
 * RUNNING      foreign                   was sent nothing by us
 * PARKED       foreign                   waits in a call of the library, which looks at the marks
 * CANCELLING   unknown                   is being interrupted by a sender, which alone ends this
 * DELIVERED    ours, but foreign if an InterruptedException is on its way out: that was ours
 * SEEN         foreign, but ours if      has had our interrupt, or an exception of a library call
 *              such an exception comes wrapped: who wraps it sets the flag in its place
 * REDELIVERED  ours                      has had one of ours before the one that was sent last
 *
 * from         to           by
 * RUNNING      PARKED       owner: a wait begins                        SEEN likewise
 * PARKED       RUNNING      owner: a wait ends (or SEEN, where it was)
 * RUNNING      CANCELLING   sender: the flag is not set                 SEEN, (RE)DELIVERED likewise
 * CANCELLING   DELIVERED    sender: it was RUNNING before; else REDELIVERED
 * RUNNING      DELIVERED    owner: a shield ends that held a cancel back; else REDELIVERED
 * any of ours  SEEN         owner: a library call throws, or an exit finds the flag taken
 * any of ours  RUNNING      owner: the last scope in effect is left, or a shield begins
 * any          the same     sender that finds the flag set; owner that leaves or enters a shield
 * </pre>
 *
 * An owner that meets CANCELLING parks until the sender is done. Every leave, shield and answer to
 * a cancel bumps the version: a sender reads the word, then whether the scope was left, then
 * compares and sets, so it cannot interrupt for a scope that was left meanwhile.
 *
 * <p>The mask is the depth of the scopes that do not reach the thread now: all those that were
 * there when the innermost exit or shielded scope began. It is a depth and not a counter, so scopes
 * that are opened inside an exit work.
 */
final class ThreadContext {
  static final int RUNNING = 0;
  static final int PARKED = 1;
  static final int CANCELLING = 2;
  static final int DELIVERED = 3;
  static final int SEEN = 4;
  static final int REDELIVERED = 5;

  private static final int STATE_BITS = 3;
  private static final long COOPERATIVE = 1L << STATE_BITS;
  private static final int MASK_SHIFT = STATE_BITS + 1;
  private static final int MASK_BITS = 20;
  private static final int VERSION_SHIFT = MASK_SHIFT + MASK_BITS;
  private static final int MAX_DEPTH = (1 << MASK_BITS) - 1;

  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(ThreadContext.class, "word", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * Whether any thread ever had a scope. Plain: the thread that needs to see it has set it, or was
   * started after it was set.
   */
  private static boolean used;

  private static final ThreadLocal<@Nullable ThreadContext> CURRENT = new ThreadLocal<>();

  private final Thread thread;
  private final Platform platform;
  private final Inherited inherited;
  private final Object sending = new Object();
  private volatile long word;

  // The owner's own.
  private @Nullable CancelScope innermost;
  private int exitMask;
  private int metSenders;

  ThreadContext(Thread thread, Platform platform, Inherited inherited) {
    this.thread = thread;
    this.platform = platform;
    this.inherited = inherited;
  }

  /** Makes that of the calling thread, which the library has just started. */
  static ThreadContext begin(Inherited inherited) {
    used = true;
    var context = new ThreadContext(Thread.currentThread(), Platform.JVM, inherited);
    CURRENT.set(context);
    return context;
  }

  /** The thread is done; a thread of somebody's pool may do something else next. */
  void end() {
    CURRENT.remove();
  }

  /** The calling thread's, which is made if there is none. */
  static ThreadContext current() {
    ThreadContext context = used ? CURRENT.get() : null;
    return context == null ? begin(Inherited.DEFAULT) : context;
  }

  /** Whether any thread ever had a scope that the calling thread may meet. */
  static boolean wasUsed() {
    return used;
  }

  /** The calling thread's, or null if no scope is active on it. */
  static @Nullable ThreadContext inScope() {
    if (!used) {
      return null;
    }
    ThreadContext context = CURRENT.get();
    return context == null || context.innermost == null ? null : context;
  }

  Thread thread() {
    return thread;
  }

  @Nullable CancelScope innermost() {
    return innermost;
  }

  /** How often the thread had to wait for a sender. */
  int metSenders() {
    return metSenders;
  }

  /** What the threads that the calling thread starts inherit. */
  static Inherited inherited() {
    ThreadContext context = used ? CURRENT.get() : null;
    return context == null ? Inherited.DEFAULT : context.inherited;
  }

  AsyncClock clock() {
    return inherited.clock();
  }

  /**
   * Whether a scope in effect has interrupted the thread, or a call of the library threw for it.
   */
  boolean hasToldOfCancel() {
    int mask = mask();
    for (CancelScope scope = innermost;
        scope != null && scope.depth() > mask;
        scope = scope.parent()) {
      if (scope.isCancelled() && scope.isTold()) {
        return true;
      }
    }
    return false;
  }

  // ---- what the word holds

  static int state(long word) {
    return (int) word & ((1 << STATE_BITS) - 1);
  }

  static int mask(long word) {
    return (int) (word >>> MASK_SHIFT) & MAX_DEPTH;
  }

  private static boolean cooperative(long word) {
    return (word & COOPERATIVE) != 0;
  }

  /** The word that follows: the next version with this state, all else kept. */
  private static long next(long word, int state) {
    return (word & -(1L << STATE_BITS)) + (1L << VERSION_SHIFT) | state;
  }

  /** The word that follows, as the scopes and exits of the thread are now. */
  private long next(int state) {
    CancelScope scope = innermost;
    long mask = scope == null ? exitMask : Math.max(exitMask, scope.boundary());
    long region = scope != null && scope.isInCooperative() ? COOPERATIVE : 0;
    return ((word >>> VERSION_SHIFT) + 1) << VERSION_SHIFT | mask << MASK_SHIFT | region | state;
  }

  private boolean change(long from, long to) {
    return WORD.compareAndSet(this, from, to);
  }

  int state() {
    return state(word);
  }

  /** The depth up to which scopes do not reach the thread now. */
  int mask() {
    return mask(word);
  }

  // ---- cancellers

  /** Wakes the thread after {@code scope} was marked as cancelled. */
  void wake(CancelScope scope) {
    long seen = word;
    if (state(seen) == PARKED) {
      platform.unpark(thread);
    } else if (isReachable(scope, seen)) {
      platform.start(() -> send(scope));
    }
  }

  private static boolean isReachable(CancelScope scope, long word) {
    return !scope.isLeft() && scope.depth() > mask(word) && !cooperative(word);
  }

  /** Interrupts the thread; not on a caller's thread, for {@link Thread#interrupt} can block. */
  void send(CancelScope scope) {
    synchronized (sending) {
      long seen;
      do {
        seen = word;
        if (!isReachable(scope, seen) || scope.isTold()) {
          return;
        }
        if (state(seen) == PARKED) {
          platform.unpark(thread);
          return;
        }
        if (platform.isInterrupted(thread) && tellByTheFlag(scope, seen)) {
          return;
        }
      } while (platform.isInterrupted(thread) || !change(seen, next(seen, CANCELLING)));
      scope.tell();
      platform.interrupt(thread);
      word = next(word, state(seen) == RUNNING ? DELIVERED : REDELIVERED);
    }
    platform.unpark(thread);
  }

  /** The flag is set already: true if it still is after the thread could know of the cancel. */
  private boolean tellByTheFlag(CancelScope scope, long seen) {
    if (!change(seen, next(seen, state(seen))) || !platform.isInterrupted(thread)) {
      return false;
    }
    tellBy(scope, state(seen));
    return true;
  }

  private static void tellBy(CancelScope scope, int state) {
    if (state == DELIVERED || state == REDELIVERED) {
      scope.tell(); // by an interrupt of ours
    } else {
      scope.tellByForeignInterrupt();
    }
  }

  // ---- the owner: scopes

  void push(CancelScope scope) {
    int depth = innermost == null ? 1 : innermost.depth() + 1;
    if (depth > MAX_DEPTH) {
      throw new IllegalStateException(
          scope.describe() + " would be the " + depth + "th scope of its thread: leave some first");
    }
    scope.place(this, innermost, depth, mask());
    innermost = scope;
    if (scope.isShielded()) {
      scope.saveState(beginShield(null));
    } else if (scope.isCooperative()) {
      keepState();
    }
  }

  private void keepState() {
    while (true) {
      long seen = settled();
      if (change(seen, next(state(seen)))) {
        return;
      }
    }
  }

  /**
   * Takes the innermost scope off. What is left of its interrupt is cleared.
   *
   * @param failure what the body threw, or null
   */
  void pop(CancelScope scope, @Nullable Throwable failure) {
    scope.leave();
    boolean inExit = mask() >= scope.depth();
    innermost = scope.parent();
    if (inExit) { // which began in its body, and gives back what it hid when it ends
      exitMask = Math.min(exitMask, scope.depth() - 1);
      keepState();
    } else {
      settle(scope.isShielded() ? scope.savedState() : -1, failure);
    }
    if (scope.isShielded() || scope.isCooperative()) {
      rearm();
    }
  }

  /** The state after a scope was left; {@code saved} is that of before its shield, or -1. */
  private void settle(int saved, @Nullable Throwable failure) {
    boolean cleared = false;
    while (true) {
      long seen = settled();
      int state = state(seen);
      boolean outer = effective(mask(next(state))) != null;
      if ((!outer || saved >= 0) && isOurs(state, failure)) {
        cleared |= platform.clearInterrupt();
      } else if (cleared) {
        platform.interrupt(thread); // an outer scope has told of its cancel by the same flag
        cleared = false;
      }
      if (change(seen, next(!outer ? RUNNING : saved >= 0 ? saved : state))) {
        return;
      }
    }
  }

  /**
   * Whether a set flag is ours. Only an InterruptedException consumes it (C6); who wraps that of a
   * library call, which left no flag, sets one in its place.
   */
  private static boolean isOurs(int state, @Nullable Throwable failure) {
    if (failure instanceof InterruptedException) {
      return state == REDELIVERED;
    }
    return state == REDELIVERED
        || state == DELIVERED
        || (state == SEEN && failure != null && Cancellations.isWithin(failure));
  }

  /** The outermost scope that is cancelled and not masked, or null. */
  @Nullable CancelScope effective(int mask) {
    CancelScope found = null;
    for (CancelScope scope = innermost;
        scope != null && scope.depth() > mask;
        scope = scope.parent()) {
      if (scope.isCancelled()) {
        found = scope;
      }
    }
    return found;
  }

  /** Sends this thread the interrupt of scopes in effect that it has not been told of. */
  void rearm() {
    while (true) {
      long seen = settled();
      if (cooperative(seen) || !hasUntold(mask(seen))) {
        return;
      }
      int state = state(seen);
      boolean flag = platform.isInterrupted(thread);
      int told = flag ? state : state == RUNNING ? DELIVERED : REDELIVERED;
      if (change(seen, next(seen, told))) {
        if (!flag) {
          platform.interrupt(thread);
        }
        tellAll(mask(seen), told);
        return;
      }
    }
  }

  private boolean hasUntold(int mask) {
    for (CancelScope scope = innermost;
        scope != null && scope.depth() > mask;
        scope = scope.parent()) {
      if (scope.isCancelled() && scope.isUntold()) {
        return true;
      }
    }
    return false;
  }

  private void tellAll(int mask, int state) {
    for (CancelScope scope = innermost;
        scope != null && scope.depth() > mask;
        scope = scope.parent()) {
      if (scope.isCancelled()) {
        tellBy(scope, state);
      }
    }
  }

  // ---- the owner: exits

  /** Begins an exit, which the scopes of now do not reach; returns what {@link #endExit} needs. */
  long beginExit(@Nullable Throwable failure) {
    int before = exitMask;
    exitMask = innermost == null ? 0 : innermost.depth();
    int state = beginShield(failure);
    return (long) before << 32 | state;
  }

  /**
   * Begins a shield: an interrupt of ours that the thread has not seen is hidden, to be sent again.
   *
   * @return the state to go back to
   */
  private int beginShield(@Nullable Throwable failure) {
    boolean cleared = false;
    while (true) {
      long seen = settled();
      int state = state(seen);
      boolean flag = cleared || platform.isInterrupted(thread);
      boolean ours = flag && isOurs(state, failure);
      if (ours) {
        cleared |= platform.clearInterrupt();
      }
      if (change(seen, next(RUNNING))) {
        if (ours) {
          hideAll(mask(seen));
        }
        return state == RUNNING || (state == DELIVERED && ours) ? RUNNING : SEEN;
      }
    }
  }

  private void hideAll(int mask) {
    for (CancelScope scope = innermost;
        scope != null && scope.depth() > mask;
        scope = scope.parent()) {
      if (scope.isCancelled()) {
        scope.hide();
      }
    }
  }

  void endExit(long begun) {
    exitMask = Math.min((int) (begun >>> 32), innermost == null ? 0 : innermost.depth());
    while (true) {
      long seen = settled();
      int state = state(seen) == SEEN ? SEEN : (int) begun; // SEEN: by a wait that is body
      boolean effective = effective(mask(next(state))) != null;
      if (change(seen, next(effective ? state : RUNNING))) {
        break;
      }
    }
    rearm();
  }

  /** What was an interrupt of ours is not to be seen by the caller, who swallows it: set again. */
  void giveBack() {
    while (true) {
      long seen = settled();
      int state = state(seen);
      CancelScope scope = effective(mask(seen));
      boolean ours = scope != null && scope.isTold() && !platform.isInterrupted(thread);
      if (change(seen, next(seen, ours ? REDELIVERED : state))) {
        platform.interrupt(thread);
        return;
      }
    }
  }

  // ---- the owner: waits

  /**
   * Throws if the thread was interrupted, or a scope is in effect for it: at every call (C2).
   *
   * @param mask the depth up to which scopes do not count
   */
  void check(int mask, String doing, Object what) throws InterruptedException {
    boolean flag = false;
    while (true) {
      long seen = settled();
      flag |= platform.isInterrupted(thread) && platform.clearInterrupt();
      CancelScope scope = effective(mask);
      if (!flag && scope == null) {
        return;
      }
      int state = state(seen);
      boolean foreign = flag && (state == RUNNING || state == SEEN);
      if (scope != null && !foreign) {
        tellAll(mask, DELIVERED);
      }
      if (change(seen, next(seen, foreign || scope == null ? state : SEEN))) {
        throw new InterruptedException(
            foreign || scope == null
                ? Waits.interrupted(doing, what)
                : scope.cancelledWhile(doing, what));
      }
    }
  }

  /** Waits; throws, as {@link #check} does, if it must before the waiter is ready. */
  void await(Waiter waiter, int mask, String doing, Object what) throws InterruptedException {
    while (!waiter.ready()) {
      check(mask, doing, what);
      long seen = word;
      int state = state(seen);
      if ((state == RUNNING || state == SEEN) && change(seen, next(seen, PARKED))) {
        if (!waiter.ready() && effective(mask) == null && !platform.isInterrupted(thread)) {
          platform.park(what);
        }
        word = next(word, state); // nobody else changes it while it is PARKED
      }
    }
  }

  /** The word, once no sender is at work; parks, for the sender may take long (C4). */
  private long settled() {
    long seen = word;
    if (state(seen) != CANCELLING) {
      return seen;
    }
    metSenders++;
    boolean flag = false;
    while (state(seen) == CANCELLING) {
      platform.park(this);
      flag |= platform.clearInterrupt(); // with it set a park returns at once
      seen = word;
    }
    if (flag) {
      platform.interrupt(thread);
    }
    return seen;
  }
}
