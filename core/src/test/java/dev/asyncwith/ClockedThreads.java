package dev.asyncwith;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Threads under one clock, as a runner starts them. */
final class ClockedThreads {
  final Inherited inherited;
  private final List<Thread> threads = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();

  ClockedThreads(AsyncClock clock) {
    inherited = Inherited.ofRunner(clock, null);
  }

  /** Runs one body under a clock, on a thread of its own. */
  static void run(AsyncClock clock, With0.Action<? extends Exception> body) throws Exception {
    var threads = new ClockedThreads(clock);
    threads.fork(body);
    threads.join();
  }

  synchronized Thread fork(With0.Action<? extends Exception> body) {
    Thread thread =
        Thread.ofVirtual()
            .name("clocked-" + threads.size())
            .unstarted(inherited.counted(() -> run(body)));
    threads.add(thread);
    thread.start();
    return thread;
  }

  /** Starts one and returns when it waits in the body; for bodies that do nothing else. */
  Thread forkParked(With0.Action<? extends Exception> body) {
    Thread thread = fork(body);
    awaitState(thread, Thread.State.WAITING);
    return thread;
  }

  static void awaitState(Thread thread, Thread.State state) {
    while (thread.getState() != state) {
      Thread.yield();
    }
  }

  private void run(With0.Action<? extends Exception> body) {
    ThreadContext.begin(inherited);
    try {
      body.run();
    } catch (Throwable failure) {
      synchronized (this) {
        failures.add(failure);
      }
    }
  }

  private synchronized @Nullable Thread thread(int index) {
    return index < threads.size() ? threads.get(index) : null;
  }

  /** Waits for all, also those that they start; throws what the first that failed threw. */
  void join() throws InterruptedException {
    int joined = 0;
    for (Thread next = thread(joined); next != null; next = thread(joined)) {
      next.join();
      joined++;
    }
    synchronized (this) {
      if (!failures.isEmpty()) {
        throw new AssertionError("a thread failed", failures.getFirst());
      }
    }
  }
}
