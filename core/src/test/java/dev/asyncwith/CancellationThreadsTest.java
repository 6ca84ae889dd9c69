package dev.asyncwith;

import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** C4: nothing that blocks delays a timeout of somebody else. */
@Timeout(60)
class CancellationThreadsTest {
  private static void timesOut(Duration after) {
    long start = System.nanoTime();
    assertThatExceptionOfType(TimeoutExceededException.class)
        .isThrownBy(() -> with(timeout(after)).run(() -> new CountDownLatch(1).await()));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(after, after.plusSeconds(2));
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  private static void timesOutOnAVirtualThread() throws Exception {
    var task = new FutureTask<@Nullable Void>(() -> timesOut(Duration.ofMillis(20)), null);
    Thread.ofVirtual().start(task);
    var _ = task.get();
  }

  @Test
  void aBlockedTaskOfTheCommonPoolDelaysNoTimeout() throws Exception {
    int threads = ForkJoinPool.getCommonPoolParallelism();
    var blocked = new CountDownLatch(threads);
    var end = new CountDownLatch(1);
    try {
      for (int i = 0; i < threads; i++) {
        ForkJoinPool.commonPool()
            .execute(
                () -> {
                  blocked.countDown();
                  try {
                    end.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
      }
      blocked.await();
      timesOut(Duration.ofMillis(20));
      timesOutOnAVirtualThread();
    } finally {
      end.countDown();
    }
  }

  /** Thread.interrupt closes the channel, and the close waits for the read (JDK 25, Linux). */
  @Test
  @EnabledOnOs(OS.LINUX)
  void anInterruptThatBlocksDelaysNoTimeout(@TempDir Path directory) throws Exception {
    Path fifo = directory.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    var context = new AtomicReference<@Nullable ThreadContext>();
    try (var writer = FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE);
        var reader = FileChannel.open(fifo, StandardOpenOption.READ)) {
      var task =
          new FutureTask<>(
              () -> {
                context.set(ThreadContext.current());
                with(timeout(Duration.ofMillis(50))).run(() -> reader.read(ByteBuffer.allocate(1)));
                return "read";
              });
      Thread.ofVirtual().name("reader").start(task);
      ThreadContext ofReader;
      do {
        Thread.onSpinWait();
        ofReader = context.get();
      } while (ofReader == null || ofReader.state() != StateWord.CANCELLING);

      timesOut(Duration.ofMillis(20));
      timesOutOnAVirtualThread();
      assertThat(ofReader.state()).as("the interrupt still blocks").isEqualTo(StateWord.CANCELLING);

      assertThat(writer.write(ByteBuffer.wrap(new byte[1]))).isOne();
      assertThatExceptionOfType(java.util.concurrent.ExecutionException.class)
          .isThrownBy(task::get)
          .withCauseInstanceOf(TimeoutExceededException.class);
      assertThat(ofReader.state()).isEqualTo(StateWord.RUNNING);
    }
  }
}
