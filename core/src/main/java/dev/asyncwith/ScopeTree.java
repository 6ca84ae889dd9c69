package dev.asyncwith;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Puts what is open into a tree: runners, their threads and tasks, what those have open, and below
 * a task group its tasks. A part that is not shown leaves its place to what is around it.
 */
final class ScopeTree {

  /**
   * A part of the tree.
   *
   * @param kind runner, task, thread or scope
   * @param title for the text
   * @param facts for JSON: strings, numbers, booleans and lists of strings
   */
  record Branch(String kind, String title, Map<String, Object> facts, List<Branch> children) {
    static Branch of(String kind, String title) {
      return new Branch(kind, title, new LinkedHashMap<>(), new ArrayList<>());
    }
  }

  private final long now;
  private final List<Branch> roots = new ArrayList<>();
  private final Map<Background, Branch> runners = new HashMap<>();
  private final Map<ThreadTrack, Branch> threads = new HashMap<>();
  private final Map<Open, Branch> scopes = new HashMap<>();

  /** The task groups that are shown, by their scopes: their tasks are below them. */
  private final Map<CancelScope, Branch> groups = new HashMap<>();

  private ScopeTree(OpenSnapshot snapshot) {
    now = snapshot.now();
    for (Open open : snapshot.open()) {
      Branch branch = branchOf(open);
      scopes.put(open, branch);
      if (open.what() instanceof TaskGroup group) {
        groups.put(group.scope(), branch);
      }
    }
    snapshot.open().forEach(this::place);
    if (snapshot.open().size() == snapshot.total()) {
      snapshot.threads().stream()
          .filter(track -> track.runsTask() || track.waitsFor() != null)
          .forEach(this::threadBranch);
    }
  }

  static List<Branch> of(OpenSnapshot snapshot) {
    return new ScopeTree(snapshot).roots;
  }

  private void place(Open open) {
    Branch parent = null;
    for (Open o = open.around(); o != null && parent == null; o = o.around()) {
      parent = scopes.get(o);
    }
    if (parent == null) {
      parent = threadBranch(open.track());
    }
    parent.children().add(scopes.get(open));
  }

  private Branch threadBranch(ThreadTrack track) {
    Branch known = threads.get(track);
    if (known != null) {
      return known;
    }
    Branch branch = branchOf(track);
    threads.put(track, branch);
    parentOf(track).add(branch);
    return branch;
  }

  /** Where a thread belongs: to a task group, to the thread that started it, to a runner. */
  private List<Branch> parentOf(ThreadTrack track) {
    Background run = track.inherited().background();
    Task<?> task = track.task();
    CancelScope above = task == null ? null : task.scope().above();
    Branch group = above == null ? null : groups.get(above);
    if (group != null) {
      return group.children();
    }
    ThreadTrack starter = above == null ? null : above.trackOfThread();
    if (starter != null && starter.inherited().background() == run) {
      return threadBranch(starter).children();
    }
    return run == Background.OF_NO_RUNNER ? roots : runnerBranch(run).children();
  }

  private Branch runnerBranch(Background run) {
    return runners.computeIfAbsent(
        run,
        _ -> {
          Branch branch = Branch.of("runner", run.runner());
          branch.facts().put("name", run.runner());
          roots.add(branch);
          return branch;
        });
  }

  private static Branch branchOf(ThreadTrack track) {
    Thread thread = track.thread();
    Task<?> task = track.task();
    String kind = task == null ? "thread" : "task";
    String name = track.name();
    String title =
        "%s %s (%s #%d)"
            .formatted(kind, name, thread.isVirtual() ? "virtual" : "platform", thread.threadId());
    String waits = track.waits();
    Branch branch = Branch.of(kind, title + (waits == null ? "" : ", waits for " + waits));
    branch.facts().put("name", name);
    branch.facts().put("thread", thread.threadId());
    branch.facts().put("virtual", thread.isVirtual());
    if (task != null) {
      branch.facts().put("state", task.progress());
    }
    if (waits != null) {
      branch.facts().put("waitsFor", waits);
    }
    return branch;
  }

  private Branch branchOf(Open open) {
    OpenScope scope = OpenScope.of(open);
    Duration age = Duration.ofNanos(Math.max(now - scope.openedAt(), 0));
    String phase = scope.phase() == OpenScope.Phase.BODY ? "open" : lower(scope.phase());
    StackTraceElement line = scope.line();
    Branch branch =
        Branch.of(
            "scope",
            "%s: %s%s for %s%s"
                .formatted(
                    scope.name(),
                    phase,
                    scope.kind() == OpenScope.Kind.BY_HAND ? " by hand" : "",
                    Names.time(age),
                    line == null ? "" : ", since " + line));
    branch.facts().put("name", scope.name());
    branch.facts().put("type", scope.type().getName());
    branch.facts().put("kind", lower(scope.kind()));
    branch.facts().put("phase", lower(scope.phase()));
    branch.facts().put("seconds", age.toNanos() / 1e9);
    if (open.openedHere() != null) {
      List<String> frames = new ArrayList<>();
      for (StackTraceElement frame : open.openedHere().getStackTrace()) {
        frames.add(frame.toString());
      }
      branch.facts().put("openedAt", frames);
    }
    return branch;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
