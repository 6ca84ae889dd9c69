package dev.asyncwith;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What {@link AsyncWith#waitAll waitAll}, {@code waitFirst} and {@code waitFirstFailure} found:
 * Python's {@code (done, pending)}. Both sets are unmodifiable and in the order in which the tasks
 * were given; together they hold each task once.
 *
 * @param <K> the type of the tasks
 * @param done those that were done when the wait ended
 * @param pending the others, which go on
 */
public record Waited<K extends Task<?>>(Set<K> done, Set<K> pending) {
  /**
   * The end of a wait.
   *
   * @param done those that were done
   * @param pending the others
   */
  public Waited {
    Objects.requireNonNull(done, "the tasks that are done are null: give a set");
    Objects.requireNonNull(pending, "the tasks that are pending are null: give a set");
    done = Collections.unmodifiableSet(new LinkedHashSet<>(done));
    pending = Collections.unmodifiableSet(new LinkedHashSet<>(pending));
  }

  /** Waits for the first task that {@code ends} the wait, for all if none does, or for the time. */
  static <K extends Task<?>> Waited<K> when(
      Predicate<Task<?>> ends, Collection<? extends K> tasks, @Nullable Duration timeout)
      throws InterruptedException {
    Objects.requireNonNull(tasks, "the tasks to wait for are null");
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException("there are no tasks to wait for: give one at least");
    }
    var completed = new AsCompleted<K>(tasks, timeout);
    try {
      boolean ended = false;
      while (!ended && completed.hasNext()) {
        K task = completed.poll();
        ended = task == null || ends.test(task);
      }
      return completed.state();
    } finally {
      completed.forget();
    }
  }
}
