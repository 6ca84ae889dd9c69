package dev.asyncwith.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.opentest4j.AssertionFailedError;

/**
 * The steps of a scenario, in the order in which they happened: a test records them and compares
 * the whole list.
 *
 * {@snippet :
 * var trail = new Trail();
 * with(trail.manager("A")).and(trail.manager("B")).run((a, b) -> trail.add("body"));
 * trail.assertSteps("enter A", "enter B", "body", "exit B: succeeded", "exit A: succeeded");
 * }
 *
 * <p>Safe for use by several threads.
 */
public final class Trail {
  private final List<String> steps = new ArrayList<>();

  /** Begins an empty trail. */
  public Trail() {}

  /**
   * Records a step.
   *
   * @param step what happened
   */
  public synchronized void add(String step) {
    steps.add(Objects.requireNonNull(step, "the step is null: give a text"));
  }

  /**
   * The steps so far.
   *
   * @return an unmodifiable copy
   */
  public synchronized List<String> steps() {
    return List.copyOf(steps);
  }

  /**
   * Fails if the steps so far are not exactly these.
   *
   * @param expected the steps, in order
   * @throws AssertionFailedError with both lists, one step a line
   */
  public void assertSteps(String... expected) {
    Objects.requireNonNull(expected, "the expected steps are null: give them, or nothing");
    List<String> actual = steps();
    List<String> wanted = Arrays.asList(expected);
    if (!actual.equals(wanted)) {
      String want = String.join("\n  ", wanted);
      String got = String.join("\n  ", actual);
      throw new AssertionFailedError(
          "the trail differs\nexpected:\n  " + want + "\nactual:\n  " + got, want, got);
    }
  }

  /**
   * A manager that records its enter and its exit here, and gives its name as the value.
   *
   * @param name its name
   * @return the manager, re-usable, which neither fails nor suppresses
   */
  public TrailManager manager(String name) {
    return new TrailManager(this, name, null, null, false);
  }
}
