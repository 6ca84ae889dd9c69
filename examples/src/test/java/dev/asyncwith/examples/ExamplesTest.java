package dev.asyncwith.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.asyncwith.AsyncLock;
import dev.asyncwith.ExceptionGroup;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the examples of the core tell, with a body that succeeds and with one that fails. */
@Timeout(30)
class ExamplesTest {
  private final RuntimeException failure = new IllegalStateException("out of paper");

  @Test
  void theDoorIsShutAfterTheBody() throws Exception {
    var out = Recorder.succeeding();

    assertThat(FirstBlock.run(out)).isEqualTo("a book from the library");

    assertThat(out.lines())
        .containsExactly(
            "+ the door of the library is open", "- the door of the library is shut: Succeeded");
  }

  @Test
  void theDoorIsToldHowTheBodyEnded() {
    var out = Recorder.failing(failure);

    assertThatThrownBy(() -> FirstBlock.run(out)).isSameAs(failure);

    assertThat(out.lines())
        .containsExactly(
            "+ the door of the library is open", "- the door of the library is shut: Failed");
  }

  @Test
  void theConnectionIsDisconnected() throws Exception {
    var out = Recorder.succeeding();

    assertThat(ConnectionClass.run(out)).isEqualTo("12 boxes of tea at stock.example");

    assertThat(out.lines())
        .containsExactly(
            "  connecting to stock.example",
            "+ connected to stock.example",
            "- disconnected from stock.example");
  }

  @Test
  void theConnectionIsDisconnectedAfterAFailure() {
    var out = Recorder.failing(failure);

    assertThatThrownBy(() -> ConnectionClass.run(out)).isSameAs(failure);

    assertThat(out.lines()).endsWith("- disconnected from stock.example");
  }

  @Test
  void anInterruptedConnectNeedsNoDisconnect() {
    var out = Recorder.succeeding();
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> ConnectionClass.run(out)).isInstanceOf(InterruptedException.class);

    assertThat(out.lines()).containsExactly("  connecting to stock.example");
  }

  @Test
  void theTimerTellsTheSecondsThatTheBodyTook() throws Exception {
    var out = Recorder.succeeding();

    GeneratorTimer.run(out);

    assertThat(out.lines()).hasSize(2).startsWith("+ invoices.csv: the clock starts");
    assertThat(out.lines().getLast()).matches("- invoices\\.csv: \\d+\\.\\d\\d seconds");
  }

  @Test
  void theTimerTellsTheSecondsOfAFailedBodyToo() {
    var out = Recorder.failing(failure);

    assertThatThrownBy(() -> GeneratorTimer.run(out)).isSameAs(failure);

    assertThat(out.lines()).hasSize(2);
    assertThat(out.lines().getLast()).matches("- invoices\\.csv: \\d+\\.\\d\\d seconds");
  }

  @Test
  void oneTaskHasTheLockAfterTheOther() throws Exception {
    var bothAsked = new CountDownLatch(2);
    var recorder = Recorder.of(bothAsked::await);

    LockedTasks.run(AsyncLock.create(), countingAsks(recorder, bothAsked));

    String first = firstOwner(recorder);
    String second = first.equals("A") ? "B" : "A";
    assertThat(recorder.lines().stream().filter(line -> !line.endsWith("asks for the lock")))
        .containsExactly(
            "+ " + first + " has the lock",
            "- " + first + " gives the lock back",
            "+ " + second + " has the lock",
            "- " + second + " gives the lock back",
            "  both tasks are done");
  }

  private static String firstOwner(Recorder recorder) {
    return recorder.lines().stream()
        .filter(line -> line.startsWith("+"))
        .map(line -> line.substring(2, 3))
        .findFirst()
        .orElseThrow();
  }

  /** Passes all on; counts the tasks that ask, so that the first owner can wait for the second. */
  private static Narrator countingAsks(Recorder recorder, CountDownLatch asked) {
    return new Narrator() {
      @Override
      public void tell(Line line) {
        recorder.tell(line);
        if (line.template().equals("{0} asks for the lock")) {
          asked.countDown();
        }
      }

      @Override
      public void work(int millis) throws InterruptedException {
        recorder.work(millis);
      }
    };
  }

  @Test
  void aTaskThatFailsGivesTheLockBack() {
    var turn = new AtomicInteger();
    var recorder =
        Recorder.of(
            () -> {
              if (turn.incrementAndGet() == 2) {
                throw failure;
              }
            });
    var lock = AsyncLock.create();

    Throwable thrown = catchThrowable(() -> LockedTasks.run(lock, recorder));

    assertThat(thrown).isInstanceOf(ExceptionGroup.class);
    assertThat(((ExceptionGroup) thrown).exceptions()).containsExactly(failure);
    assertThat(lock.locked()).isFalse();
    assertThat(recorder.lines().stream().filter(line -> line.startsWith("-"))).hasSize(2);
    assertThat(recorder.lines()).doesNotContain("  both tasks are done");
  }

  @Test
  void theStackReleasesInReverseOrder() throws Exception {
    var out = Recorder.succeeding();

    StackedResources.run(List.of("kyoto", "nara"), out);

    assertThat(out.lines())
        .containsExactly(
            "+ kyoto acquired",
            "+ nara acquired",
            "  in use: kyoto, nara",
            "- nara released",
            "- kyoto released");
  }

  @Test
  void theStackReleasesAllAfterAFailure() {
    var out = Recorder.failing(failure);

    assertThatThrownBy(() -> StackedResources.run(List.of("kyoto", "nara"), out)).isSameAs(failure);

    assertThat(out.lines()).endsWith("- nara released", "- kyoto released");
  }
}
