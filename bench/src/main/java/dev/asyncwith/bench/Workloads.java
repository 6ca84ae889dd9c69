package dev.asyncwith.bench;

import static dev.asyncwith.bench.Figure.BYTES;
import static dev.asyncwith.bench.Figure.NANOS;
import static dev.asyncwith.bench.Figure.OVERTAKEN;
import static dev.asyncwith.bench.Figure.P99;
import static dev.asyncwith.bench.Goal.AHEAD;
import static dev.asyncwith.bench.Goal.NONE;
import static dev.asyncwith.bench.Goal.NOTHING;
import static dev.asyncwith.bench.Goal.atMost;
import static dev.asyncwith.bench.Goal.more;
import static dev.asyncwith.bench.Goal.times;

import dev.asyncwith.bench.rival.Rival;
import java.util.ArrayList;
import java.util.List;

/** Everything that is measured, and the goals. */
final class Workloads {
  /** One of the suites, which bench/run knows by their names. */
  static final String CORE = "core";

  /** Task groups and timeouts. */
  static final String TASKS = "tasks";

  /** Locks. */
  static final String LOCKS = "locks";

  private static final String FORKS = "forks";
  private static final String OPEN = "open";
  private static final String WAITING = "waiters";
  private static final int STACK = 100;
  private static final int MILLION = 1_000_000;
  private static final int FEWER = 100_000;
  private static final int WAITERS = 10_000;
  private static final int TURNS = 200;
  private static final List<String> NO_FLAGS = List.of();

  /** The frames of a stack are of one size only when compilers do not lag behind. */
  private static final List<String> COMPILED = List.of("-Xbatch");

  /** On one carrier nobody comes between the ticket of a waiter and its place in the queue. */
  private static final List<String> ONE_CARRIER =
      List.of(
          "-Djdk.virtualThreadScheduler.parallelism=1",
          "-Djdk.virtualThreadScheduler.maxPoolSize=1");

  private final Python python;

  private Workloads(Python python) {
    this.python = python;
  }

  static List<Workload> all(Python python) {
    var workloads = new Workloads(python);
    List<Workload> all = new ArrayList<>();
    all.addAll(workloads.blocks());
    all.addAll(workloads.otherManagers());
    all.addAll(workloads.tasks());
    all.addAll(workloads.open());
    all.addAll(workloads.locks());
    return all;
  }

  private static Workload of(
      String suite, String name, String title, String benchmark, Rival ours) {
    return Workload.of(suite, name, title, ours, JmhProbe.of(benchmark, ours));
  }

  private static Workload core(String name, String title, String benchmark) {
    return of(CORE, name, title, benchmark, Rival.ASYNCWITH);
  }

  /** Rows of the same benchmark. */
  private static Workload rows(Workload workload, String benchmark, Goal goal, Rival... rivals) {
    for (Rival rival : rivals) {
      workload.against(rival, JmhProbe.of(benchmark, rival), goal);
    }
    return workload;
  }

  private Workload cpython(Workload workload, String work, int... numbers) {
    return workload.against(Rival.CPYTHON, ProcessProbe.python(python, work, numbers), AHEAD);
  }

  private List<Workload> blocks() {
    String one = "BlockBenchmark.one";
    Workload block = core("block", "a block of one manager", one).alone(BYTES, NOTHING);
    rows(block, one, times(1.5), Rival.SAFE);
    rows(block, one, more(1.5), Rival.PLAIN);
    rows(block, one, NONE, Rival.TWR);
    rows(block, one, AHEAD, Rival.GUAVA, Rival.REACTOR);

    Workload virtual =
        Workload.of(
                CORE,
                "block, virtual",
                "a block of one manager on a virtual thread",
                Rival.ASYNCWITH,
                JmhProbe.of(one, Rival.ASYNCWITH).onVirtualThread())
            .alone(BYTES, NOTHING)
            .against(Rival.SAFE, JmhProbe.of(one, Rival.SAFE).onVirtualThread(), NONE);

    String scoped = "BlockBenchmark.scoped";
    Workload inScope =
        core("block in a scope", "a block of one manager while a cancel scope is active", scoped)
            .alone(BYTES, NOTHING);
    rows(inScope, scoped, times(1.5), Rival.SHIELDED);
    return List.of(
        cpython(block, "block"),
        virtual,
        rows(inScope, scoped, NONE, Rival.SAFE),
        depth("two", 2).alone(BYTES, NOTHING),
        depth("three", 3).alone(BYTES, NOTHING),
        cpython(depth("four", 4).alone(BYTES, NOTHING), "nested"),
        nested(),
        profile("classes", "managers of eight classes in turn"),
        profile("polluted", "one manager, in code whose profile many others filled"));
  }

  private static Workload depth(String method, int number) {
    String benchmark = "NestedBenchmark." + method;
    Workload workload = core("and, " + number, number + " managers in one block", benchmark);
    return rows(workload, benchmark, NONE, Rival.SAFE, Rival.PLAIN, Rival.TWR);
  }

  /**
   * The body of an inner block is a lambda of its own, which is known to allocate from three on.
   */
  private static Workload nested() {
    String two = "NestedBenchmark.two";
    return of(CORE, "nested, 2", "a block in a block", two, Rival.NESTED)
        .alone(BYTES, NOTHING)
        .against(Rival.SAFE, JmhProbe.of(two, Rival.SAFE), NONE);
  }

  private static Workload profile(String method, String title) {
    String benchmark = "BlockBenchmark." + method;
    Workload workload = core("block, " + method, title, benchmark);
    return rows(workload, benchmark, NONE, Rival.SAFE, Rival.TWR);
  }

  private List<Workload> otherManagers() {
    String one = "BlockBenchmark.one";
    Workload generator =
        of(CORE, "generator", "a generator in a block", one, Rival.GENERATOR).alone(BYTES, NOTHING);
    rows(generator, one, times(1.6), Rival.SAFE);

    Workload cancellable =
        of(CORE, "cancellable", "a block that others can cancel", one, Rival.CANCELLABLE);
    rows(cancellable, one, AHEAD, Rival.STS, Rival.JOX);

    String all = "StackBenchmark.all";
    Workload stack = core("stack of " + STACK, STACK + " managers in an exit stack", all);
    rows(stack, all, times(3), Rival.SAFE);
    rows(stack, all, AHEAD, Rival.GUAVA);
    return List.of(cpython(generator, "generator"), cancellable, cpython(stack, "stack", STACK));
  }

  private List<Workload> tasks() {
    String within = "TaskBenchmark.timeout";
    Workload timeout =
        of(TASKS, "timeout", "a timeout that does not pass", within, Rival.ASYNCWITH)
            .alone(NANOS, atMost(250));
    rows(timeout, within, NONE, Rival.THREADS, Rival.EXECUTOR);
    rows(timeout, within, AHEAD, Rival.STS, Rival.JOX, Rival.GUAVA, Rival.REACTOR);

    Workload group =
        Workload.of(
            TASKS,
            "group of 2",
            "two tasks of a virtual thread",
            Rival.ASYNCWITH,
            ofTwo(Rival.ASYNCWITH));
    for (Rival rival : List.of(Rival.THREADS, Rival.EXECUTOR)) {
      group.against(rival, ofTwo(rival), NONE);
    }
    for (Rival rival : List.of(Rival.STS, Rival.JOX, Rival.GUAVA, Rival.REACTOR)) {
      group.against(rival, ofTwo(rival), AHEAD);
    }

    Workload million =
        process(TASKS, "group of 1,000,000", "a million tasks of a virtual thread", TASKS, MILLION);
    million.against(Rival.THREADS, java(Rival.THREADS, TASKS, MILLION), times(1.3));
    million.against(Rival.EXECUTOR, java(Rival.EXECUTOR, TASKS, MILLION), NONE);
    for (Rival rival : List.of(Rival.STS, Rival.JOX, Rival.GUAVA, Rival.REACTOR)) {
      million.against(rival, java(rival, TASKS, MILLION), AHEAD);
    }
    return List.of(
        cpython(timeout, "timeout"),
        cpython(group, "group", 2),
        cpython(million, TASKS, MILLION),
        ofPlatformThread());
  }

  /** It is no carrier, and shares the processors with those. */
  private static Workload ofPlatformThread() {
    Workload million =
        process(
            TASKS,
            "group of 1,000,000, platform",
            "a million tasks of a platform thread",
            FORKS,
            MILLION);
    for (Rival rival : List.of(Rival.THREADS, Rival.STS, Rival.GUAVA, Rival.REACTOR)) {
      million.against(rival, java(rival, FORKS, MILLION), NONE);
    }
    return million;
  }

  /**
   * From a virtual thread, as in a server; to wake a platform thread takes longer than the tasks.
   * It runs on all processors, so that compilers get none for themselves, and takes seconds to be
   * warm.
   */
  private static Probe ofTwo(Rival rival) {
    return JmhProbe.of("TaskBenchmark.group", rival).with("size", 2).onVirtualThread().warmedUp(6);
  }

  private static Probe java(Rival rival, String work, int... numbers) {
    return ProcessProbe.java(rival, NO_FLAGS, work, numbers);
  }

  private static Workload process(
      String suite, String name, String title, String work, int... numbers) {
    Rival ours = Rival.ASYNCWITH;
    return Workload.of(suite, name, title, ours, java(ours, work, numbers));
  }

  private static Probe held(Rival rival, int number) {
    return ProcessProbe.java(rival, COMPILED, OPEN, number);
  }

  private List<Workload> open() {
    Probe thread = held(Rival.THREADS, MILLION);
    Workload blocks =
        Workload.of(
                TASKS,
                "1,000,000 open blocks",
                "the heap of a thread in a block",
                Rival.ASYNCWITH,
                held(Rival.ASYNCWITH, MILLION))
            .against(Rival.THREADS, thread, BYTES, more(60));
    Probe python = ProcessProbe.python(this.python, OPEN, FEWER);
    Workload scopes =
        Workload.of(
                TASKS,
                "1,000,000 open scopes",
                "the heap of a thread in a cancel scope",
                Rival.CANCELLABLE,
                held(Rival.CANCELLABLE, MILLION))
            .against(Rival.LOCAL, held(Rival.LOCAL, MILLION), BYTES, more(250))
            .against(Rival.THREADS, thread, BYTES, NONE);
    Workload fewer =
        Workload.of(
                TASKS,
                "100,000 open scopes",
                "the heap of a thread in a scope that others can cancel",
                Rival.CANCELLABLE,
                held(Rival.CANCELLABLE, FEWER))
            .against(Rival.STS, held(Rival.STS, FEWER), BYTES, AHEAD)
            .against(Rival.JOX, held(Rival.JOX, FEWER), BYTES, AHEAD)
            .against(Rival.CPYTHON, python, BYTES, NONE);
    return List.of(blocks, scopes, fewer);
  }

  private List<Workload> locks() {
    String uncontended = "LockBenchmark.uncontended";
    Workload lock =
        of(LOCKS, "lock", "a lock that nobody else wants", uncontended, Rival.ASYNCWITH)
            .alone(BYTES, NOTHING);
    rows(lock, uncontended, times(1.1), Rival.SEMAPHORE);
    rows(lock, uncontended, NONE, Rival.REENTRANT);

    Probe reentrant = java(Rival.REENTRANT, WAITING, WAITERS, TURNS);
    Workload waiters =
        process(LOCKS, "10,000 on a lock", "a turn of one of 10,000", WAITING, WAITERS, TURNS)
            .against(Rival.REENTRANT, reentrant, NONE)
            .against(Rival.REENTRANT, reentrant, P99, NONE)
            .against(Rival.SEMAPHORE, java(Rival.SEMAPHORE, WAITING, WAITERS, TURNS), NONE);
    return List.of(
        cpython(lock, "lock"),
        cpython(waiters, WAITING, WAITERS, TURNS / 5),
        waitersOfOneCarrier());
  }

  /**
   * Of two carriers the one often steals the thread that the other has woken, which takes three
   * times as long as the turn: how often is up to the scheduler, and differs by process.
   */
  private static Workload waitersOfOneCarrier() {
    return Workload.of(
            LOCKS,
            "10,000 on a lock, one carrier",
            "a turn of one of 10,000 on one carrier",
            Rival.ASYNCWITH,
            waitersOfOneCarrier(Rival.ASYNCWITH))
        .against(Rival.REENTRANT, waitersOfOneCarrier(Rival.REENTRANT), times(1.1))
        .alone(OVERTAKEN, NOTHING);
  }

  private static Probe waitersOfOneCarrier(Rival rival) {
    return ProcessProbe.java(rival, ONE_CARRIER, WAITING, WAITERS, TURNS);
  }
}
