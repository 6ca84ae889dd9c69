package dev.asyncwith;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that have not ended, the oldest first. The links are in the tasks, so that a task is added
 * and removed without a search and without garbage. Guarded by whoever has the list.
 */
final class TaskList {
  private @Nullable Task<?> first;
  private @Nullable Task<?> last;
  private int size;

  int size() {
    return size;
  }

  void add(Task<?> task) {
    task.listed = true;
    task.before = last;
    if (last == null) {
      first = task;
    } else {
      last.after = task;
    }
    last = task;
    size++;
  }

  /** Has no effect on a task that is not in it. */
  void remove(Task<?> task) {
    if (!task.listed) {
      return;
    }
    Task<?> before = task.before;
    Task<?> after = task.after;
    if (before == null) {
      first = after;
    } else {
      before.after = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.before = before;
    }
    task.listed = false;
    task.before = null;
    task.after = null;
    size--;
  }

  List<Task<?>> copy() {
    List<Task<?>> all = new ArrayList<>(size);
    for (Task<?> task = first; task != null; task = task.after) {
      all.add(task);
    }
    return all;
  }
}
