package dev.asyncwith;

import static java.util.Objects.requireNonNull;

import java.lang.System.Logger.Level;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A generator that was entered without a block to run inside of, by an exit stack or by hand: it
 * runs on a virtual thread of its own, which waits at the yield until the exit.
 *
 * <p>The two threads take turns; {@code phase}, which only grows, says whose turn it is.
 *
 * <pre>
 * phase    set by     from then on
 * STARTED  –          the generator runs, the user waits
 * YIELDED  generator  it waits, the user has the value
 * RESUMED  user       it is about to wake
 * EXITING  generator  it runs, the user waits and passes interrupts on
 * ENDED    generator  it is over
 * </pre>
 *
 * The phase is guarded by this object's monitor; the other fields, and those of the superclass, are
 * written by the one whose turn it is and read by the other after the phase that ends the turn.
 */
final class DetachedRun<T extends @Nullable Object> extends GeneratorRun<T> {
  private static final System.Logger LOG = System.getLogger("dev.asyncwith");
  private static final int STARTED = 0;
  private static final int YIELDED = 1;
  private static final int RESUMED = 2;
  private static final int EXITING = 3;
  private static final int ENDED = 4;

  private final Thread thread;

  /** Wakes the user when the enter is over. */
  private final Waiter entered = new Waiter();

  /** On the user's thread during the enter. */
  private final CancelScope ofUser = CancelScope.of("enter", describe());

  /** On the generator's thread until its yield; written by the user before that starts. */
  private @Nullable CancelScope ofEnter;

  /** Of the exit that the generator's end is, on its user's thread; null if no time bounds it. */
  private @Nullable ExitWatch usersWatch;

  /** By it the end of that time reaches the generator's thread, and the exits that run there. */
  private @Nullable ExitWatch watch;

  /**
   * Of the thread that enters. In the enter both threads are counted as busy. In the exit they
   * count as one, which takes turns, and the generator's is not counted beside the user's; see
   * {@link #resumeCounted} for the others.
   */
  private final Inherited inherited = ThreadContext.inherited();

  /** Whether the generator's thread is counted. */
  private boolean counted;

  private int phase = STARTED;
  private @Nullable T value;
  private @Nullable Throwable bodyFailure;
  private @Nullable Throwable thrown;
  private boolean dropped;

  DetachedRun(Generator<T, RuntimeException> generator, @Nullable String name) {
    super(generator, name);
    ContextCarrier.Captured context = inherited.carrier().capture();
    thread = Thread.ofVirtual().name(describe()).unstarted(() -> context.run(this::runGenerator));
  }

  @Override
  Thread runner() {
    return thread;
  }

  private void runGenerator() {
    var _ = ThreadContext.begin(inherited);
    CancelScope scope = requireNonNull(ofEnter, "the generator was started by its enter");
    var _ = scope.enter();
    Throwable end = null;
    try {
      generator.run(this);
    } catch (Throwable t) {
      end = t;
    }
    end = ForgottenScopes.atEndOf(describe(), scope.isActive() ? scope : null, end);
    leave(scope, end);
    if (watch != null) {
      end = watch.end(end, bodyFailure);
    }
    synchronized (this) {
      thrown = end;
      phase = ENDED;
      notifyAll();
    }
    entered.wake();
    if (dropped && end != null && end != bodyFailure) {
      LOG.log(Level.WARNING, () -> describe() + " failed when it was ended", end);
    }
    countAsEnded();
  }

  /** The enter is over; also what is left of an interrupt by its scope. */
  private static void leave(CancelScope scope, @Nullable Throwable failure) {
    if (scope.isActive()) {
      Outcome outcome = failure == null ? Outcome.succeeded() : Cancellations.outcome(failure);
      boolean _ = scope.exit(outcome);
    }
  }

  private void countAsEnded() {
    Activity activity = inherited.activity();
    if (counted && activity != null) {
      counted = false;
      activity.ended();
    }
  }

  /** A scope around the yield would reach the generator's thread, and not the body's (P7). */
  @Override
  @Nullable String whyNotHere() {
    ThreadContext context = ThreadContext.inScope();
    CancelScope scope = context == null ? null : context.innermost();
    return scope == ofEnter || scope == null
        ? null
        : (" was entered by a stack and yields inside %s, which guards the generator's own thread"
                + " and not the body's: enter it by with(…), or %s in the stack")
            .formatted(scope.describe(), scope.describe());
  }

  /** Runs the generator up to its yield; throws what it throws if it does not get there. */
  @SuppressWarnings("NullAway") // the value is set when the phase is YIELDED
  T enter() {
    boolean interrupted = runEnter(ThreadContext.current());
    if (hasYielded()) { // also if a cancel came at that moment: the value has an owner
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return value;
    }
    Throwable end = thrown;
    boolean cancelled = false;
    if (end != null && ofEnter != null && ofEnter.caught()) {
      ExitFailures.goesOn(end);
      cancelled = Waits.takeCancel("entering", this);
    }
    if (interrupted && (cancelled || !(end instanceof InterruptedException))) {
      Thread.currentThread().interrupt();
    }
    Throwable failure = requireNonNull(end(end), "a generator without a yield has failed");
    throw Exits.<RuntimeException>sneaky(failure);
  }

  private synchronized boolean hasYielded() {
    return phase == YIELDED;
  }

  /** Starts the generator and waits for its yield or end; whether the user was interrupted. */
  private boolean runEnter(ThreadContext user) {
    boolean seen = user.hasToldOfCancel() && !Thread.currentThread().isInterrupted();
    var _ = ofUser.enter();
    try {
      CancelScope scope = CancelScope.under(ofUser, "enter", describe());
      ofEnter = scope;
      ofUser.linkUp();
      ofUser.add(scope);
      CancelScope.Cancel cancelled = ofUser.cancelledOnceArrived();
      if (cancelled != null) {
        if (seen) {
          scope.tell(); // calls of the JDK are woken by one interrupt a cancel
        }
        scope.cancelFromAbove(cancelled);
      }
      start();
      long begun = user.beginExit(null); // the scopes around reach the generator by themselves
      try {
        return awaitEntered(user);
      } finally {
        user.endExit(begun);
        ofUser.remove(scope);
      }
    } finally {
      boolean _ = ofUser.exit(Outcome.succeeded());
    }
  }

  private void start() {
    Activity activity = inherited.activity();
    if (activity != null) {
      counted = true;
      activity.started();
    }
    thread.start();
  }

  /** An interrupt of the user is meant for the code that it waits for, and is passed on. */
  private boolean awaitEntered(ThreadContext user) {
    boolean interrupted = false;
    while (!entered.ready()) {
      try {
        user.await(entered, user.mask(), "entering", this);
      } catch (InterruptedException e) {
        interrupted = true;
        passInterruptOn();
      }
    }
    return interrupted;
  }

  /** Resumes the generator and waits for its end; returns the failure that is pending then. */
  @Nullable Throwable exit(@Nullable Throwable failure) {
    ThreadContext user = ThreadContext.forExit();
    ExitWatch bounds = user == null ? null : user.exitWatch();
    if (user == null || bounds == null) {
      resumeAndAwaitEnd(failure, null);
      return end(thrown);
    }
    long begun = user.beginExit(null); // the end of the time reaches the generator by itself
    try {
      resumeAndAwaitEnd(failure, bounds);
    } finally {
      user.endExit(begun);
    }
    return end(thrown == null ? null : bounds.translate(thrown, failure));
  }

  private void resumeAndAwaitEnd(@Nullable Throwable failure, @Nullable ExitWatch bounds) {
    var _ = resumeCounted(failure, bounds);
    boolean interrupted = awaitItsTurn();
    if (interrupted) {
      passInterruptOn();
    }
    awaitEnd(interrupted);
  }

  /** Ends a generator whose manager became garbage while it waited at its yield. */
  void drop() {
    synchronized (this) {
      dropped = phase == YIELDED; // else it has been exited
    }
    var noExit = new CancellationException(describe() + " was dropped without an exit");
    if (resumeCounted(noExit, null)) {
      LOG.log(
          Level.WARNING,
          "{0} was entered and dropped without an exit, so it was ended now: who should have"
              + " exited it?",
          describe());
    }
  }

  /** Resumes; a thread of another runner, or of none, does not lend its own being counted. */
  private boolean resumeCounted(@Nullable Throwable failure, @Nullable ExitWatch bounds) {
    Activity activity = inherited.activity();
    if (activity == null || activity == ThreadContext.inherited().activity()) {
      return resume(failure, bounds, false);
    }
    activity.started();
    boolean resumed = resume(failure, bounds, true);
    if (!resumed) { // it is over
      activity.ended();
    }
    return resumed;
  }

  private synchronized boolean resume(
      @Nullable Throwable failure, @Nullable ExitWatch bounds, boolean toCount) {
    if (phase != YIELDED) {
      return false;
    }
    usersWatch = bounds;
    counted = toCount;
    bodyFailure = failure;
    phase = RESUMED;
    notifyAll();
    return true;
  }

  @Override
  void runBody(T yielded) throws InterruptedException {
    leave(requireNonNull(ofEnter, "it was entered"), null);
    synchronized (this) {
      value = yielded;
      phase = YIELDED;
    }
    boolean wasCounted = counted;
    counted = false; // before the user may resume, who sets it anew
    entered.wake();
    Activity activity = inherited.activity();
    if (wasCounted && activity != null) {
      activity.ended();
    }
    synchronized (this) {
      while (phase == YIELDED) {
        try {
          wait();
        } catch (InterruptedException e) {
          // Meant for the enter, which is over: its user has it back as its own flag.
        }
      }
      var _ = Thread.interrupted(); // the same; what comes from here on is meant for the exit
      value = null;
      phase = EXITING;
      notifyAll();
    }
    if (usersWatch != null) {
      watch = usersWatch.beginElsewhere(ThreadContext.current(), this::describe, thread);
    }
    if (bodyFailure != null) {
      throw Exits.<RuntimeException>sneaky(bodyFailure);
    }
  }

  /** Waits until the generator has woken; tells whether the user was interrupted meanwhile. */
  private synchronized boolean awaitItsTurn() {
    boolean interrupted = false;
    while (phase < EXITING) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }

  /**
   * Waits for the end on behalf of the generator's user: an interrupt of the waiting thread is
   * meant for the code that it waits for, and is passed on. It is set again if the generator did
   * not answer it with an {@link InterruptedException} of its own.
   */
  private void awaitEnd(boolean passedOnBefore) {
    boolean passedOn = passedOnBefore;
    while (true) {
      try {
        synchronized (this) {
          while (phase < ENDED) {
            wait();
          }
          if (passedOn && (thrown == bodyFailure || !(thrown instanceof InterruptedException))) {
            Thread.currentThread().interrupt();
          }
          return;
        }
      } catch (InterruptedException e) {
        passedOn = true;
        passInterruptOn();
      }
    }
  }

  /** Not by this thread: it would stand still if the generator is in a file read. */
  private void passInterruptOn() {
    int meantFor;
    synchronized (this) {
      meantFor = phase;
    }
    Platform.JVM.start(inherited.counted(() -> interruptIn(meantFor)));
  }

  private synchronized void interruptIn(int meantFor) {
    if (phase == meantFor) {
      thread.interrupt();
    }
  }
}
