package dev.asyncwith.conformance;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is in reach of a statement that is generated.
 *
 * @param task the task it runs in
 * @param cancellable whether the task may cancel itself
 * @param exit whether it is part of an exit
 * @param handler whether it is part of a handler
 * @param depth how deep it stands
 * @param groups the groups around it
 * @param stacks the stacks it may use
 * @param timeouts the timeouts around it
 * @param tasks the tasks that were forked before it
 * @param held the locks that its task holds
 */
record Scope(
    String task,
    boolean cancellable,
    boolean exit,
    boolean handler,
    int depth,
    List<String> groups,
    List<String> stacks,
    List<String> timeouts,
    List<String> tasks,
    Set<String> held) {

  static Scope of(String task, boolean cancellable, List<String> groups, List<String> tasks) {
    return new Scope(
        task,
        cancellable,
        false,
        false,
        0,
        groups,
        new ArrayList<>(),
        new ArrayList<>(),
        tasks,
        new HashSet<>());
  }

  Scope inExit() {
    return without(true);
  }

  Scope inHandler() {
    return new Scope(
        task, cancellable, exit, true, depth + 1, groups, stacks, timeouts, tasks, held);
  }

  Scope deeper() {
    return new Scope(
        task, cancellable, exit, handler, depth + 1, groups, stacks, timeouts, tasks, held);
  }

  /** In a group, whose tasks are forked here. */
  Scope inGroup(String group) {
    List<String> all = new ArrayList<>(groups);
    all.add(group);
    return new Scope(
        task, cancellable, exit, handler, depth + 1, all, stacks, timeouts, tasks, held);
  }

  /** In a body that Python runs as a task of its own. */
  Scope apart() {
    return without(false);
  }

  /** Where what is around is out of reach. */
  private Scope without(boolean inExit) {
    return new Scope(
        task,
        false,
        inExit,
        false,
        depth + 1,
        List.of(),
        new ArrayList<>(),
        new ArrayList<>(),
        tasks,
        held);
  }
}
