package dev.asyncwith;

import java.util.ArrayList;
import java.util.List;

/**
 * Shows what is open. {@link Tracking} has to be on; without it nothing is known to be.
 *
 * {@snippet :
 * System.err.println(Scopes.dump());
 * Files.writeString(path, Scopes.dump().toJson());
 * }
 *
 * <p>What it shows was so a moment ago: other threads go on meanwhile. Safe for use by several
 * threads; no method waits.
 */
public final class Scopes {
  private static final int DEFAULT_LIMIT = 1000;

  private Scopes() {}

  /**
   * What is open, at most the thousand things that are open for the longest time.
   *
   * @return the tree of runners, threads and tasks, and what they have open
   */
  public static ScopeDump dump() {
    return dump(DEFAULT_LIMIT);
  }

  /**
   * What is open.
   *
   * @param limit how many things to show at most: those that are open for the longest time; all are
   *     counted
   * @return the tree of runners, threads and tasks, and what they have open
   * @throws IllegalArgumentException if the limit is negative
   */
  public static ScopeDump dump(int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException(
          "at most " + limit + " things cannot be shown: give a limit that is not negative");
    }
    return ScopeDump.of(OpenSnapshot.take(limit));
  }

  /**
   * What is open, as a list: managers of blocks and stacks, what was opened by hand, and tasks.
   *
   * @return a new list, in no order
   */
  public static List<OpenScope> open() {
    List<OpenScope> all = new ArrayList<>();
    OpenThings.all().forEach(open -> all.add(OpenScope.of(open)));
    for (ThreadTrack track : OpenThings.threads()) {
      Task<?> task = track.task();
      if (task != null && track.runsTask()) {
        all.add(OpenScope.of(track, task));
      }
    }
    return all;
  }

  /**
   * The deadlocks: circles of threads that wait for locks, tasks or task groups, each of which
   * another of them holds or is. Only a timeout, or a cancel, ends one.
   *
   * @return a line for each that names all of it; empty if there are none
   */
  public static List<String> deadlocks() {
    return Deadlocks.find(OpenThings.threads());
  }
}
