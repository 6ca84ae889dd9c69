package dev.asyncwith;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A generator on the stack of its block, while tracking or a recording is on. */
final class TrackedRun<T extends @Nullable Object> extends InlineRun<T> {
  private final Tracked<?, ?> open;

  TrackedRun(
      GeneratorManager<T, ?> manager,
      Generator<T, RuntimeException> generator,
      @Nullable String name,
      @Nullable Duration budget,
      Block block,
      int level,
      Object body,
      @Nullable Object v1,
      @Nullable Object v2,
      @Nullable Object v3) {
    super(generator, name, budget, block, level, body, v1, v2, v3);
    open = Tracked.begin(manager);
  }

  @Override
  void runBody(T value) throws InterruptedException {
    open.phase(OpenScope.Phase.BODY);
    try {
      super.runBody(value);
    } finally {
      open.phase(OpenScope.Phase.EXITING);
    }
  }

  @Override
  @Nullable Throwable endExit(@Nullable Throwable thrown) {
    Throwable left = super.endExit(thrown);
    open.end(open.phase() == OpenScope.Phase.ENTERING ? null : outcome());
    return left;
  }

  private Outcome outcome() {
    Throwable failure = bodyFailure();
    return failure == null ? Outcome.succeeded() : Cancellations.outcome(failure);
  }
}
