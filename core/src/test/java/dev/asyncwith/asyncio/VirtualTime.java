package dev.asyncwith.asyncio;

import dev.asyncwith.Runner;
import dev.asyncwith.With0;
import dev.asyncwith.testing.TestClock;
import java.time.Duration;
import java.time.Instant;

/**
 * Runs a test as a program of its own whose clock goes on when all of its tasks wait: what an event
 * loop and real sleeps are to CPython's tests.
 */
final class VirtualTime {
  private final TestClock clock = TestClock.create();

  void run(With0.Action<? extends Exception> test) throws Exception {
    try (Runner runner = Runner.create(c -> c.withClock(clock))) {
      runner.run(test);
    }
  }

  Instant now() {
    return clock.instant();
  }

  Instant at(Duration fromNow) {
    return now().plus(fromNow);
  }

  /** Lets time pass while the caller computes, as {@code time.sleep} does in a coroutine. */
  void busyFor(Duration time) {
    clock.advance(time);
  }
}
