package dev.asyncwith.asyncio;

import static dev.asyncwith.AsyncWith.gather;
import static dev.asyncwith.AsyncWith.toThread;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asyncwith.With0;
import dev.asyncwith.testing.Trail;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Work on platform threads: ports of {@code test_threads}. Others are the tests of {@code
 * dev.asyncwith.ToThreadTest}.
 */
@Timeout(60)
class ToThreadTest {
  private final VirtualTime time = new VirtualTime();
  private final Trail trail = new Trail();

  @Test
  void theResultIsWhatTheBodyReturns() throws Exception {
    time.run(() -> assertThat(toThread(() -> IntStream.of(40, 2).sum())).isEqualTo(42));
  }

  @Test
  void theBodyRunsOnce() throws Exception {
    time.run(
        () -> {
          toThread(() -> trail.add("ran"));
          trail.assertSteps("ran");
        });
  }

  @Test
  void bodiesRunAtTheSameTime() throws Exception {
    var calls = new AtomicInteger();
    With0.Body<Integer, InterruptedException> onThread =
        () -> toThread(() -> calls.incrementAndGet());
    time.run(
        () -> {
          List<Integer> counted = gather(Collections.nCopies(10, onThread));
          assertThat(counted).hasSize(10).doesNotHaveDuplicates();
        });
    assertThat(calls).hasValue(10);
  }

  @Test
  void whatTheBodyNamesIsPassedOn() throws Exception {
    String text = "test";
    boolean something = true;
    time.run(
        () -> {
          toThread(() -> trail.add(text + " something=" + something));
          trail.assertSteps("test something=true");
        });
  }
}
