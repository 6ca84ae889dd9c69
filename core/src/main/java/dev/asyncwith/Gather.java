package dev.asyncwith;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Bodies that run at the same time, each in a task, none of which outlives the call. The first one
 * that fails cancels the others, and its failure is thrown as it is.
 */
final class Gather<R extends @Nullable Object> implements Task.Parent {
  private final TaskGroup group;

  /** In the order in which they happened; guarded by this object's monitor. */
  private final List<Throwable> failures = new ArrayList<>(0);

  private Gather(TaskGroup group) {
    this.group = group;
  }

  /** Runs bodies in a new group; throws whatever they throw. */
  static <R extends @Nullable Object> List<R> run(
      TaskGroup group, Collection<? extends With0.Body<? extends R, ?>> bodies)
      throws InterruptedException {
    return new Gather<R>(group).run(bodies);
  }

  private List<R> run(Collection<? extends With0.Body<? extends R, ?>> bodies)
      throws InterruptedException {
    bodies.forEach(Bodies::required);
    Waits.check("beginning", group);
    List<Task<R>> tasks = new ArrayList<>(bodies.size());
    try {
      AsyncWith.with(group).run(_ -> fork(bodies, tasks));
    } catch (InterruptedException e) {
      if (failures.isEmpty()) {
        throw e;
      }
      Cancellations.keepInterruptOf(e); // a failure wins over a cancellation, which stays
    }
    if (!failures.isEmpty()) {
      throw Exits.<RuntimeException>sneaky(failure());
    }
    return results(tasks);
  }

  private void fork(Collection<? extends With0.Body<? extends R, ?>> bodies, List<Task<R>> tasks) {
    for (With0.Body<? extends R, ?> body : bodies) {
      tasks.add(group.fork(null, Bodies.<R>callable(body), this));
    }
  }

  private Throwable failure() {
    Throwable first = failures.getFirst();
    for (Throwable other : failures) {
      if (other != first) {
        first.addSuppressed(other);
      }
    }
    return first;
  }

  private List<R> results(List<Task<R>> tasks) {
    List<R> results = new ArrayList<>(tasks.size());
    for (Task<R> task : tasks) {
      try {
        results.add(task.resultNow());
      } catch (ExecutionException e) {
        throw new AssertionError("the group heard of no failure", e);
      }
    }
    return Collections.unmodifiableList(results); // which takes nulls
  }

  @Override
  public void failed(Task<?> task, Throwable failure) {
    synchronized (this) {
      failures.add(failure);
    }
    group.cancel(task.name() + " failed");
  }

  @Override
  public void ended(Task<?> task) {
    group.ended(task);
  }

  /** How each body ended; an Error is thrown. */
  static <R extends @Nullable Object> List<Settled<R>> settled(
      TaskGroup group, Collection<? extends With0.Body<? extends R, ?>> bodies)
      throws InterruptedException {
    List<With0.Body<Settled<R>, RuntimeException>> settling = new ArrayList<>(bodies.size());
    for (With0.Body<? extends R, ?> body : bodies) {
      Bodies.required(body);
      settling.add(() -> settle(body));
    }
    return run(group, settling);
  }

  private static <R extends @Nullable Object> Settled<R> settle(With0.Body<? extends R, ?> body) {
    try {
      return new Settled.Succeeded<>(body.call());
    } catch (Error e) {
      throw e;
    } catch (Throwable failure) {
      return new Settled.Failed<>(failure);
    }
  }
}
