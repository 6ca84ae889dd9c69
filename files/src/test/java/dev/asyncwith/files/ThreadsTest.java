package dev.asyncwith.files;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.TaskGroup;
import dev.asyncwith.files.TestSystem.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many threads with a file each, several at one, and the hand-over itself. */
@Timeout(60)
class ThreadsTest {
  @TempDir Path folder;

  @Test
  void aThousandVirtualThreadsWorkAtOnce() throws Exception {
    var right = new AtomicInteger();
    with(TaskGroup.create())
        .run(
            group -> {
              for (int i = 0; i < 1_000; i++) {
                Path path = folder.resolve("f" + i);
                String text = ("line " + i + "\n").repeat(200);
                group.fork(
                    () -> {
                      with(AsyncFiles.open(path, "w")).run(file -> file.write(text));
                      String read = with(AsyncFiles.open(path)).call(ThreadsTest::readLines);
                      right.addAndGet(read.equals(text) ? 1 : 0);
                    });
              }
            });
    assertThat(right).hasValue(1_000);
    TestSystem.assertNothingOpenUnder(folder);
  }

  private static String readLines(AsyncTextFile file) {
    var read = new StringBuilder();
    file.lines().forEach(line -> read.append(line).append('\n'));
    return read.toString();
  }

  @Test
  void secondThreadAtOneFileIsRefusedAndCloseWaits() throws Exception {
    Path path = Files.writeString(folder.resolve("f"), "text");
    var file = AsyncFiles.open(path).open();
    try (var pool = new BusyPool()) {
      var reading = Running.start(file::read);
      TestSystem.awaitWaiting(reading.thread);
      assertThatThrownBy(file::read)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll(path.toString(), "in use by another thread");
      var closing =
          Running.start(
              () -> {
                file.close();
                return file.isClosed();
              });
      TestSystem.awaitWaiting(closing.thread);
      pool.release();
      assertThat(reading.get()).isEqualTo("text");
      assertThat(closing.get()).isTrue();
    }
    TestSystem.assertNothingOpenUnder(folder);
  }

  @Test
  void threadsOfThePoolAreDaemonsAndNamed() throws Exception {
    Thread worker = IoPool.SHARED.call(Thread::currentThread);
    assertThat(worker.isDaemon()).isTrue();
    assertThat(worker.isVirtual()).isFalse();
    assertThat(worker.getName()).matches("asyncwith-io-\\d+");
  }

  @Test
  void failuresOfTheCallComeBackAsTheyAre() {
    var unchecked = new IllegalStateException("unchecked");
    var error = new AssertionError("error");
    assertThatThrownBy(
            () ->
                IoPool.SHARED.call(
                    () -> {
                      throw unchecked;
                    }))
        .isSameAs(unchecked);
    assertThatThrownBy(
            () ->
                IoPool.SHARED.call(
                    () -> {
                      throw error;
                    }))
        .isSameAs(error);
  }

  @Test
  void abandonedAnswerIsReleasedWhenItComes() throws Exception {
    var released = new CountDownLatch(1);
    try (var pool = new BusyPool()) {
      Handover<String> late = IoPool.SHARED.submit(() -> "late");
      late.abandon(
          answer -> {
            assertThat(answer).isEqualTo("late");
            released.countDown();
          });
      assertThat(released.getCount()).isOne();
      pool.release();
      released.await();
    }
  }

  @Test
  void answerThatCameJustBeforeItWasAbandonedIsReleasedToo() throws Exception {
    Handover<String> done = IoPool.SHARED.submit(() -> "done");
    assertThat(done.awaitShielded()).isEqualTo("done");
    var released = new AtomicInteger();
    done.abandon(_ -> released.incrementAndGet());
    assertThat(released).hasValue(1);
  }
}
