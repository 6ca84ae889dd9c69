package dev.asyncwith;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Bodies of which the first that succeeds wins; the others are cancelled and waited for. */
final class Race<R extends @Nullable Object> implements Task.Parent {
  private final TaskGroup group = TaskGroup.create().withName("race");
  private final AsyncWith.@Nullable Close<? super R, ?> release;

  // Guarded by this object's monitor, and read by the caller when all tasks have ended.
  private final List<Throwable> failures = new ArrayList<>(0);
  private boolean won;
  private @Nullable R winner;

  Race(AsyncWith.@Nullable Close<? super R, ?> release) {
    this.release = release;
  }

  @SuppressWarnings("NullAway") // null only where a body returned it
  R run(Collection<? extends With0.Body<? extends R, ?>> bodies) throws InterruptedException {
    bodies.forEach(Bodies::required);
    if (bodies.isEmpty()) {
      throw new IllegalArgumentException("a race without bodies has no winner: give one at least");
    }
    Waits.check("beginning", group);
    try {
      AsyncWith.with(group).run(_ -> bodies.forEach(this::fork));
    } catch (InterruptedException e) {
      if (!won && failures.size() < bodies.size()) {
        throw e;
      }
      Cancellations.keepInterruptOf(e); // the race was over, and its end is not lost
    }
    if (!won) {
      throw Exits.<RuntimeException>sneaky(
          ExceptionGroup.orError("all bodies of " + group.describe() + " failed", failures));
    }
    return winner;
  }

  private void fork(With0.Body<? extends R, ?> body) {
    Callable<R> callable = Bodies.<R>callable(body);
    var _ =
        group.<@Nullable Void>fork(
            null,
            () -> {
              finish(callable.call());
              return null;
            },
            this);
  }

  /** A body has returned a value: it wins, or is late. */
  private void finish(R value) {
    if (win(value)) {
      group.cancel("another body has won");
    } else if (release != null) {
      Late.release(value, release);
    }
  }

  private synchronized boolean win(R value) {
    if (won) {
      return false;
    }
    won = true;
    winner = value;
    return true;
  }

  @Override
  public synchronized void failed(Task<?> task, Throwable failure) {
    failures.add(failure);
  }

  @Override
  public void ended(Task<?> task) {
    group.ended(task);
  }
}
