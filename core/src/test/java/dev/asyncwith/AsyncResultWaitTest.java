package dev.asyncwith;

import static dev.asyncwith.AsyncWith.suppress;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What threads that wait for a block of {@code callAsync} leave behind. */
@Timeout(60)
class AsyncResultWaitTest {
  private final CountDownLatch mayEnd = new CountDownLatch(1);

  private final AsyncResult<String> result =
      with(suppress())
          .callAsync(
              () -> {
                mayEnd.await();
                return "done";
              });

  @Test
  void waitsThatWereCutShortLeaveNothingBehind() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> result.get(1, TimeUnit.NANOSECONDS))
          .isInstanceOf(TimeoutException.class);
    }
    OnThread<String> interrupted = OnThread.start(() -> result.get()).awaitWaiting();
    assertThat(result.waiting()).isEqualTo(1);
    assertThat(interrupted.interrupt().failure()).isInstanceOf(InterruptedException.class);
    assertThat(result.getNumberOfDependents()).isZero();
    assertThat(result.waiting()).isZero();
    mayEnd.countDown();
    assertThat(result.get()).isEqualTo("done");
    assertThat(result.waiting()).isZero();
  }

  @Test
  void allWhoWaitAreWokenWithTheValueOfWhoeverCompletesIt() throws Exception {
    OnThread<String> one = OnThread.start(() -> result.get()).awaitWaiting();
    OnThread<String> two = OnThread.start(() -> result.get(1, TimeUnit.DAYS)).awaitWaiting();
    assertThat(result.complete("mine")).isTrue();
    assertThat(one.result()).isEqualTo("mine");
    assertThat(two.result()).isEqualTo("mine");
  }
}
