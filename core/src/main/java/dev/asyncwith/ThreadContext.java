package dev.asyncwith;

import static dev.asyncwith.StateWord.ATTENDING;
import static dev.asyncwith.StateWord.CANCELLING;
import static dev.asyncwith.StateWord.DELIVERED;
import static dev.asyncwith.StateWord.REDELIVERED;
import static dev.asyncwith.StateWord.RUNNING;
import static dev.asyncwith.StateWord.SEEN;
import static dev.asyncwith.StateWord.afterOurs;
import static dev.asyncwith.StateWord.cooperative;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The cancel scopes of one thread, and how it is told of their cancellation.
 *
 * <p>A canceller marks the scope, and then wakes the thread as its state says: see {@link
 * StateWord} for the states, and for who may change them.
 */
final class ThreadContext extends ScopeChain {
  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(ThreadContext.class, "word", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final ThreadLocal<@Nullable ThreadContext> CURRENT = new ThreadLocal<>();

  private final Thread thread;
  private final Platform platform;
  private final Inherited inherited;
  private volatile long word;

  // The owner's own.
  private int exitMask;
  private int metSenders;
  private @Nullable ExitWatch exitWatch;
  private @Nullable Task<?> task;
  private @Nullable ThreadTrack track;

  ThreadContext(Thread thread, Platform platform, Inherited inherited) {
    this.thread = thread;
    this.platform = platform;
    this.inherited = inherited;
  }

  /** Makes that of the calling thread, which the library has just started. */
  static ThreadContext begin(Inherited inherited) {
    var context = new ThreadContext(Thread.currentThread(), Platform.JVM, inherited);
    context.begin();
    return context;
  }

  /** Makes that of the calling thread, which a task has started. */
  static ThreadContext begin(Inherited inherited, Task<?> task) {
    ThreadContext context = begin(inherited);
    context.task = task;
    if (Tracking.isOn()) {
      ThreadTrack _ = context.track();
    }
    return context;
  }

  /** Makes it that of the calling thread. */
  void begin() {
    Latch.set();
    CURRENT.set(this);
  }

  /** What tracking knows of the thread; asked by others, who may see it late. */
  @Nullable ThreadTrack trackIfAny() {
    return track;
  }

  /** The thread is done; a thread of somebody's pool may do something else next. */
  void end() {
    CURRENT.remove();
    if (track != null) {
      OpenThings.remove(track);
    }
  }

  /** What the thread has open, which tracking knows from now on. */
  ThreadTrack track() {
    ThreadTrack mine = track;
    if (mine == null) {
      mine = new ThreadTrack(thread, inherited, task);
      track = mine;
      OpenThings.add(mine);
    }
    return mine;
  }

  /** The calling thread's, which is made if there is none. */
  static ThreadContext current() {
    ThreadContext context = Latch.isSet() ? CURRENT.get() : null;
    return context == null ? begin(Inherited.DEFAULT) : context;
  }

  /** The calling thread's, or null if no scope is active on it. */
  static @Nullable ThreadContext inScope() {
    if (!Latch.isSet()) {
      return null;
    }
    ThreadContext context = CURRENT.get();
    return context == null || context.hasNoScope() ? null : context;
  }

  /** The calling thread's, or null if its waits need none: no scope is active, nobody counts. */
  static @Nullable ThreadContext ofWaits() {
    ThreadContext context = Latch.isSet() ? CURRENT.get() : null;
    boolean needed =
        context != null && (!context.hasNoScope() || context.inherited.activity() != null);
    return needed ? context : null;
  }

  /** The calling thread's, or null if there is nothing to shield its exits from, and no budget. */
  static @Nullable ThreadContext forExit() {
    if (!Latch.isSet()) {
      return null;
    }
    ThreadContext context = CURRENT.get();
    return context == null || (context.hasNoScope() && context.exitBudget() == null)
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

  /**
   * Whether exits are bounded. It names no {@link ExitWatch}: the JIT inlines nothing whose
   * signature has a class that is not loaded yet, and few programs load that one.
   */
  boolean boundsExits() {
    return exitBudget() != null || exitWatch != null;
  }

  /** The innermost bounded exit that runs on the thread, or null. */
  @Nullable ExitWatch exitWatch() {
    return exitWatch;
  }

  void exitWatch(@Nullable ExitWatch watch) {
    exitWatch = watch;
  }

  /** How often the thread had to wait for a sender. */
  int metSenders() {
    return metSenders;
  }

  /** What the threads that the calling thread starts inherit. */
  static Inherited inherited() {
    ThreadContext context = Latch.isSet() ? CURRENT.get() : null;
    return context == null ? Inherited.DEFAULT : context.inherited;
  }

  AsyncClock clock() {
    return inherited.clock();
  }

  /**
   * Whether a scope in effect has interrupted the thread, or a call of the library threw for it.
   */
  boolean hasToldOfCancel() {
    return hasTold(mask());
  }

  /** The word that follows, as the scopes and exits of the thread are now. */
  private long next(int state) {
    return next(word, state);
  }

  private long next(long from, int state) {
    int mask = Math.max(exitMask, boundary());
    return StateWord.next(from, mask, isInCooperative(), state);
  }

  private boolean change(long from, long to) {
    return WORD.compareAndSet(this, from, to);
  }

  /** Changes the word, unless that would change nothing: an exit in an exit, of the same scopes. */
  private boolean changeIfNeeded(long from, long to) {
    return StateWord.isSame(from, to) || change(from, to);
  }

  int state() {
    return StateWord.state(word);
  }

  /** The depth up to which scopes do not reach the thread now. */
  int mask() {
    return StateWord.mask(word);
  }

  // ---- cancellers

  /** Wakes the thread after {@code scope} was marked as cancelled. */
  void wake(CancelScope scope) {
    long seen = word;
    if (StateWord.state(seen) == ATTENDING) {
      platform.unpark(thread);
    } else if (isReachable(scope, seen)) {
      platform.start(() -> send(scope));
    }
  }

  private static boolean isReachable(CancelScope scope, long word) {
    return !scope.isLeft() && scope.depth() > StateWord.mask(word) && !cooperative(word);
  }

  /** Interrupts the thread; not on a caller's thread, for {@link Thread#interrupt} can block. */
  void send(CancelScope scope) {
    synchronized (this) {
      long seen;
      boolean flag;
      do {
        seen = word;
        if (!isReachable(scope, seen) || !scope.isUntold()) {
          return;
        }
        if (StateWord.state(seen) == ATTENDING) {
          platform.unpark(thread);
          return;
        }
        flag = platform.isInterrupted(thread);
      } while (!change(seen, StateWord.next(seen, CANCELLING)));
      int state = flag ? StateWord.state(seen) : afterOurs(StateWord.state(seen));
      ScopeChain.tell(scope, state);
      try {
        if (!flag) {
          platform.interrupt(thread);
        }
      } finally { // a channel whose close throws must not leave the thread waiting
        word = StateWord.next(word, state);
        platform.unpark(thread);
      }
    }
  }

  // ---- the owner: scopes

  void push(CancelScope scope) {
    add(scope, this);
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
    if (inExit) { // which began in its body, and gives back what it hid when it ends
      exitMask = Math.min(exitMask, scope.depth() - 1);
    }
    long seen = word;
    if (StateWord.state(seen) == RUNNING
        && !(saves || scope.isCancelled())
        && change(seen, next(RUNNING))) {
      return false;
    }
    int state = StateWord.state(take()); // from here on nobody tells the scope
    boolean caught = failure != null && scope.ends(failure);
    if (inExit) {
      word = next(scope.isShielded() && scope.savedState() == SEEN ? SEEN : state);
    } else {
      word = next(settle(scope, saves, state, caught, failure));
    }
    rearm();
    return caught;
  }

  /** The state after a scope was left; clears what is left of its interrupt. */
  private int settle(
      CancelScope scope, boolean saves, int state, boolean caught, @Nullable Throwable failure) {
    boolean outer = effective(StateWord.mask(next(RUNNING))) != null;
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

  /** Sends this thread the interrupt of scopes in effect that it has not been told of. */
  void rearm() {
    while (hasToTell(word)) {
      long seen = take();
      int state = StateWord.state(seen);
      if (platform.interruptUnlessSet(thread)) {
        state = afterOurs(state);
      }
      tellAll(StateWord.mask(seen), state);
      word = StateWord.next(word, state);
    }
  }

  private boolean hasToTell(long at) {
    return !cooperative(at) && hasUntold(StateWord.mask(at));
  }

  // ---- the owner: exits

  /** Whether an exit runs that began when the scope was there: what entered it is over. */
  boolean hasEndedBodyOf(CancelScope scope) {
    return scope.depth() <= exitMask;
  }

  /** Begins an exit, which the scopes of now do not reach; returns what {@link #endExit} needs. */
  long beginExit(@Nullable Throwable failure) {
    int before = exitMask;
    if (failure != null && hasToldOfCancel()) {
      carry(mask(), failure);
    }
    exitMask = depth();
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
    return StateWord.state(seen) == RUNNING && changeIfNeeded(seen, next(seen, RUNNING))
        ? RUNNING
        : hide(failure);
  }

  /** Begins a shield while there is an interrupt, or one is being sent. */
  private int hide(@Nullable Throwable failure) {
    long seen = take();
    int state = StateWord.state(seen);
    boolean hidden = isOurs(state, failure) && platform.clearInterrupt();
    if (hidden) {
      hideAll(StateWord.mask(seen));
    }
    word = next(RUNNING);
    return state == RUNNING || (state == DELIVERED && hidden) ? RUNNING : SEEN;
  }

  void endExit(long begun) {
    exitMask = Math.min((int) (begun >>> 32), depth());
    long seen = word;
    long after = next(seen, RUNNING);
    if ((int) begun != RUNNING
        || StateWord.state(seen) != RUNNING
        || !changeIfNeeded(seen, after)) {
      endShield((int) begun);
      rearm();
    } else if (hasToTell(after)) {
      rearm();
    }
  }

  /** Ends the shield of an exit before, in or after which there was an interrupt. */
  private void endShield(int before) {
    long seen;
    int state;
    do {
      seen = settled();
      state = stateAfterExit(before, StateWord.state(seen));
    } while (!change(seen, next(effective(StateWord.mask(next(state))) == null ? RUNNING : state)));
  }

  /** Of those before an exit and at its end: then there may be a scope that was opened in it. */
  private static int stateAfterExit(int before, int atEnd) {
    if (atEnd == RUNNING) {
      return before;
    }
    return atEnd == DELIVERED && before == SEEN ? REDELIVERED : atEnd;
  }

  /**
   * An exception that cleared the flag was swallowed: the flag is set again. If the exception was
   * that of scopes which an exit keeps out now, it is when that is over.
   */
  void giveBack(Throwable unseen) {
    if (hideMasked(mask(), unseen)) {
      return;
    }
    long seen = take();
    int state = StateWord.state(seen);
    boolean flag = platform.isInterrupted(thread);
    boolean ours = !flag && hasTold(StateWord.mask(seen));
    if (ours && cooperative(seen)) {
      hideAll(StateWord.mask(seen)); // until the region is left
    } else {
      platform.interrupt(thread);
    }
    if (ours && !cooperative(seen)) {
      state = REDELIVERED;
    } else if (flag && state == DELIVERED) {
      state = SEEN; // the exception was ours, so the flag is not
    }
    word = StateWord.next(word, state);
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
    int state = StateWord.state(take());
    boolean flag = platform.clearInterrupt();
    CancelScope scope = effective(mask);
    boolean ours = scope != null && !(flag && (state == RUNNING || state == SEEN));
    tellAll(mask, ours ? DELIVERED : state);
    word = StateWord.next(word, ours ? SEEN : state);
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
      int state = StateWord.state(take());
      try {
        park(waiter, mask, what);
      } finally {
        word = StateWord.next(word, state);
      }
    }
    rearm(); // a canceller that found it waiting has only unparked it
  }

  /** Begins what only the owner may do: a sender goes when it meets it. Returns the word before. */
  private long take() {
    while (true) {
      long seen = settled();
      if (change(seen, StateWord.next(seen, ATTENDING))) {
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
    if (StateWord.state(seen) != CANCELLING) {
      return seen;
    }
    metSenders++;
    boolean flag = false;
    while (StateWord.state(seen) == CANCELLING) {
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
