package dev.asyncwith;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * What was open at a moment: all of it counted, and what was open for the longest time to be shown.
 *
 * @param now when, by {@link System#nanoTime}
 * @param open what is shown, the oldest first
 * @param threads all threads that are known
 * @param tasks how many tasks run
 * @param total how many things are open
 * @param byType how many of each class
 */
record OpenSnapshot(
    long now,
    List<Open> open,
    List<ThreadTrack> threads,
    int tasks,
    int total,
    Map<Class<?>, Integer> byType) {

  private static final Comparator<Open> OLDEST_FIRST =
      (a, b) -> Long.signum(a.since() - b.since()); // a clock's values may wrap around

  static OpenSnapshot take(int limit) {
    List<ThreadTrack> threads = OpenThings.threads();
    int tasks = 0;
    for (ThreadTrack track : threads) {
      if (track.runsTask()) {
        tasks++;
      }
    }
    List<Open> all = OpenThings.all(threads);
    Map<Class<?>, int[]> counts = new HashMap<>();
    var oldest = new PriorityQueue<>(OLDEST_FIRST.reversed());
    for (Open open : all) {
      counts.computeIfAbsent(open.type(), _ -> new int[1])[0]++;
      if (oldest.size() < limit) {
        oldest.add(open);
      } else if (limit > 0 && OLDEST_FIRST.compare(open, oldest.element()) < 0) {
        oldest.remove();
        oldest.add(open);
      }
    }
    List<Open> shown = new ArrayList<>(oldest);
    shown.sort(OLDEST_FIRST);
    Map<Class<?>, Integer> byType = new HashMap<>();
    counts.forEach((type, count) -> byType.put(type, count[0]));
    return new OpenSnapshot(System.nanoTime(), shown, threads, tasks, all.size(), byType);
  }
}
