package dev.asyncwith;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** What the tasks of a group failed with. */
final class GroupFailures {
  // Guarded by this object's monitor, but whether there are any is also seen without it. Both are
  // made when they are first needed.
  private volatile @Nullable List<Throwable> failures;

  /** Of forks after a failure, which only say that there was one. */
  private @Nullable Set<Throwable> refusals;

  /** Adds the failure of a task, unless it only tells of another one. */
  synchronized void add(Throwable failure) {
    if (tellsOfAnother(failure)) {
      return;
    }
    if (failures == null) {
      failures = new ArrayList<>();
    }
    failures.add(failure);
  }

  private boolean tellsOfAnother(Throwable failure) {
    return (failure instanceof ExecutionException ofGet && isKnown(ofGet)) || isRefusal(failure);
  }

  /** Notes that a fork was refused, which after a failure is none of its own. */
  synchronized void refused(Throwable refusal) {
    if (failures == null) {
      return;
    }
    if (refusals == null) {
      refusals = Collections.newSetFromMap(new IdentityHashMap<>());
    }
    refusals.add(refusal);
  }

  boolean isEmpty() {
    return failures == null;
  }

  /** All of them, in the order in which they came. */
  synchronized List<Throwable> copy() {
    return failures == null ? new ArrayList<>() : new ArrayList<>(failures);
  }

  /** Whether the failure of the body only says that a task has failed. */
  synchronized boolean isEcho(Throwable body) {
    return switch (body) {
      case ExecutionException e -> isKnown(e);
      case CancellationException _ -> true; // of a task that was cancelled because of the failure
      default -> isRefusal(body);
    };
  }

  private boolean isRefusal(Throwable failure) {
    return refusals != null && refusals.contains(failure);
  }

  /** Whether it is the failure of one of the tasks, as another one got it. */
  private boolean isKnown(ExecutionException ofGet) {
    Throwable failure = ofGet;
    while (failure instanceof ExecutionException outer && outer.getSuppressed().length == 0) {
      failure = outer.getCause();
    }
    Throwable first = failure;
    return failures != null && failures.stream().anyMatch(known -> known == first);
  }
}
