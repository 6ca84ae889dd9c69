package dev.asyncwith;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What {@link AsyncWith#run} is: a runner for one program, with a shutdown hook. */
final class MainThread {
  private MainThread() {}

  static <R extends @Nullable Object, E extends Throwable> R run(
      With0.Body<? extends R, ? extends E> main, Duration grace) throws E, InterruptedException {
    Objects.requireNonNull(main, "the program is null: give run a lambda");
    Runner runner = Runner.create(c -> c.withName("asyncwith").withGrace(grace));
    Thread onShutdown = new ShutdownHook(runner, grace);
    Runtime.getRuntime().addShutdownHook(onShutdown);
    try {
      return runner.<R, E>run(main);
    } finally {
      try {
        var _ = Runtime.getRuntime().removeShutdownHook(onShutdown);
      } catch (IllegalStateException e) {
        // The JVM is ending, and the hook is what waited for the program.
      }
    }
  }
}
