package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An interrupt that blocks, as one of a virtual thread in a file read does, holds up no other. */
@Timeout(60)
class SendersTest {
  private final CountDownLatch stuck = new CountDownLatch(1);

  private void stick(CountDownLatch begun) {
    begun.countDown();
    try {
      stuck.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void othersAreSentThoughSomeAreStuck() throws Exception {
    int count = 4;
    var begun = new CountDownLatch(count);
    var sent = new CountDownLatch(1);
    try {
      for (int i = 0; i < count; i++) {
        Senders.execute(() -> stick(begun));
      }
      assertThat(begun.await(30, TimeUnit.SECONDS)).as("each on a thread of its own").isTrue();
      Senders.execute(sent::countDown);
      assertThat(sent.await(30, TimeUnit.SECONDS)).as("one more").isTrue();
    } finally {
      stuck.countDown();
    }
  }
}
