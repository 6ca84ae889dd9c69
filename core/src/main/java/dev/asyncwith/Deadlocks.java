package dev.asyncwith;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for circles among the threads that wait. An edge leads from a thread that waits for a lock
 * to those that hold it, and from one that waits for a task, or for those of a group, to their
 * threads. A circle counts if it is the same when it is looked at twice: threads move meanwhile.
 */
final class Deadlocks {
  private final Map<Thread, ThreadTrack> threads = new HashMap<>();
  private final Map<AsyncLock, Thread> holders = new HashMap<>();
  private final Set<Thread> done = new HashSet<>();
  private final List<List<Thread>> circles = new ArrayList<>();

  private Deadlocks(List<ThreadTrack> all) {
    for (ThreadTrack track : all) {
      if (canBePartOfCircle(track.waitsFor())) {
        threads.put(track.thread(), track);
      }
    }
    for (ThreadTrack track : threads.values()) {
      for (Open open = track.innermost(); open != null; open = open.around()) {
        addHolder(open);
      }
    }
    OpenThings.byHand().forEach(this::addHolder);
  }

  private static boolean canBePartOfCircle(@Nullable Object awaited) {
    return awaited instanceof AsyncLock || awaited instanceof Task || awaited instanceof TaskGroup;
  }

  private void addHolder(Open open) {
    if (open.what() instanceof AsyncLock lock && isHeld(lock, open)) {
      holders.put(lock, open.thread());
    }
  }

  static List<String> find(List<ThreadTrack> all) {
    Set<List<Thread>> first = new HashSet<>(new Deadlocks(all).search());
    if (first.isEmpty()) {
      return List.of();
    }
    var again = new Deadlocks(all);
    return again.search().stream().filter(first::contains).map(again::describe).toList();
  }

  /** Who waits for a condition of a lock has given the lock up. */
  static boolean isHeld(AsyncLock lock, Open open) {
    return open.phase() != OpenScope.Phase.ENTERING
        && !(open.track().waitsFor() instanceof AsyncCondition condition
            && condition.lock() == lock);
  }

  private List<List<Thread>> search() {
    for (ThreadTrack track : threads.values()) {
      follow(track.thread(), new ArrayList<>());
    }
    return circles;
  }

  private void follow(Thread thread, List<Thread> path) {
    int at = path.indexOf(thread);
    if (at >= 0) {
      circles.add(turned(path.subList(at, path.size())));
      return;
    }
    ThreadTrack track = threads.get(thread);
    if (track == null || !done.add(thread)) {
      return;
    }
    path.add(thread);
    for (Thread next : waitedFor(track)) {
      follow(next, path);
    }
    path.removeLast();
  }

  /** A circle has no first: that with the smallest number is made it. */
  private static List<Thread> turned(List<Thread> circle) {
    int first = 0;
    for (int i = 1; i < circle.size(); i++) {
      if (circle.get(i).threadId() < circle.get(first).threadId()) {
        first = i;
      }
    }
    List<Thread> turned = new ArrayList<>(circle.subList(first, circle.size()));
    turned.addAll(circle.subList(0, first));
    return turned;
  }

  private List<Thread> waitedFor(ThreadTrack track) {
    return switch (track.waitsFor()) {
      case AsyncLock lock -> holders.containsKey(lock) ? List.of(holders.get(lock)) : List.of();
      case Task<?> task when !task.isDone() -> List.of(task.thread());
      case TaskGroup group -> group.runningTasks().stream().map(Task::thread).toList();
      case null, default -> List.of();
    };
  }

  private String describe(List<Thread> circle) {
    var text = new StringBuilder("deadlock: ");
    for (int i = 0; i < circle.size(); i++) {
      Thread thread = circle.get(i);
      Thread next = circle.get((i + 1) % circle.size());
      Object what = track(thread).waitsFor();
      text.append(OpenedHere.threadName(thread)).append(" waits for ").append(nameOf(what));
      if (what instanceof AsyncLock) {
        text.append(", held by ").append(OpenedHere.threadName(next));
      } else if (what instanceof TaskGroup) {
        text.append(", in which ").append(OpenedHere.threadName(next)).append(" runs");
      }
      text.append(i + 1 < circle.size() ? "; " : "");
    }
    return text.toString();
  }

  private ThreadTrack track(Thread thread) {
    return Objects.requireNonNull(threads.get(thread), "it is part of a circle");
  }

  private static String nameOf(@Nullable Object what) {
    return what == null ? "nothing any more" : Names.describe(what);
  }
}
