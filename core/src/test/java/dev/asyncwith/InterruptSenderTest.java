package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static dev.asyncwith.ForeignCall.closed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asyncwith.ForeignFiles.Fifo;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnJre;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;

/** Which thread can be relied on to send an interrupt. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
@EnabledOnJre(JRE.JAVA_25)
class InterruptSenderTest {
  /** A read of a FIFO holds its carrier, and the scheduler adds none for it (JDK 25). */
  @Test
  void onlyAPlatformThreadGetsToRunWhileReadsHoldAllCarriers() throws Exception {
    with(AsyncExitStack.create())
        .run(
            resources -> {
              Fifo fifo = Fifo.make(resources);
              var in = closed(resources, new FileInputStream(fifo.path().toFile()));
              List<Thread> readers = new ArrayList<>();
              for (int i = 0; i < Carriers.number(); i++) {
                readers.add(Thread.startVirtualThread(() -> read(in)));
              }
              for (Thread reader : readers) {
                InterruptProbe.awaitInside(reader, "java.io.FileInputStream.read");
              }
              Thread sleeper = Thread.ofPlatform().daemon().start(LockSupport::park);
              Thread virtual = Thread.startVirtualThread(sleeper::interrupt);
              assertThat(virtual.join(InterruptProbe.WATCH)).isFalse();
              assertThat(sleeper.isInterrupted()).isFalse();
              Thread.ofPlatform().start(sleeper::interrupt);
              assertThat(sleeper.join(InterruptProbe.BOUND)).isTrue();
              for (Thread _ : readers) {
                fifo.release();
              }
              assertThat(virtual.join(InterruptProbe.BOUND)).isTrue();
            });
  }

  private static void read(FileInputStream in) {
    try {
      assertThat(in.read()).isPositive();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
