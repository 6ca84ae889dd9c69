package dev.asyncwith;

import org.jspecify.annotations.Nullable;

/**
 * One run of a generator: checks that it yields once and in time (P7), and decides what becomes of
 * the body's failure when it ends.
 *
 * <pre>
 * NEW ──yield──▶ IN_BODY ──body returned──▶ SUCCEEDED ──┐
 *  │                └──────body threw─────▶ FAILED ─────┼──run returned or threw──▶ ENDED
 *  └────────────────────────────────────────────────────┘
 * </pre>
 *
 * Only the run's own thread changes the state. Another thread that yields is refused before it
 * reads anything but {@link #runner}.
 */
abstract sealed class GeneratorRun<T extends @Nullable Object> implements Yield<T>
    permits InlineRun, DetachedRun {
  private enum State {
    NEW,
    IN_BODY,
    SUCCEEDED,
    FAILED,
    ENDED
  }

  final Generator<T, RuntimeException> generator;
  private final @Nullable String name;
  private State state = State.NEW;
  private boolean attempted;
  private @Nullable Throwable failure;
  private @Nullable IllegalStateException misuse;

  GeneratorRun(Generator<T, RuntimeException> generator, @Nullable String name) {
    this.generator = generator;
    this.name = name;
  }

  /** The thread that the generator runs on. */
  abstract Thread runner();

  /** What is wrong with the place of the first yield, or null. */
  abstract @Nullable String whyNotHere();

  /** Runs the body, or lets it be run, and throws what it throws. */
  abstract void runBody(T value) throws InterruptedException;

  @Override
  public final void yield(T value) throws InterruptedException {
    checkMayYield();
    state = State.IN_BODY;
    try {
      runBody(value);
    } catch (Throwable thrown) {
      bodyFailed(thrown);
      throw thrown;
    }
    state = State.SUCCEEDED;
  }

  @Override
  public final Outcome attempt(T value) {
    checkMayYield();
    state = State.IN_BODY;
    attempted = true;
    try {
      runBody(value);
    } catch (Throwable thrown) {
      bodyFailed(thrown);
      return Cancellations.outcome(thrown);
    }
    state = State.SUCCEEDED;
    return Outcome.succeeded();
  }

  private void bodyFailed(Throwable thrown) {
    failure = thrown;
    state = State.FAILED;
  }

  private void checkMayYield() {
    if (Thread.currentThread() != runner()) {
      throw new IllegalStateException(
          describe()
              + " yields on thread "
              + Thread.currentThread()
              + " but runs on "
              + runner()
              + ": yield on the generator's own thread");
    }
    String once = ": a generator yields once";
    String wrong =
        switch (state) {
          case NEW -> whyNotHere();
          case IN_BODY -> " yields inside its own body" + once;
          case SUCCEEDED -> " yields a second time" + once;
          case FAILED -> " yields again after the body's failure was thrown into it" + once;
          case ENDED -> " yields after its end" + once;
        };
    if (wrong != null) {
      var error = new IllegalStateException(describe() + wrong);
      if (failure != null && Cancellations.isWithin(failure)) {
        error.addSuppressed(failure); // as its cause it would make the error the cancellation
      } else if (failure != null) {
        error.initCause(failure);
      }
      if (state != State.ENDED) {
        misuse = error;
      }
      throw error;
    }
  }

  /**
   * Called when the generator has ended; says what that means for the block.
   *
   * @param thrown what the generator threw, or null
   * @return the failure that is pending now, or null if there is none or none any more
   */
  final @Nullable Throwable end(@Nullable Throwable thrown) {
    State was = state;
    state = State.ENDED;
    return left(was, thrown);
  }

  /** What the body threw, or null. */
  final @Nullable Throwable bodyFailure() {
    return failure;
  }

  private @Nullable Throwable left(State was, @Nullable Throwable thrown) {
    if (misuse != null) {
      return thrown == null ? misuse : ExitFailures.combine(misuse, thrown);
    }
    if (was == State.NEW && thrown == null) {
      return new IllegalStateException(
          describe() + " ended without a yield: call yield or attempt once");
    }
    if (failure == null) {
      return thrown;
    }
    if (thrown != null) {
      return ExitFailures.combine(failure, thrown);
    }
    return attempted ? failure : Exits.suppress(failure);
  }

  final String describe() {
    return GeneratorManager.describe(generator, name);
  }
}
