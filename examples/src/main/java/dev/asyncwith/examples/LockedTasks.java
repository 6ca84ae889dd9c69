package dev.asyncwith.examples;

import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.AsyncLock;
import dev.asyncwith.AsyncWith;
import dev.asyncwith.TaskGroup;

/** Two tasks that run at the same time, and a lock that lets one of them in after the other. */
public final class LockedTasks {
  static void visit(String name, AsyncLock lock, Narrator out) throws InterruptedException {
    out.say("{0} asks for the lock", name);
    with(lock)
        .and(out.during("{0} has the lock", "{0} gives the lock back", name))
        .run(() -> out.work(300));
  }

  public static void run(AsyncLock lock, Narrator out) throws InterruptedException {
    with(TaskGroup.create())
        .run(
            tasks -> {
              tasks.fork("A", () -> visit("A", lock, out));
              tasks.fork("B", () -> visit("B", lock, out));
            });
    out.say("both tasks are done");
  }

  static void main() throws InterruptedException {
    AsyncWith.run(() -> run(AsyncLock.create(), Narrator.console()));
  }
}
