package dev.asyncwith.bench;

import dev.asyncwith.bench.rival.Hold;
import dev.asyncwith.bench.rival.Lock;
import dev.asyncwith.bench.rival.Rival;
import dev.asyncwith.bench.rival.Tasks;
import dev.asyncwith.bench.rival.Waiting;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What takes a process of its own: one measurement of one rival. It prints what it measured, a line
 * of a name and a number each; its twin for CPython is python/scale.py.
 */
public final class Scale {
  private static final long WARM_UP = TimeUnit.MILLISECONDS.toNanos(1_500);
  private static final long MEASURED = TimeUnit.MILLISECONDS.toNanos(1_500);
  private static final int OPEN_WARM_UPS = 10;
  private static final int OPEN_IN_WARM_UP = 50_000;

  private Scale() {}

  /**
   * Measures.
   *
   * @param args tasks, forks, waiters or open; the rival; how many; and of waiters how often each
   * @throws Exception if it cannot be done
   */
  public static void main(String[] args) throws Exception {
    Rival rival = Rival.named(args[1]);
    int number = Integer.parseInt(args[2]);
    Sample sample =
        switch (args[0]) {
          case "tasks" -> onVirtualThread(() -> tasks(rival.as(Tasks.class), number));
          case "forks" -> tasks(rival.as(Tasks.class), number);
          case "waiters" -> waiters(rival.as(Lock.class), number, Integer.parseInt(args[3]));
          case "open" -> open(rival.as(Hold.class), number);
          default ->
              throw new IllegalArgumentException(args[0] + ": say tasks, forks, waiters or open");
        };
    sample.figures().forEach((figure, value) -> IO.println(figure + " " + value));
  }

  private static Sample onVirtualThread(Callable<Sample> work) throws Exception {
    var task = new FutureTask<>(work);
    Thread _ = Thread.startVirtualThread(task);
    return task.get();
  }

  /** The time that a child takes of a group of so many, which the calling thread forks. */
  private static Sample tasks(Tasks tasks, int number) throws Exception {
    double _ = repeat(tasks, number, WARM_UP);
    return new Sample(Map.of(Figure.NANOS, repeat(tasks, number, MEASURED)));
  }

  private static double repeat(Tasks tasks, int number, long atLeast) throws Exception {
    long begin = System.nanoTime();
    long nanos = 0;
    int rounds = 0;
    while (nanos < atLeast) {
      var sum = new LongAdder();
      tasks.all(number, sum::add);
      check(sum.sum(), (long) number * (number - 1) / 2, "the sum of the children");
      rounds++;
      nanos = System.nanoTime() - begin;
    }
    return (double) nanos / rounds / number;
  }

  private static void check(long found, long expected, String what) {
    if (found != expected) {
      throw new IllegalStateException(what + " is " + found + ", not " + expected);
    }
  }

  /**
   * So many threads take a lock in turns: the time of a turn, how long its wait is, and order. They
   * do it twice, for the first time is spent by compilers, too.
   */
  static Sample waiters(Lock lock, int threads, int turns) throws InterruptedException {
    double _ = new Waiters(lock, threads, turns).run();
    var waiters = new Waiters(lock, threads, turns);
    double nanos = waiters.run();
    check(waiters.count, (long) threads * turns, "the count of turns");
    return new Sample(
        Map.of(
            Figure.NANOS, nanos,
            Figure.P99, (double) waiters.percentile(0.99),
            Figure.OVERTAKEN, (double) waiters.overtaken));
  }

  /** Threads that take a lock in turns. */
  private static final class Waiters {
    private final Lock lock;
    private final int turns;
    private final Thread[] threads;
    private final CountDownLatch queued;
    private final AtomicLong tickets = new AtomicLong();
    private final long[] waits;

    // Written while the lock is held.
    private int count;
    private long last = -1;
    private int overtaken;

    Waiters(Lock lock, int number, int turns) {
      this.lock = lock;
      this.turns = turns;
      threads = new Thread[number];
      queued = new CountDownLatch(number);
      waits = new long[number * turns];
    }

    /** Lets all wait before the first goes on; gives the nanoseconds that a turn takes. */
    double run() throws InterruptedException {
      int _ =
          lock.locked(
              () -> {
                for (int i = 0; i < threads.length; i++) {
                  threads[i] = Thread.startVirtualThread(this::takeTurns);
                }
                Waiting.on(queued);
                return 0;
              });
      long begin = System.nanoTime();
      for (Thread thread : threads) {
        thread.join();
      }
      return (double) (System.nanoTime() - begin) / waits.length;
    }

    private void takeTurns() {
      try {
        queued.countDown();
        for (int i = 0; i < turns; i++) {
          long ticket = tickets.getAndIncrement();
          long begin = System.nanoTime();
          int _ = lock.locked(() -> take(ticket, begin));
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts a measurement", e);
      }
    }

    private int take(long ticket, long begin) {
      waits[count++] = System.nanoTime() - begin;
      if (ticket < last) {
        overtaken++;
      }
      last = Math.max(last, ticket);
      return count;
    }

    long percentile(double share) {
      long[] sorted = waits.clone();
      Arrays.sort(sorted);
      return sorted[(int) (share * (sorted.length - 1))];
    }
  }

  /** The heap that a virtual thread takes which keeps something open. */
  private static Sample open(Hold hold, int number) throws InterruptedException {
    // until all frames are compiled ones, which are smaller
    for (int i = 0; i < OPEN_WARM_UPS; i++) {
      new Holders(hold, OPEN_IN_WARM_UP).end();
    }
    long before = usedHeap();
    var holders = new Holders(hold, number);
    try {
      return new Sample(Map.of(Figure.BYTES, (double) (usedHeap() - before) / number));
    } finally { // they end with the process: to wake them would take as long again
      Reference.reachabilityFence(holders);
    }
  }

  /** Threads that all keep something open. */
  private static final class Holders {
    private final Thread[] threads;
    private final CountDownLatch over = new CountDownLatch(1);

    Holders(Hold hold, int number) throws InterruptedException {
      threads = new Thread[number];
      var begun = new CountDownLatch(number);
      for (int i = 0; i < number; i++) {
        threads[i] = Thread.ofVirtual().unstarted(() -> holdOne(hold, begun, over));
        threads[i].start();
      }
      begun.await();
    }

    void end() throws InterruptedException {
      over.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  private static void holdOne(Hold hold, CountDownLatch begun, CountDownLatch over) {
    try {
      hold.during(
          () -> {
            begun.countDown();
            Waiting.on(over);
          });
    } catch (Exception e) {
      throw new IllegalStateException("nothing of it fails", e);
    }
  }

  private static long usedHeap() {
    Runtime runtime = Runtime.getRuntime();
    System.gc();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
