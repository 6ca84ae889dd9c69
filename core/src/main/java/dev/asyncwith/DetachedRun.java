package dev.asyncwith;

import static java.util.Objects.requireNonNull;

import java.lang.System.Logger.Level;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A generator that was entered without a block to run inside of, by an exit stack or by hand: it
 * runs on a virtual thread of its own, which waits at the yield until the exit.
 *
 * <p>The two threads take turns. {@code phase} only grows: STARTED and RESUMED mean that the
 * generator runs and the user waits or is elsewhere, YIELDED that the generator waits, ENDED that
 * it is over. All fields are guarded by this object's monitor, but for those of the superclass,
 * which belong to the generator's thread until ENDED and to the user's thread after it.
 */
final class DetachedRun<T extends @Nullable Object> extends GeneratorRun<T> {
  private static final System.Logger LOG = System.getLogger("dev.asyncwith");
  private static final int STARTED = 0;
  private static final int YIELDED = 1;
  private static final int RESUMED = 2;
  private static final int ENDED = 3;

  private final Thread thread;
  private int phase = STARTED;
  private @Nullable T value;
  private @Nullable Throwable bodyFailure;
  private @Nullable Throwable thrown;

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
  }

  /** Runs the generator up to its yield; throws what it throws if it does not get there. */
  @SuppressWarnings("NullAway") // the value is set when the phase is YIELDED
  T enter() {
    thread.start();
    if (await(YIELDED) == YIELDED) {
      return value;
    }
    Throwable failure = requireNonNull(end(thrown), "a generator without a yield has failed");
    throw Exits.<RuntimeException>sneaky(failure);
  }

  /** Resumes the generator and waits for its end; returns the failure that is pending then. */
  @Nullable Throwable exit(@Nullable Throwable failure) {
    resume(failure);
    var _ = await(ENDED);
    return end(thrown);
  }

  /** Ends a generator whose manager became garbage while it waited at its yield. */
  void drop() {
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
    boolean interrupted = false;
    synchronized (this) {
      value = yielded;
      phase = YIELDED;
      notifyAll();
      while (phase == YIELDED) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true; // nobody but an enter or exit interrupts, and neither is running
        }
      }
      value = null;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (bodyFailure != null) {
      throw Exits.<RuntimeException>sneaky(bodyFailure);
    }
  }

  /**
   * Waits for a phase on behalf of the generator's user: an interrupt of the waiting thread is
   * meant for the code that it waits for, and is passed on. It is set again if the generator did
   * not answer it with an {@link InterruptedException}.
   */
  private int await(int wanted) {
    boolean passedOn = false;
    while (true) {
      try {
        synchronized (this) {
          while (phase < wanted) {
            wait();
          }
          if (passedOn && !(thrown instanceof InterruptedException)) {
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
