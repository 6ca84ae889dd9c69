package dev.asyncwith;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.function.BooleanSupplier;
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
 * ATTENDING    known to the thread       is in the library, and looks at the marks before it goes on
 * CANCELLING   unknown                   is being told by a sender, which alone ends this
 * DELIVERED    ours, but foreign if an InterruptedException is on its way out: that was ours
 * SEEN         foreign, but ours if      has had our interrupt, or an exception of a library call
 *              such an exception comes wrapped: who wraps it sets the flag in its place
 * REDELIVERED  ours                      has had one of ours before the one that was sent last
 *
 * from          to           by
 * all but       ATTENDING    owner: a wait begins, or something that clears or sets the flag
 *   CANCELLING
 * ATTENDING     as it was    owner: a wait ends, a leave with a cancel around it, a flag that was set
 *                            when the thread was to be told
 * ATTENDING     SEEN         owner: a call throws for a cancel; a scope eats an InterruptedException
 *                            while one around it is cancelled; an InterruptedException is given back
 *                            to a flag that is set
 * ATTENDING     RUNNING      owner: the last scope in effect is left; a shield or an exit begins
 * ATTENDING     DELIVERED    owner: tells itself, if it was RUNNING; else REDELIVERED
 * ATTENDING     REDELIVERED  owner: gives an InterruptedException of ours back
 * RUNNING       RUNNING      owner: a leave that nothing was sent to; a shield or an exit begins
 * RUNNING, SEEN as it was    owner: an exit ends, to what it was when that began
 *   (RE)DELIVERED            owner: the same; what was sent in an exit for a scope that is still open
 *                            stays ours, REDELIVERED if one was seen before
 * all but the   CANCELLING   sender
 *   two in it
 * CANCELLING    as it was    sender: the flag is set, which tells as well
 * CANCELLING    DELIVERED    sender: it was RUNNING; else REDELIVERED
 * </pre>
 *
 * An owner that meets CANCELLING parks until the sender is done. A sender that meets ATTENDING
 * unparks the thread and goes: the owner tells itself of what was marked meanwhile ({@link #rearm})
 * before it goes on. So the one who clears or sets the flag for the library, or tells a scope, is
 * alone in that, and knows what a set flag is. Every change bumps the version: a sender reads the
 * word, then whether the scope was left, then compares and sets, so it cannot interrupt for a scope
 * that was left meanwhile. ThreadContextTest names the cells.
 *
 * <p>The mask is the depth of the scopes that do not reach the thread now: all those that were
 * there when the innermost exit or shielded scope began. It is a depth and not a counter, so scopes
 * that are opened inside an exit work.
 */
final class ThreadContext {
  static final int RUNNING = 0;
  static final int ATTENDING = 1;
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
  private @Nullable ExitWatch exitWatch;

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

  /** The calling thread's, or null if its waits need none: no scope is active, nobody counts. */
  static @Nullable ThreadContext ofWaits() {
    ThreadContext context = used ? CURRENT.get() : null;
    boolean needed =
        context != null && (context.innermost != null || context.inherited.activity() != null);
    return needed ? context : null;
  }

  /** The calling thread's, or null if there is nothing to shield its exits from, and no budget. */
  static @Nullable ThreadContext forExit() {
    if (!used) {
      return null;
    }
    ThreadContext context = CURRENT.get();
    return context == null || (context.innermost == null && context.exitBudget() == null)
        ? null
        : context;
  }

  Thread thread() {
    return thread;
  }

  Inherited handsDown() {
    return inherited;
  }

  /** How long an exit may take that has no budget of its own; null without limit. */
  @Nullable Duration exitBudget() {
    return inherited.exitBudget();
  }

  /** The innermost bounded exit that runs on the thread, or null. */
  @Nullable ExitWatch exitWatch() {
    return exitWatch;
  }

  void exitWatch(@Nullable ExitWatch watch) {
    exitWatch = watch;
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
    return hasToldOfCancel(mask());
  }

  private boolean hasToldOfCancel(int mask) {
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
    if (state(seen) == ATTENDING) {
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
      boolean flag;
      do {
        seen = word;
        if (!isReachable(scope, seen) || !scope.isUntold()) {
          return;
        }
        if (state(seen) == ATTENDING) {
          platform.unpark(thread);
          return;
        }
        flag = platform.isInterrupted(thread);
      } while (!change(seen, next(seen, CANCELLING)));
      int state = flag ? state(seen) : afterOurs(state(seen));
      tellBy(scope, state);
      try {
        if (!flag) {
          platform.interrupt(thread);
        }
      } finally { // a channel whose close throws must not leave the thread waiting
        word = next(word, state);
        platform.unpark(thread);
      }
    }
  }

  private static int afterOurs(int state) {
    return state == RUNNING ? DELIVERED : REDELIVERED;
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
    if (scope.isShielded() || scope.isCooperative()) {
      scope.saveState(beginShield(null));
    }
  }

  /**
   * Takes the innermost scope off. What is left of its interrupt is cleared.
   *
   * @param failure what the body threw, or null
   * @return whether the scope ends the failure
   */
  boolean pop(CancelScope scope, @Nullable Throwable failure) {
    scope.leave();
    remove(scope);
    boolean saves = scope.isShielded() || scope.isCooperative();
    boolean inExit = mask() >= scope.depth();
    long seen = word;
    if (state(seen) == RUNNING
        && !(saves || inExit || scope.isCancelled())
        && change(seen, next(RUNNING))) {
      return false;
    }
    int state = state(take()); // from here on nobody tells the scope
    boolean caught = failure != null && scope.ends(failure);
    if (inExit) { // which began in its body, and gives back what it hid when it ends
      exitMask = Math.min(exitMask, scope.depth() - 1);
      word = next(scope.isShielded() && scope.savedState() == SEEN ? SEEN : state);
    } else {
      word = next(settle(scope, saves, state, caught, failure));
    }
    rearm();
    return caught;
  }

  /** Takes a scope off; the one inside it, if there is one, is that of an exit. */
  private void remove(CancelScope scope) {
    CancelScope inner = innermost;
    if (inner == scope) {
      innermost = scope.parent();
      return;
    }
    while (inner != null && inner.parent() != scope) {
      inner = inner.parent();
    }
    if (inner != null) {
      inner.parentLeft(scope.parent()); // its depth may stay: depths grow, and may skip
    }
  }

  /** The state after a scope was left; clears what is left of its interrupt. */
  private int settle(
      CancelScope scope, boolean saves, int state, boolean caught, @Nullable Throwable failure) {
    boolean outer = effective(mask(next(RUNNING))) != null;
    if ((!outer || saves) && isOurs(state, failure)) {
      boolean _ = platform.clearInterrupt();
    }
    if (!outer) {
      return RUNNING;
    }
    if (saves) {
      boolean seenInside = state == SEEN && !scope.isShielded();
      return seenInside ? SEEN : scope.savedState();
    }
    boolean consumed = caught && failure instanceof InterruptedException;
    return consumed && state == DELIVERED ? SEEN : state;
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
    while (!cooperative(word) && hasUntold(mask())) {
      long seen = take();
      int state = state(seen);
      if (!platform.isInterrupted(thread)) {
        platform.interrupt(thread);
        state = afterOurs(state);
      }
      tellAll(mask(seen), state);
      word = next(word, state);
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
    if (failure != null && hasToldOfCancel()) {
      carry(failure);
    }
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
    long seen = word;
    if (state(seen) == RUNNING && change(seen, next(RUNNING))) {
      return RUNNING;
    }
    seen = take();
    int state = state(seen);
    boolean hidden = isOurs(state, failure) && platform.clearInterrupt();
    if (hidden) {
      hideAll(mask(seen));
    }
    word = next(RUNNING);
    return state == RUNNING || (state == DELIVERED && hidden) ? RUNNING : SEEN;
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
    long seen;
    int state;
    do {
      seen = settled();
      state = stateAfterExit((int) begun, state(seen));
    } while (!change(seen, next(effective(mask(next(state))) == null ? RUNNING : state)));
    rearm();
  }

  /** Of those before an exit and at its end: then there may be a scope that was opened in it. */
  private static int stateAfterExit(int before, int atEnd) {
    if (atEnd == RUNNING) {
      return before;
    }
    return atEnd == DELIVERED && before == SEEN ? REDELIVERED : atEnd;
  }

  /** Notes that the scopes in effect are on their way out by this failure. */
  private void carry(Throwable failure) {
    int mask = mask();
    for (CancelScope scope = innermost;
        scope != null && scope.depth() > mask;
        scope = scope.parent()) {
      if (scope.isCancelled()) {
        scope.carry(failure);
      }
    }
  }

  /**
   * An exception that cleared the flag was swallowed: the flag is set again. If the exception was
   * that of scopes which an exit keeps out now, it is when that is over.
   */
  void giveBack(Throwable unseen) {
    boolean masked = false;
    for (CancelScope scope = innermost; scope != null; scope = scope.parent()) {
      if (scope.depth() <= mask() && scope.isCarriedBy(unseen)) {
        scope.hide();
        masked = true;
      }
    }
    if (masked) {
      return;
    }
    long seen = take();
    int state = state(seen);
    boolean flag = platform.isInterrupted(thread);
    boolean ours = !flag && hasToldOfCancel(mask(seen));
    if (ours && cooperative(seen)) {
      hideAll(mask(seen)); // until the region is left
    } else {
      platform.interrupt(thread);
    }
    if (ours && !cooperative(seen)) {
      state = REDELIVERED;
    } else if (flag && state == DELIVERED) {
      state = SEEN; // the exception was ours, so the flag is not
    }
    word = next(word, state);
    rearm();
  }

  // ---- the owner: waits

  /**
   * Throws if the thread was interrupted, or a scope is in effect for it: at every call (C2).
   *
   * @param mask the depth up to which scopes do not count
   */
  void check(int mask, String doing, Object what) throws InterruptedException {
    if (effective(mask) == null && !platform.isInterrupted(thread)) {
      return;
    }
    int state = state(take());
    boolean flag = platform.clearInterrupt();
    CancelScope scope = effective(mask);
    boolean ours = scope != null && !(flag && (state == RUNNING || state == SEEN));
    tellAll(mask, ours ? DELIVERED : state);
    word = next(word, ours ? SEEN : state);
    rearm();
    if (ours || flag) {
      throw new InterruptedException(
          ours && scope != null
              ? scope.cancelledWhile(doing, what)
              : Waits.interrupted(doing, what));
    }
  }

  /** Waits; throws, as {@link #check} does, if it must before the waiter is ready. */
  void await(Waiter waiter, int mask, String doing, Object what) throws InterruptedException {
    while (!waiter.ready()) {
      check(mask, doing, what);
      int state = state(take());
      try {
        park(waiter, mask, what);
      } finally {
        word = next(word, state);
      }
    }
    rearm(); // a canceller that found it waiting has only unparked it
  }

  /** Begins what only the owner may do: a sender goes when it meets it. Returns the word before. */
  private long take() {
    while (true) {
      long seen = settled();
      if (change(seen, next(seen, ATTENDING))) {
        return seen;
      }
    }
  }

  private void park(Waiter waiter, int mask, Object what) {
    Activity activity = inherited.activity();
    if (isWoken(waiter, mask)) {
      return;
    }
    if (activity == null) {
      platform.park(what);
      return;
    }
    BooleanSupplier woken = () -> isWoken(waiter, mask);
    try {
      activity.waiting(woken);
      if (!woken.getAsBoolean()) {
        platform.park(what);
      }
    } finally {
      activity.resumed(woken);
    }
  }

  /** Whether the thread is not to park, or to go on if it has; also asked by other threads. */
  private boolean isWoken(Waiter waiter, int mask) {
    return waiter.ready() || effective(mask) != null || platform.isInterrupted(thread);
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
