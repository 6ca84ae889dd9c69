package dev.asyncwith;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Cancels the thread of a program when the JVM is asked to end, and lets the JVM wait for it. The
 * JVM starts it, next to the other shutdown hooks.
 */
final class ShutdownHook extends Thread {
  private final Thread program;
  private final Duration grace;
  private volatile @Nullable Thread asker;

  ShutdownHook(Thread program, Duration grace) {
    super("asyncwith shutdown");
    this.program = program;
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
    // From a thread of its own: Thread.interrupt() waits for a thread that sits in a file read.
    // Not a virtual one, for the program may keep all their carriers busy.
    var _ = Thread.ofPlatform().daemon().name("asyncwith interrupt").start(program::interrupt);
    long start = System.nanoTime();
    while (!JvmExit.holds(program)) {
      long left = grace.minusNanos(System.nanoTime() - start).toMillis();
      TimeUnit.MILLISECONDS.timedJoin(program, Math.clamp(left, 1, JvmExit.LOOK_MILLIS));
      if (!program.isAlive()) {
        return true;
      }
      if (left <= 0) {
        return false;
      }
    }
    return true;
  }

  String report() {
    String text =
        "AsyncWith: the program did not end within "
            + grace.toMillis() / 1000.0
            + " s of being asked to, so what it holds open is cut off. Its main thread is in"
            + stackOf(program);
    Thread by = asker;
    if (by != null && JvmExit.holds(by)) {
      text +=
          "\nThread \"" + by.getName() + "\", which ends the JVM, stands still in" + stackOf(by);
    }
    return text;
  }

  private static String stackOf(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .map(frame -> "\n\tat " + frame)
        .collect(Collectors.joining());
  }
}
