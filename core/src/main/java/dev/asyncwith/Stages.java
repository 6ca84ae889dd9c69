package dev.asyncwith;

import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
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
      Objects.requireNonNull(acquire, "acquire");
      Objects.requireNonNull(release, "release");
      super(
          () -> awaitOwned(acquire.get(), release),
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
    Objects.requireNonNull(stage, "the stage to wait for is null: what should have made it?");
    CompletableFuture<T> future = stage.toCompletableFuture();
    Waits.check("waiting for", stage);
    if (!future.isDone()) { // not by its own wait, which a cancel without an interrupt cannot wake
      var waiter = new Waiter();
      CompletableFuture<T> _ = future.whenComplete((_, _) -> waiter.wake());
      Waits.await(waiter, "waiting for", stage);
    }
    try {
      return future.get();
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      if (cause instanceof RuntimeException || cause instanceof Error) {
        throw Exits.<RuntimeException>sneaky(cause);
      }
      throw new CompletionException(cause);
    }
  }

  /** Waits for a stage; a value that arrives after the waiter was interrupted is released. */
  private static <T> T awaitOwned(
      CompletionStage<T> stage,
      BiFunction<? super T, ? super Outcome, ? extends CompletionStage<?>> release)
      throws InterruptedException {
    try {
      return await(stage);
    } catch (InterruptedException interrupt) {
      // Not cancelled: a cancelled CompletableFuture refuses the value that is still on its way,
      // and then nobody owns it.
      CompletionStage<?> _ = stage.thenAccept(late -> releaseLate(late, release, interrupt));
      throw interrupt;
    }
  }

  /** Nobody waits any more, so a failure can only be logged. */
  private static <T> void releaseLate(
      T late,
      BiFunction<? super T, ? super Outcome, ? extends CompletionStage<?>> release,
      InterruptedException interrupt) {
    try {
      CompletionStage<?> _ =
          release
              .apply(late, Outcome.of(interrupt))
              .whenComplete(
                  (_, failure) -> {
                    if (failure != null) {
                      logLate(failure);
                    }
                  });
    } catch (RuntimeException | Error failure) {
      logLate(failure);
    }
  }

  private static void logLate(Throwable failure) {
    System.getLogger("dev.asyncwith")
        .log(
            Level.WARNING, "a value that came after its waiter was gone was not released", failure);
  }
}
