package dev.asyncwith;

import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waiting for the stages of other asynchronous libraries. */
final class Stages {
  private Stages() {}

  /** A resource of a library that answers by stages: a pair of lambdas that wait for them. */
  static final class Manager<T> extends Managers.Pair<T, RuntimeException> {
    private final String name;

    Manager(
        Supplier<? extends CompletionStage<T>> acquire,
        BiFunction<? super T, ? super Outcome, ? extends CompletionStage<?>> release) {
      Objects.requireNonNull(acquire, "what acquires is null: give a lambda");
      Objects.requireNonNull(release, "what releases is null: give a lambda");
      super(
          () -> awaitOwned(acquire.get(), new ByStage<T>(release)),
          (value, outcome) -> await(release.apply(value, outcome)));
      this.name = "stages of " + Names.of(acquire.getClass());
    }

    @Override
    public String describe() {
      return name;
    }
  }

  /** Waits for a stage. What it failed with is thrown as it is if unchecked, else wrapped. */
  static <T extends @Nullable Object> T await(CompletionStage<T> stage)
      throws InterruptedException {
    return awaitOwned(stage, null); // nobody has to own it: it stays in the stage
  }

  /** Waits for a stage; a value that arrives after the waiter has gone is released. */
  static <T extends @Nullable Object> T await(
      CompletionStage<T> stage, AsyncWith.Close<? super T, ?> release) throws InterruptedException {
    Objects.requireNonNull(release, "what releases is null: give a lambda");
    return awaitOwned(stage, new ByTask<T>(release, ThreadContext.inherited()));
  }

  /**
   * Waits for a stage. It is not cancelled when the waiter goes: a cancelled CompletableFuture
   * refuses the value that is still on its way, and then nobody owns it.
   */
  private static <T extends @Nullable Object> T awaitOwned(
      CompletionStage<T> stage, HandOff.@Nullable Owner<T> owner) throws InterruptedException {
    Objects.requireNonNull(stage, "the stage to wait for is null: what should have made it?");
    var handOff = new HandOff<T>(owner);
    InterruptedException before = null;
    try {
      Waits.check("waiting for", stage);
    } catch (InterruptedException e) {
      before = e;
      var _ = handOff.leave(e); // at once, also if the value is there
    }
    CompletionStage<?> _ = stage.whenComplete((value, failure) -> pass(value, failure, handOff));
    if (before != null) {
      throw before;
    }
    return handOff.receive("waiting for", stage);
  }

  private static <T extends @Nullable Object> void pass(
      T value, @Nullable Throwable failure, HandOff<T> to) {
    if (failure == null) {
      to.give(value);
    } else {
      to.fail(unwrapped(failure));
    }
  }

  /** The failure itself if it is unchecked, else in one wrapper, whatever wraps it now. */
  private static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure;
    if (failure instanceof CompletionException && failure.getCause() != null) {
      cause = failure.getCause();
    }
    return cause instanceof RuntimeException || cause instanceof Error
        ? cause
        : new CompletionException(cause);
  }

  /** Releases by a stage; nobody waits any more, so a failure can only be logged. */
  private record ByStage<T>(
      BiFunction<? super T, ? super Outcome, ? extends CompletionStage<?>> release)
      implements HandOff.Owner<T> {
    @Override
    public void value(T late, InterruptedException gone) {
      try {
        CompletionStage<?> _ =
            release
                .apply(late, Outcome.of(gone))
                .whenComplete(
                    (_, failure) -> {
                      if (failure != null) {
                        Late.logNotReleased(failure);
                      }
                    });
      } catch (RuntimeException | Error failure) {
        Late.logNotReleased(failure);
      }
    }

    @Override
    public void failure(Throwable failure) {}
  }

  /** Releases in a task, since the thread that completes a stage may be one that must not wait. */
  private record ByTask<T extends @Nullable Object>(
      AsyncWith.Close<? super T, ?> release, Inherited inherited) implements HandOff.Owner<T> {
    @Override
    public void value(T late, InterruptedException gone) {
      try {
        new Release<T>(late, release, inherited.background()).start(inherited);
      } catch (IllegalStateException runnerHasEnded) {
        Late.<T>release(late, release);
      }
    }

    @Override
    public void failure(Throwable failure) {}
  }

  /** The task that releases a value: also if it is cancelled, by the end of its run, unbegun. */
  private static final class Release<T extends @Nullable Object> implements Task.Parent {
    private final T late;
    private final AsyncWith.Close<? super T, ?> release;
    private final Background background;

    /** Of the task's thread. */
    private boolean begun;

    Release(T late, AsyncWith.Close<? super T, ?> release, Background background) {
      this.late = late;
      this.release = release;
      this.background = background;
    }

    void start(Inherited inherited) {
      var _ = background.start("release of a late value", inherited, this::run, this);
    }

    private @Nullable Void run() {
      begun = true;
      Late.<T>release(late, release);
      return null;
    }

    @Override
    public void failed(Task<?> task, Throwable failure) {
      background.failed(task, failure);
    }

    @Override
    public void ended(Task<?> task) {
      try {
        if (!begun) {
          var _ = run();
        }
      } finally {
        background.ended(task);
      }
    }
  }
}
