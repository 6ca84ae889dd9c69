package dev.asyncwith;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A block that can be cancelled: trio's {@code CancelScope}. Cancellation belongs to the block and
 * not to the thread, so it is always clear whose cancellation an exception is.
 *
 * {@snippet :
 * CancelScope scope = CancelScope.create();
 * button.onClick(() -> scope.cancel("the user pressed stop"));
 * with(scope).run(() -> download(uri));   // goes on after the block when it was cancelled
 * if (scope.caught()) { … }
 * }
 *
 * <p>While a cancelled scope is in effect, every call of this library that waits throws {@link
 * InterruptedException} at once, as often as it is called. Calls of the JDK and of other libraries
 * are woken by one interrupt of the thread. What the body then throws is the scope's own if it is,
 * or has among its causes, one of the forms of an interrupt (see {@link Outcome.Cancelled}): it
 * ends at the scope, {@link #caught} is true, and the interrupt flag is as it was. Anything else
 * that the body throws passes. When an outer scope is cancelled as well, the outermost one wins.
 *
 * <p>Scopes nest strictly: a scope is entered and left by one thread, virtual or platform, and the
 * innermost first. {@link #cancel} and the deadline methods may be called by any thread. A scope
 * serves one block. Exits run unhindered: see docs/protocol.md, rule P5.
 *
 * @see <a href="https://trio.readthedocs.io/en/stable/reference-core.html#cancel-scopes">trio,
 *     cancel scopes</a>
 */
public final class CancelScope implements AsyncGuard<RuntimeException> {
  private static final VarHandle CANCEL;
  private static final VarHandle LEFT;

  static {
    try {
      var lookup = MethodHandles.lookup();
      CANCEL = lookup.findVarHandle(CancelScope.class, "cancel", Cancel.class);
      LEFT = lookup.findVarHandle(CancelScope.class, "left", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Why the scope was cancelled. */
  record Cancel(String reason, boolean byDeadline) {}

  /** What a scope belongs to, if that is more than a block. */
  @FunctionalInterface
  interface Owner {
    /** The scope was cancelled, or one that reaches it; called by the canceller's thread. */
    void cancelled();

    /** Cancels the scopes on other threads that belong to the owner. */
    default void cancelOthers(Cancel why) {}

    /**
     * The scope is left in the owner's place, inside of which it was forgotten open: ends what is
     * still going on.
     *
     * @return what that failed with, or null
     */
    default @Nullable Throwable forgotten() {
      return null;
    }
  }

  private static final Owner NOBODY = () -> {};

  private final String kind;

  /** What tells it from others of its kind, or null. */
  private final @Nullable Object argument;

  private final boolean shielded;
  private final boolean cooperative;

  /**
   * Of the outermost scope of a task: that of its group; of an exit: that of the exit around it.
   */
  private final @Nullable CancelScope above;

  private final Owner owner;

  /** Of an exit with a budget. Scopes that were entered before it may be left before it. */
  private final boolean ofExit;

  // Written once, when it is entered; null before.
  private volatile @Nullable ThreadContext context;
  private @Nullable CancelScope parent;
  private int depth;
  private int maskAtEnter;
  private int boundary;
  private boolean inCooperative;
  private boolean linked;

  // The owner's own.
  private boolean caught;
  private int savedState;
  private @Nullable Throwable carriedBy;
  private @Nullable OpenedHere enteredHere;

  /** At whose end it was left, because its own exit was forgotten; null else. */
  private @Nullable String forgottenIn;

  /** Whether the thread was to see the cancel, but a shield hid it. */
  private volatile boolean hidden;

  /** Whether the thread was interrupted for it, or a call of the library threw. */
  private volatile boolean told;

  /** Whether the thread was interrupted by somebody else when it was to be told. */
  private volatile boolean toldByForeignInterrupt;

  private volatile boolean left;
  private volatile @Nullable Cancel cancel;

  /** Made when first needed, by any thread. */
  private volatile @Nullable Deadline deadline;

  private volatile @Nullable Dependents dependents;

  private CancelScope(
      String kind,
      @Nullable Object argument,
      boolean shielded,
      boolean cooperative,
      @Nullable CancelScope above,
      boolean ofExit,
      Owner owner) {
    this.owner = owner;
    this.ofExit = ofExit;
    this.kind = kind;
    this.argument = argument;
    this.shielded = shielded;
    this.cooperative = cooperative;
    this.above = above;
  }

  /**
   * Makes a scope.
   *
   * @return the scope, for one block
   */
  public static CancelScope create() {
    return of("CancelScope");
  }

  static CancelScope of(String kind) {
    return of(kind, null, NOBODY);
  }

  static CancelScope of(String kind, @Nullable Object argument) {
    return of(kind, argument, NOBODY);
  }

  /** A scope that is cancelled when so much time has passed since its enter. */
  static CancelScope ofTimeout(String kind, Duration timeout) {
    CancelScope scope = of(kind, timeout);
    scope.deadline = Deadline.after(timeout, scope);
    return scope;
  }

  static CancelScope of(String kind, @Nullable Object argument, Owner owner) {
    return new CancelScope(kind, argument, false, false, null, false, owner);
  }

  /** The outermost scope of a task, which is cancelled with {@code above}. */
  static CancelScope under(CancelScope above, String kind, Object name) {
    return new CancelScope(kind, name, false, above.inCooperative, above, false, NOBODY);
  }

  /**
   * The scope of a bounded exit; {@code around} is that of the bounded exit that it runs in, which
   * may be on another thread.
   */
  static CancelScope ofExit(@Nullable CancelScope around) {
    boolean cooperating = around != null && around.inCooperative;
    return new CancelScope("exit budget", null, false, cooperating, around, true, NOBODY);
  }

  /**
   * A new scope like this one, whose block the scopes around it do not reach: they take effect when
   * it is left. Its own cancel and deadline do reach it, and so does a foreign interrupt.
   *
   * @return a changed copy
   */
  public CancelScope shielded() {
    return copy(true, cooperative);
  }

  /**
   * A new scope like this one, in whose block no scope interrupts the thread: only calls of this
   * library notice a cancel. For code over shared NIO channels, which an interrupt closes for
   * everybody.
   *
   * @return a changed copy
   */
  public CancelScope cooperative() {
    return copy(shielded, true);
  }

  private CancelScope copy(boolean withShield, boolean cooperating) {
    if (context != null || cancel != null) {
      throw new IllegalStateException(
          describe() + " is in use, so it cannot be changed: configure a scope before its block");
    }
    var copy = new CancelScope(kind, argument, withShield, cooperating, above, ofExit, owner);
    Deadline mine = deadline;
    copy.deadline = mine == null ? null : mine.copyFor(copy);
    return copy;
  }

  /**
   * Moves the deadline; a scope has none at first. Before the block it counts from the enter.
   *
   * @param timeout how long from now, not negative
   * @throws IllegalArgumentException if it is negative; nothing has changed then
   * @throws IllegalStateException if the block has ended, or the scope was cancelled
   */
  public void reschedule(Duration timeout) {
    deadline().setAfter(timeout);
  }

  /**
   * Moves the deadline, or takes it away.
   *
   * @param when the new deadline, which may be past; null for none
   * @throws IllegalStateException if the block has ended, or the scope was cancelled
   */
  public void rescheduleAt(@Nullable Instant when) {
    deadline().setAt(when);
  }

  private synchronized Deadline deadline() {
    Deadline mine = deadline;
    if (mine == null) {
      mine = new Deadline(this);
      deadline = mine; // before it looks at the context: enter and exit look here after they set it
      ThreadContext thread = context;
      if (left) {
        mine.end();
      } else if (thread != null) {
        mine.begin(thread.clock());
      }
    }
    return mine;
  }

  /**
   * The deadline.
   *
   * @return when the scope cancels itself; null if it has no deadline, or one that counts from an
   *     enter that is still to come
   */
  public @Nullable Instant when() {
    Deadline mine = deadline;
    return mine == null ? null : mine.when();
  }

  /** Cancels the block; before it, as soon as it is entered, and after it has no effect. */
  public void cancel() {
    cancel("cancel() was called");
  }

  /**
   * Cancels the block; before it, as soon as it is entered, and after it has no effect. The first
   * cancel counts.
   *
   * @param reason why, for the message of the exceptions
   */
  public void cancel(String reason) {
    Objects.requireNonNull(reason, "the reason of the cancel is null: give one, or call cancel()");
    cancel(new Cancel(reason, false));
  }

  boolean cancel(Cancel why) {
    if (left || !CANCEL.compareAndSet(this, null, why)) {
      return false;
    }
    ThreadContext thread = context;
    if (thread != null) {
      thread.wake(this);
    }
    owner.cancelled();
    cancelDependents(why);
    return true;
  }

  private void cancelDependents(Cancel why) {
    Dependents below = dependents;
    if (below == null && owner == NOBODY) {
      return;
    }
    Runnable cancelAll =
        () -> {
          if (below != null) {
            below.cancelAll(why);
          }
          owner.cancelOthers(why);
        };
    ThreadContext thread = context;
    if (thread != null && why.byDeadline()) { // may be many for a timer's thread
      Platform.JVM.start(thread.handsDown().counted(cancelAll));
    } else {
      cancelAll.run();
    }
  }

  /** A scope that this one was added to as a dependent was cancelled. */
  void cancelFromAbove(Cancel why) {
    var inherited = new Cancel(why.reason(), false);
    if (above == null) {
      owner.cancelled();
      cancelDependents(inherited);
    } else {
      boolean _ = cancel(inherited);
    }
  }

  /**
   * Whether the scope was cancelled, by {@link #cancel} or its deadline, in its block or before.
   *
   * @return true from the first cancel on
   */
  public boolean isCancelled() {
    return cancel != null;
  }

  /**
   * Whether the block ended by the scope's own cancellation, which ended there.
   *
   * @return true after such a block
   */
  public boolean caught() {
    return caught;
  }

  /**
   * Begins the block. No checkpoint: a scope that is cancelled already takes effect at the first
   * wait in it.
   *
   * @throws IllegalStateException if it was entered before
   */
  @Override
  public @Nullable Void enter() {
    return enter(ThreadContext.current());
  }

  /** When and where it was entered, while tracking was on. */
  @Nullable OpenedHere enteredHere() {
    return enteredHere;
  }

  @Nullable Void enter(ThreadContext current) {
    if (context != null) {
      throw new IllegalStateException(
          describe() + " was already entered: a scope serves one block, make a new one");
    }
    current.push(this);
    if (Tracking.isOn()) {
      enteredHere = new OpenedHere(Thread.currentThread(), Tracking.keepsStacks());
    }
    Deadline mine = deadline;
    if (mine != null) {
      mine.begin(current.clock());
    }
    if (cancel != null) {
      current.rearm();
    }
    return null;
  }

  /** The scope of which this is the outermost on its thread, or null. */
  @Nullable CancelScope above() {
    return above;
  }

  /** Called by the context that it was pushed on. */
  void place(ThreadContext on, @Nullable CancelScope outer, int atDepth, int mask) {
    parent = outer;
    depth = atDepth;
    maskAtEnter = mask;
    boundary = shielded ? atDepth - 1 : outer == null ? 0 : outer.boundary;
    inCooperative = cooperative || (outer != null && outer.inCooperative);
    context = on;
  }

  /**
   * Ends the block.
   *
   * @param outcome how the body ended
   * @return true if the body ended by this scope's cancellation
   * @throws IllegalStateException if another thread entered it, or an inner scope is still open; by
   *     hand, nothing has changed then. As the exit of a block, all of them have been left
   */
  @Override
  public boolean exit(Outcome outcome) {
    var _ = requireLeavable();
    return ofExit ? endBlock(outcome) : ForgottenScopes.exit(this, outcome, this::endBlock);
  }

  /** Leaves the scope, inside of which none is open. */
  boolean endBlock(Outcome outcome) {
    ThreadContext current = entered();
    Deadline mine = deadline;
    if (mine != null) {
      mine.end();
    }
    Throwable failure = outcome.failure();
    caught = current.pop(this, failure);
    if (mine == null && deadline != null) {
      deadline().end(); // it came meanwhile, from another thread
    }
    unlink();
    if (caught && failure != null) {
      ExitFailures.consume(failure);
    }
    Throwable carried = carriedBy;
    if (told && carried != null && carried != failure) { // an exit inside failed in its place
      ExitFailures.consume(carried);
    }
    return caught;
  }

  /**
   * Whether the body's failure came of this scope's cancellation, and of no outer one (C6, C7). Of
   * an outer one it is the news then, whether or not that has sent an interrupt yet.
   */
  boolean ends(Throwable failure) {
    if (cancel == null || !told || !Cancellations.isWithin(failure)) {
      return false;
    }
    boolean outerWins = false;
    CancelScope outer = shielded ? null : parent;
    for (; outer != null && outer.depth > maskAtEnter; outer = outer.parent) {
      if (outer.cancel != null) {
        outer.tell();
        outerWins = true;
      }
    }
    return !outerWins;
  }

  /** What tracking knows of the thread that entered it; null if that is nothing. */
  @Nullable ThreadTrack trackOfThread() {
    ThreadContext on = context;
    return on == null ? null : on.trackIfAny();
  }

  /** The context of the thread that entered it. */
  ThreadContext entered() {
    return Objects.requireNonNull(context, "entered");
  }

  /** Leaves the scope at the end of a block around it; returns what its owner fails with. */
  @Nullable Throwable leaveForgotten(String in, Outcome outcome) {
    Throwable ofOwner = owner.forgotten();
    forgottenIn = in;
    boolean _ = endBlock(outcome);
    return ofOwner;
  }

  /**
   * Checks that the scope can be left now; changes nothing. What an exit leaves was entered before
   * the exit's own scope, and an inner scope that was there before the exit was forgotten by its
   * body.
   */
  ThreadContext requireLeavable() {
    ThreadContext entered = context;
    if (entered == null) {
      throw new IllegalStateException(describe() + " is left without having been entered");
    }
    if (left) {
      throw new IllegalStateException(
          forgottenIn == null
              ? describe() + " was left already: it serves one block"
              : "%s was left already at the end of %s, in which its exit was forgotten: exit it inside"
                  .formatted(describe(), forgottenIn));
    }
    if (entered.thread() != Thread.currentThread()) {
      throw new IllegalStateException(
          "%s is left by %s but was entered by %s: leave it on the thread that entered it"
              .formatted(describe(), Thread.currentThread(), entered.thread()));
    }
    CancelScope innermost = ofExit ? this : withoutThoseOfExits(entered.innermost());
    if (innermost != this && (innermost == null || !entered.hasEndedBodyOf(innermost))) {
      throw new IllegalStateException(
          "%s is left before %s, which was entered after it: leave the inner one first"
              .formatted(describe(), innermost == null ? "?" : innermost.describe()));
    }
    return entered;
  }

  /** Whether its block has begun and not ended. */
  boolean isActive() {
    return context != null && !left;
  }

  boolean isOfCurrentThread() {
    ThreadContext entered = context;
    return entered != null && entered.thread() == Thread.currentThread();
  }

  // ---- for the context of the thread

  /** The first scope from one on, outwards, that is not an exit's. */
  static @Nullable CancelScope withoutThoseOfExits(@Nullable CancelScope from) {
    CancelScope scope = from;
    while (scope != null && scope.ofExit) {
      scope = scope.parent;
    }
    return scope;
  }

  @Nullable CancelScope parentOutsideOfExits() {
    return withoutThoseOfExits(parent);
  }

  @Nullable CancelScope parent() {
    return parent;
  }

  /** The scope around this one was left before it. */
  void parentLeft(@Nullable CancelScope next) {
    parent = next;
  }

  int depth() {
    return depth;
  }

  int maskAtEnter() {
    return maskAtEnter;
  }

  /** The depth up to which shielded scopes, this one or one around it, keep scopes out. */
  int boundary() {
    return boundary;
  }

  boolean isShielded() {
    return shielded;
  }

  boolean isCooperative() {
    return cooperative;
  }

  boolean isInCooperative() {
    return inCooperative;
  }

  int savedState() {
    return savedState;
  }

  void saveState(int state) {
    savedState = state;
  }

  /** Its cancel tells nobody from now on, once the state of its thread was changed. */
  void leave() {
    LEFT.setRelease(this, true); // the change orders it, and takes its time
  }

  boolean isLeft() {
    return left;
  }

  void tell() {
    told = true;
    hidden = false;
  }

  void tellByForeignInterrupt() {
    toldByForeignInterrupt = true;
    hidden = false;
  }

  boolean isTold() {
    return told;
  }

  boolean isUntold() {
    return hidden || (!told && !toldByForeignInterrupt);
  }

  void carry(Throwable failure) {
    carriedBy = failure;
  }

  /** Whether the cancel was on its way out by this failure when an exit began. */
  boolean isCarriedBy(Throwable failure) {
    return carriedBy == failure;
  }

  void hide() {
    hidden = true;
  }

  // ---- for tasks, on other threads

  /** The scope whose cancel reaches this one, or null. */
  private @Nullable CancelScope reachedFrom() {
    if (above != null) {
      return above;
    }
    return shielded || parent == null || parent.depth <= maskAtEnter ? null : parent;
  }

  /** Adds a scope that this one's cancel is to reach; any thread. */
  void add(CancelScope dependent) {
    dependents().add(dependent);
  }

  void remove(CancelScope dependent) {
    dependents().remove(dependent);
  }

  private Dependents dependents() {
    Dependents mine = dependents;
    if (mine == null) {
      synchronized (this) {
        mine = dependents == null ? new Dependents() : dependents;
        dependents = mine;
      }
    }
    return mine;
  }

  /** Makes the scopes around this one reach its dependents; by the owner, once it is entered. */
  void linkUp() {
    CancelScope outer = reachedFrom();
    if (!linked && outer != null) {
      linked = true;
      outer.add(this);
      outer.linkUp();
    }
  }

  private void unlink() {
    CancelScope outer = reachedFrom();
    if (linked && outer != null) {
      outer.remove(this);
    }
  }

  /** Why this scope, or one that reaches it, was cancelled; null if none was. */
  @Nullable Cancel cancelledAnywhere() {
    for (CancelScope scope = this; scope != null; scope = scope.reachedFrom()) {
      if (scope.cancel != null) {
        return scope.cancel;
      }
    }
    return null;
  }

  /**
   * Like {@link #cancelledAnywhere}; a cancel that is still on its way from another thread arrives
   * at this one: else what is started here would end by it, and who waits for that not know why.
   */
  @Nullable Cancel cancelledOnceArrived() {
    Cancel why = cancelledAnywhere();
    CancelScope scope = why == null ? null : this;
    while (scope != null && why != null && scope.cancel == null) {
      if (scope.above != null) {
        scope.cancelFromAbove(why);
        break;
      }
      scope = scope.reachedFrom();
    }
    return why;
  }

  /** The message of the exception that a call throws for this scope. */
  String cancelledWhile(String doing, Object what) {
    Cancel why = cancel;
    return "cancelled while %s %s: %s, %s"
        .formatted(doing, Waits.describe(what), describe(), why == null ? "?" : why.reason());
  }

  @Override
  public String describe() {
    return argument == null
        ? kind + "@" + Integer.toHexString(System.identityHashCode(this))
        : kind + "(" + argument + ")";
  }

  @Override
  public String toString() {
    String state =
        context == null ? "new" : left ? "left" : cancel == null ? "active" : "cancelled";
    return describe() + "[" + state + "]";
  }
}
