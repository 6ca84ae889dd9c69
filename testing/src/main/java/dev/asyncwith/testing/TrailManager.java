package dev.asyncwith.testing;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.Outcome;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A manager that leaves its steps on a {@link Trail}: {@code enter A}, then {@code exit A:
 * succeeded}, {@code exit A: failed with java.io.IOException: gone} or {@code exit A: cancelled by
 * java.lang.InterruptedException}. Immutable; the {@code with…} methods give changed copies.
 */
public final class TrailManager implements AsyncContextManager<String, RuntimeException> {
  private final Trail trail;
  private final String name;
  private final @Nullable Throwable enterFailure;
  private final @Nullable Throwable exitFailure;
  private final boolean suppresses;

  TrailManager(
      Trail trail,
      String name,
      @Nullable Throwable enterFailure,
      @Nullable Throwable exitFailure,
      boolean suppresses) {
    this.trail = trail;
    this.name =
        Objects.requireNonNull(name, "the name of the manager is null: give one for its steps");
    this.enterFailure = enterFailure;
    this.exitFailure = exitFailure;
    this.suppresses = suppresses;
  }

  /**
   * One whose enter throws, after it recorded the step.
   *
   * @param failure what it throws, checked or not
   * @return a changed copy
   */
  public TrailManager withEnterFailure(Throwable failure) {
    Objects.requireNonNull(failure, "the failure of the enter is null: give what it throws");
    return new TrailManager(trail, name, failure, exitFailure, suppresses);
  }

  /**
   * One whose exit throws, after it recorded the step.
   *
   * @param failure what it throws, checked or not
   * @return a changed copy
   */
  public TrailManager withExitFailure(Throwable failure) {
    Objects.requireNonNull(failure, "the failure of the exit is null: give what it throws");
    return new TrailManager(trail, name, enterFailure, failure, suppresses);
  }

  /**
   * One whose exit asks to suppress the body's failure.
   *
   * @return a changed copy
   */
  public TrailManager withSuppression() {
    return new TrailManager(trail, name, enterFailure, exitFailure, true);
  }

  @Override
  public String enter() {
    trail.add("enter " + name);
    throwIfPresent(enterFailure);
    return name;
  }

  @Override
  public boolean exit(Outcome outcome) {
    String how =
        switch (outcome) {
          case Outcome.Succeeded() -> "succeeded";
          case Outcome.Failed(Throwable cause) -> "failed with " + cause;
          case Outcome.Cancelled(Throwable cause) -> "cancelled by " + cause;
        };
    trail.add("exit " + name + ": " + how);
    throwIfPresent(exitFailure);
    return suppresses;
  }

  @Override
  public String describe() {
    return name;
  }

  private static void throwIfPresent(@Nullable Throwable failure) {
    if (failure != null) {
      throw TrailManager.<RuntimeException>sneaky(failure);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <X extends Throwable> X sneaky(Throwable failure) throws X {
    throw (X) failure;
  }
}
