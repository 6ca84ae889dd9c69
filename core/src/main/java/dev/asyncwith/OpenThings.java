package dev.asyncwith;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What tracking knows: the threads that have, or had, something open or wait for something, and
 * what no block of a thread holds. Safe for use by several threads.
 */
final class OpenThings {
  private static final int FIRST_SWEEP = 1024;

  private static final Set<ThreadTrack> THREADS = ConcurrentHashMap.newKeySet();
  private static final Set<StackEntry> ENTRIES = ConcurrentHashMap.newKeySet();
  private static final Set<ByHand> BY_HAND = ConcurrentHashMap.newKeySet();

  /** How many threads may come until those are looked for that have ended. */
  private static final AtomicInteger UNTIL_SWEEP = new AtomicInteger(FIRST_SWEEP);

  private OpenThings() {}

  /** The threads of the library leave at their end; others are found when they have ended. */
  static void add(ThreadTrack track) {
    THREADS.add(track);
    if (UNTIL_SWEEP.decrementAndGet() == 0) {
      THREADS.removeIf(each -> each.thread().getState() == Thread.State.TERMINATED);
      UNTIL_SWEEP.set(Math.max(FIRST_SWEEP, THREADS.size()));
    }
  }

  static void remove(ThreadTrack track) {
    THREADS.remove(track);
  }

  static void addEntry(StackEntry entry) {
    ENTRIES.add(entry);
  }

  static void removeEntry(StackEntry entry) {
    ENTRIES.remove(entry);
  }

  static void addByHand(ByHand open) {
    BY_HAND.add(open);
  }

  /** Whether it was there. */
  static boolean removeByHand(ByHand open) {
    return BY_HAND.remove(open);
  }

  static List<ThreadTrack> threads() {
    return new ArrayList<>(THREADS);
  }

  static Set<ByHand> byHand() {
    return BY_HAND;
  }

  /** All that is open now; what is opened or closed meanwhile is there or not. */
  static List<Open> all() {
    return all(THREADS);
  }

  /** All that is open, as far as threads have it. */
  static List<Open> all(Collection<ThreadTrack> threads) {
    List<Open> all = new ArrayList<>(ENTRIES);
    all.addAll(BY_HAND);
    for (ThreadTrack track : threads) {
      for (Open open = track.innermost(); open != null; open = open.around()) {
        if (open.isOfThread()) {
          all.add(open);
        }
      }
    }
    return all;
  }
}
