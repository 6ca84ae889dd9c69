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

  /**
   * Of the thread that enters. Since the two take turns they count as one busy thread, which the
   * generator's is not counted beside; see {@link #resumeCounted} for the others.
   */
  private final Inherited inherited = ThreadContext.inherited();

  private boolean counted;

  /** The innermost scope of the generator's thread when it began, or null. */
  private @Nullable CancelScope around;

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
    Throwable end = null;
    around = innermostScope();
    try {
      generator.run(this);
    } catch (Throwable t) {
      end = t;
    }
    end = ForgottenScopes.atEndOf(describe(), around, end);
    synchronized (this) {
      thrown = end;
      phase = ENDED;
      notifyAll();
    }
    if (dropped && end != null && end != bodyFailure) {
      LOG.log(Level.WARNING, () -> describe() + " failed when it was ended", end);
    }
    Activity activity = inherited.activity();
    if (counted && activity != null) {
      activity.ended();
    }
  }

  private static @Nullable CancelScope innermostScope() {
    ThreadContext context = ThreadContext.inScope();
    return context == null ? null : context.innermost();
  }

  /** A scope around the yield would reach the generator's thread, and not the body's (P7). */
  @Override
  @Nullable String whyNotHere() {
    CancelScope scope = innermostScope();
    return scope == around || scope == null
        ? null
        : (" was entered by a stack and yields inside %s, which guards the generator's own thread"
                + " and not the body's: enter it by with(…), or %s in the stack")
            .formatted(scope.describe(), scope.describe());
  }

  /** Runs the generator up to its yield; throws what it throws if it does not get there. */
  @SuppressWarnings("NullAway") // the value is set when the phase is YIELDED
  T enter() {
    thread.start();
    if (await(YIELDED, false) == YIELDED) {
      return value;
    }
    Throwable failure = requireNonNull(end(thrown), "a generator without a yield has failed");
    throw Exits.<RuntimeException>sneaky(failure);
  }

  /** Resumes the generator and waits for its end; returns the failure that is pending then. */
  @Nullable Throwable exit(@Nullable Throwable failure) {
    var _ = resumeCounted(failure);
    boolean interrupted = awaitItsTurn();
    if (interrupted) {
      passInterruptOn();
    }
    var _ = await(ENDED, interrupted);
    return end(thrown == null ? null : ExitWatch.translateHere(thrown, failure));
  }

  /** Ends a generator whose manager became garbage while it waited at its yield. */
  void drop() {
    synchronized (this) {
      dropped = phase == YIELDED; // else it has been exited
    }
    if (resumeCounted(new CancellationException(describe() + " was dropped without an exit"))) {
      LOG.log(
          Level.WARNING,
          "{0} was entered and dropped without an exit, so it was ended now: who should have"
              + " exited it?",
          describe());
    }
  }

  /** Resumes; a thread of another runner, or of none, does not lend its own being counted. */
  private boolean resumeCounted(@Nullable Throwable failure) {
    Activity activity = inherited.activity();
    if (activity == null || activity == ThreadContext.inherited().activity()) {
      return resume(failure, false);
    }
    activity.started();
    boolean resumed = resume(failure, true);
    if (!resumed) { // it is over
      activity.ended();
    }
    return resumed;
  }

  private synchronized boolean resume(@Nullable Throwable failure, boolean toCount) {
    if (phase != YIELDED) {
      return false;
    }
    counted = toCount;
    bodyFailure = failure;
    phase = RESUMED;
    notifyAll();
    return true;
  }

  @Override
  void runBody(T yielded) throws InterruptedException {
    synchronized (this) {
      value = yielded;
      phase = YIELDED;
      notifyAll();
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
   * Waits for a phase on behalf of the generator's user: an interrupt of the waiting thread is
   * meant for the code that it waits for, and is passed on. It is set again if the generator did
   * not answer it with an {@link InterruptedException} of its own.
   */
  private int await(int wanted, boolean passedOnBefore) {
    boolean passedOn = passedOnBefore;
    while (true) {
      try {
        synchronized (this) {
          while (phase < wanted) {
            wait();
          }
          if (passedOn && (thrown == bodyFailure || !(thrown instanceof InterruptedException))) {
            Thread.currentThread().interrupt();
          }
          return phase;
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
