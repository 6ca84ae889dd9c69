package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** AsyncWith.run and sleep. */
@Timeout(60)
class RunTest {

  @Test
  void runsTheProgramOnAVirtualThreadAndReturnsItsResult() throws Exception {
    Thread thread = AsyncWith.run(() -> Thread.currentThread());
    assertThat(thread.isVirtual()).isTrue();
    assertThat(thread.getName()).isEqualTo("asyncwith main");
  }

  @Test
  void throwsWhatTheProgramThrows() {
    var gone = new IOException("gone");
    assertThatThrownBy(
            () ->
                AsyncWith.run(
                    () -> {
                      throw gone;
                    }))
        .isSameAs(gone);
    assertThatThrownBy(() -> AsyncWith.run((With0.Action<RuntimeException>) null))
        .hasMessage("the program is null: give run a lambda");
  }

  @Test
  void theTraceShowsTheProgramAndWhoRanIt() {
    assertThatThrownBy(() -> AsyncWith.run(RunTest::failing))
        .satisfies(
            thrown ->
                assertThat(thrown.getStackTrace())
                    .extracting(StackTraceElement::getMethodName)
                    .containsSubsequence("failing", "run", "theTraceShowsTheProgramAndWhoRanIt"));
  }

  private static void failing() throws IOException {
    throw new IOException("gone");
  }

  @Test
  void anInterruptOfTheCallerReachesTheProgram() {
    Thread caller = Thread.currentThread();
    assertThatThrownBy(
            () ->
                AsyncWith.run(
                    () -> {
                      caller.interrupt();
                      new CountDownLatch(1).await();
                    }))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void aCallerThatWasInterruptedBeforeRunsNoProgram() {
    var ran = new AtomicReference<Boolean>();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> AsyncWith.run(() -> ran.set(true)))
        .isInstanceOf(InterruptedException.class)
        .hasMessage("interrupted while running Runner 'asyncwith'");
    assertThat(ran.get()).isNull();
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void anInterruptThatTheProgramSwallowsStaysWithTheCaller() throws Exception {
    var caught = new AtomicReference<Throwable>();
    Thread caller = Thread.currentThread();
    AsyncWith.run(
        () -> {
          caller.interrupt();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            caught.set(e);
          }
        });
    assertThat(caught.get()).isNotNull();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void sleepChecksItsDuration() {
    assertThatThrownBy(() -> AsyncWith.sleep(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the duration to sleep is negative: PT-0.001S; zero is the shortest");
  }

  @Test
  void sleepIsInterruptedAtOnce() throws Exception {
    AsyncWith.sleep(Duration.ZERO);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> AsyncWith.sleep(Duration.ofDays(1)))
        .isInstanceOf(InterruptedException.class);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> AsyncWith.sleep(Duration.ZERO))
        .isInstanceOf(InterruptedException.class);
  }
}
