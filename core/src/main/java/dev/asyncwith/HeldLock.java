package dev.asyncwith;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A lock that is held, or something else that threads wait to enter.
 *
 * @param name what it calls itself
 * @param holders the threads that hold it, as far as tracking knows
 * @param waiters the threads that wait for it
 */
record HeldLock(String name, List<String> holders, List<String> waiters) {

  /** All that is waited for, and the locks that are held. */
  static List<HeldLock> in(OpenSnapshot snapshot) {
    Map<AsyncExit<?>, HeldLock> found = new LinkedHashMap<>();
    for (ThreadTrack track : snapshot.threads()) {
      if (track.waitsFor() instanceof AsyncGuard<?> guard) {
        of(guard, found).waiters().add(track.name());
      }
    }
    for (Open open : snapshot.open()) {
      boolean holds = open.phase() != OpenScope.Phase.ENTERING;
      if (open.what() instanceof AsyncLock lock && Deadlocks.isHeld(lock, open)) {
        of(lock, found).holders().add(OpenedHere.threadName(open.thread()));
      } else if (holds && open.what() instanceof AsyncGuard<?> guard && found.containsKey(guard)) {
        of(guard, found).holders().add(OpenedHere.threadName(open.thread()));
      }
    }
    return List.copyOf(found.values());
  }

  private static HeldLock of(AsyncGuard<?> guard, Map<AsyncExit<?>, HeldLock> found) {
    return found.computeIfAbsent(
        guard, _ -> new HeldLock(Names.describe(guard), new ArrayList<>(), new ArrayList<>()));
  }

  String line() {
    return "%s: held by %s%s"
        .formatted(
            name,
            holders.isEmpty() ? "nobody that is tracked" : String.join(", ", holders),
            waiters.isEmpty() ? "" : "; waited for by " + String.join(", ", waiters));
  }
}
