package dev.asyncwith;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Cancels a program when the JVM is asked to end, and lets the JVM wait for it. The JVM starts it,
 * next to the other shutdown hooks.
 */
final class ShutdownHook extends Thread {
  private final Runner runner;
  private final Duration grace;
  private volatile @Nullable Thread asker;

  /** The program that was cancelled. */
  private volatile @Nullable Run program;

  ShutdownHook(Runner runner, Duration grace) {
    super("asyncwith shutdown");
    this.runner = runner;
    this.grace = grace;
  }

  /** Notes who ends the JVM: the thread in {@link System#exit}, or that of a signal's handler. */
  @Override
  public void start() {
    asker = Thread.currentThread();
    super.start();
  }

  @Override
  public void run() {
    Signals.endAtOnceOnTheNext();
    JvmExit.begin();
    try {
      if (!endProgram()) {
        // Not logged: the hook of java.util.logging closes its handlers at the beginning.
        System.err.println(report());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Cancels the program; returns false if the grace ran out. In System.exit it never ends. */
  boolean endProgram() throws InterruptedException {
    Run run = runner.stop("the JVM was asked to end");
    program = run;
    long start = System.nanoTime();
    while (run != null && !run.hasEnded() && !run.isMainInExit()) {
      if (System.nanoTime() - start >= grace.toNanos()) {
        return false;
      }
      var waiter = new Waiter();
      run.whenEnded(waiter);
      JvmExit.lookSoon(waiter); // nothing tells of a main body that calls System.exit
      Waits.await(waiter, "waiting for", run);
    }
    return true;
  }

  String report() {
    var text =
        new StringBuilder("AsyncWith: the program did not end within ")
            .append(grace.toMillis() / 1000.0)
            .append(" s of being asked to, so what it holds open is cut off.");
    Run run = program;
    if (run != null) {
      run.runningTasks().forEach(task -> text.append(whereIs(task, run)));
    }
    Thread by = asker;
    if (by != null && JvmExit.holds(by)) {
      text.append("\nThread \"").append(by.getName());
      text.append("\", which ends the JVM, stands still in").append(stackOf(by));
    }
    return text.toString();
  }

  private static String whereIs(Task<?> task, Run run) {
    String who = run.isMain(task) ? " Its main thread" : "\nTask '" + task.name() + "'";
    return who + " is in" + stackOf(task.thread());
  }

  private static String stackOf(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .map(frame -> "\n\tat " + frame)
        .collect(Collectors.joining());
  }
}
