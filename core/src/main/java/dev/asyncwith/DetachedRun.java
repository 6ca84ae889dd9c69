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

  /** The innermost scope of the generator's thread when it began, or null. */
  private @Nullable CancelScope around;

  private int phase = STARTED;
  private @Nullable T value;
  private @Nullable Throwable bodyFailure;
  private @Nullable Throwable thrown;
  private boolean dropped;

  DetachedRun(Generator<T, RuntimeException> generator, @Nullable String name) {
    super(generator, name);
    thread = Thread.ofVirtual().name(describe()).unstarted(this::runGenerator);
  }

  @Override
  Thread runner() {
    return thread;
  }

  private void runGenerator() {
    Throwable end = null;
    around = innermostScope();
    try {
      generator.run(this);
    } catch (Throwable t) {
      end = t;
    }
    synchronized (this) {
      thrown = end;
      phase = ENDED;
      notifyAll();
    }
    if (dropped && end != null && end != bodyFailure) {
      LOG.log(Level.WARNING, () -> describe() + " failed when it was ended", end);
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
    var _ = resume(failure);
    boolean interrupted = awaitItsTurn();
    if (interrupted) {
      thread.interrupt();
    }
    var _ = await(ENDED, interrupted);
    return end(thrown);
  }

  /** Ends a generator whose manager became garbage while it waited at its yield. */
  void drop() {
    dropped = true;
    if (resume(new CancellationException(describe() + " was dropped without an exit"))) {
      LOG.log(
          Level.WARNING,
          "{0} was entered and dropped without an exit, so it was ended now: who should have"
              + " exited it?",
          describe());
    }
  }

  private synchronized boolean resume(@Nullable Throwable failure) {
    if (phase != YIELDED) {
      return false;
    }
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
        thread.interrupt(); // outside the monitor, which the generator may need to go on
      }
    }
  }
}
