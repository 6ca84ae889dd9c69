package dev.asyncwith;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The thread of {@link AsyncWith#run}. */
final class MainThread {
  /** How long cleaning up may take after Ctrl-C: less than the 30 seconds that Kubernetes gives. */
  static final Duration GRACE = Duration.ofSeconds(20);

  private @Nullable Object result;
  private @Nullable Throwable thrown;

  private MainThread() {}

  @SuppressWarnings({"unchecked", "NullAway"}) // what the program returned
  static <R extends @Nullable Object, E extends Throwable> R run(
      With0.Body<? extends R, ? extends E> main, Duration grace) throws E, InterruptedException {
    Objects.requireNonNull(main, "the program is null: give run a lambda");
    return (R) new MainThread().runAndWait((With0.Body<?, RuntimeException>) main, grace);
  }

  private @Nullable Object runAndWait(With0.Body<?, RuntimeException> main, Duration grace) {
    Thread thread = Thread.ofVirtual().name("asyncwith main").unstarted(() -> call(main));
    Thread onShutdown = new ShutdownHook(thread, grace);
    Runtime.getRuntime().addShutdownHook(onShutdown);
    thread.start();
    boolean passedOn = joinPassingOnInterrupts(thread);
    try {
      var _ = Runtime.getRuntime().removeShutdownHook(onShutdown);
    } catch (IllegalStateException e) {
      // The JVM is ending, and the hook is what waited for the program.
    }
    if (passedOn && !(thrown instanceof InterruptedException)) {
      Thread.currentThread().interrupt();
    }
    if (thrown != null) {
      showCaller(thrown);
      throw Exits.<RuntimeException>sneaky(thrown);
    }
    return result;
  }

  /**
   * Appends the frames of the calling thread, so that the trace shows who called whom; a launcher
   * that cuts its own frames off the end of a trace would else cut those of the program.
   */
  private static void showCaller(Throwable thrown) {
    StackTraceElement[] program = thrown.getStackTrace();
    StackTraceElement[] caller = Thread.currentThread().getStackTrace();
    int from = 1; // without getStackTrace itself
    StackTraceElement[] whole = Arrays.copyOf(program, program.length + caller.length - from);
    System.arraycopy(caller, from, whole, program.length, caller.length - from);
    thrown.setStackTrace(whole);
  }

  private void call(With0.Body<?, RuntimeException> main) {
    try {
      result = main.call();
    } catch (Throwable failure) {
      thrown = failure;
    }
  }

  private static boolean joinPassingOnInterrupts(Thread thread) {
    boolean passedOn = false;
    while (true) {
      try {
        thread.join();
        return passedOn;
      } catch (InterruptedException e) {
        passedOn = true;
        thread.interrupt();
      }
    }
  }
}
