package dev.asyncwith.http;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncWith;
import dev.asyncwith.CancelScope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class InterruptTest {
  private LoopbackServer server;
  private ClientSession session;

  @BeforeEach
  void start() throws Exception {
    server = LoopbackServer.start().on("/good", "good");
    session = ClientSession.create().withConnectionsPerHost(8).open();
  }

  @AfterEach
  void stop() throws IOException {
    session.close();
    server.close();
  }

  private void assertSessionWorks() throws Exception {
    with(session.get(server.url("/good"))).run(r -> assertThat(r.text()).isEqualTo("good"));
  }

  @Test
  void sendsNothingOnAThreadThatWasInterruptedBefore() throws Exception {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> session.get(server.url("/good")).open())
        .isInstanceOf(InterruptedException.class)
        .hasMessage("interrupted while sending GET " + server.url("/good"));
    assertThat(Thread.interrupted()).as("the flag is used up").isFalse();
    assertThat(server.accepted()).isZero();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> ClientSession.create().open())
        .isInstanceOf(InterruptedException.class)
        .hasMessageMatching("interrupted while starting ClientSession-\\d+");
    assertSessionWorks();
  }

  @Test
  void closingByHandInACancelledScopeCloses() throws Exception {
    var scope = CancelScope.create();
    var closed = new ArrayList<ClientSession>();
    with(scope)
        .run(
            () -> {
              try (var own = ClientSession.create().open();
                  var response = own.get(server.url("/good")).open()) {
                closed.add(own);
                assertThat(response.text()).isEqualTo("good");
                scope.cancel();
                AsyncWith.checkpoint();
              }
            });
    assertThat(scope.caught()).isTrue();
    assertThat(Thread.interrupted()).isFalse();
    assertThat(closed.getFirst().isClosed()).isTrue();
    server.awaitOpenAtMost(0);
  }

  @Test
  void closingByHandUnderASetFlagClosesAndKeepsIt() throws Exception {
    ClientSession own = ClientSession.create().open();
    var response = own.get(server.url("/good")).open();
    Thread.currentThread().interrupt();
    response.close();
    own.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(own.isClosed()).isTrue();
    server.awaitOpenAtMost(0);
  }

  @Test
  void endsTheWaitForTheHeaders() throws Exception {
    server.on("/", (_, link) -> link.awaitClose());
    var failure = new AtomicReference<Throwable>();
    Thread waiting = catching(failure, () -> session.get(server.url("/")).open());
    server.awaitRequests(1);
    waiting.interrupt();
    waiting.join();
    assertThat(failure.get()).isInstanceOf(InterruptedException.class);
    server.awaitOpenAtMost(0);
    assertSessionWorks();
  }

  @Test
  void endsTheReadingOfTheBody() throws Exception {
    var reading = new CountDownLatch(1);
    server.on(
        "/",
        (_, link) -> {
          link.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
          link.awaitClose();
        });
    var failure = new AtomicReference<Throwable>();
    var after = new AtomicReference<Throwable>();
    Thread waiting =
        catching(
            failure,
            () ->
                with(session.get(server.url("/")))
                    .run(
                        response -> {
                          reading.countDown();
                          try {
                            response.text();
                          } finally {
                            catching(after, response::text).join();
                          }
                        }));
    reading.await();
    while (waiting.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    waiting.interrupt();
    waiting.join();
    assertThat(failure.get()).isInstanceOf(InterruptedException.class);
    assertThat(after.get())
        .isInstanceOf(ClientConnectionException.class)
        .hasMessageContaining("was ended by an interrupt of the thread that waited for it");
    server.awaitOpenAtMost(0);
    assertSessionWorks();
  }

  @Test
  void endsTheWaitForAConnectionAndLeavesTheQueue() throws Exception {
    var answer = new CountDownLatch(1);
    server.on(
        "/",
        (_, link) -> {
          answer.await();
          link.respond("200 OK", "one");
        });
    try (var narrow = ClientSession.create().withConnectionsPerHost(1).open()) {
      var first = new FutureTask<>(() -> textOf(narrow, "/"));
      Thread.startVirtualThread(first);
      server.awaitRequests(1);
      var failure = new AtomicReference<Throwable>();
      Thread queued = catching(failure, () -> narrow.get(server.url("/queued")).open());
      while (queued.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      queued.interrupt();
      queued.join();
      assertThat(failure.get()).isInstanceOf(InterruptedException.class);
      answer.countDown();
      assertThat(first.get()).isEqualTo("one");
      assertThat(textOf(narrow, "/good")).isEqualTo("good");
    }
    assertThat(server.requests()).extracting(r -> r.path()).containsExactly("/", "/good");
    assertThat(server.accepted()).isOne();
  }

  private String textOf(ClientSession of, String path) throws Exception {
    return with(of.get(server.url(path))).call(response -> response.text());
  }

  @Test
  void readsTheBodyThatIsThereOnlyWithoutAnInterrupt() throws Exception {
    with(session.get(server.url("/good")))
        .run(
            response -> {
              assertThat(response.text()).isEqualTo("good");
              Thread.currentThread().interrupt();
              assertThat(response.text()).as("kept").isEqualTo("good");
              assertThat(Thread.interrupted()).isTrue();
            });
    with(session.get(server.url("/good")))
        .run(
            response -> {
              Thread.currentThread().interrupt();
              assertThatThrownBy(response::text).isInstanceOf(InterruptedException.class);
            });
    assertSessionWorks();
  }

  @Test
  void closesUndisturbedByAnInterruptAndKeepsIt() throws Exception {
    ClientSession other = ClientSession.create().open();
    assertThat(textOf(other, "/good")).isEqualTo("good");
    Thread.currentThread().interrupt();
    other.close();
    assertThat(Thread.interrupted()).isTrue();
    server.awaitOpenAtMost(0);
  }

  /**
   * 200 interrupts at any moment over 20 threads, that share 8 connections with 4 threads that are
   * not interrupted: those notice nothing, and no connection is lost.
   */
  @Test
  void survivesAStormOfInterrupts() throws Exception {
    server.on("/echo", (request, link) -> link.respond("200 OK", request.body()));
    int threads = 20;
    int each = 10;
    var wrong = new ConcurrentLinkedQueue<Throwable>();
    var interrupted = new AtomicInteger();
    var done = new AtomicInteger();
    List<Thread> stormy = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      String token = "token " + i;
      stormy.add(
          Thread.ofVirtual()
              .unstarted(
                  () -> {
                    var permits = new Semaphore(1);
                    for (int round = 0; round < each; ) {
                      Thread self = Thread.currentThread();
                      if (permits.tryAcquire()) {
                        Thread.startVirtualThread(
                            () -> {
                              int delay = ThreadLocalRandom.current().nextInt(50);
                              for (int j = 0; j < delay; j++) {
                                Thread.yield();
                              }
                              self.interrupt();
                            });
                      }
                      try {
                        checkEcho(token);
                      } catch (InterruptedException e) {
                        interrupted.incrementAndGet();
                        round++;
                        permits.release();
                      } catch (Throwable e) {
                        wrong.add(e);
                        return;
                      }
                    }
                    done.incrementAndGet();
                  }));
    }
    List<Thread> calm = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String token = "calm " + i;
      calm.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  while (done.get() < threads && wrong.isEmpty()) {
                    checkEcho(token);
                  }
                } catch (Throwable e) {
                  wrong.add(e);
                }
              }));
    }
    stormy.forEach(Thread::start);
    for (Thread thread : stormy) {
      thread.join();
    }
    for (Thread thread : calm) {
      thread.join();
    }
    assertThat(wrong).isEmpty();
    assertThat(interrupted).hasValue(threads * each);
    server.awaitOpenAtMost(8);
    assertSessionWorks();
  }

  private void checkEcho(String token) throws Exception {
    String answer =
        with(session.post(server.url("/echo")).withBody(token)).call(response -> response.text());
    if (!answer.equals(token)) {
      throw new AssertionError("asked " + token + ", answered " + answer);
    }
  }

  private interface Action {
    void run() throws Exception;
  }

  private static Thread catching(AtomicReference<Throwable> failure, Action action) {
    return Thread.startVirtualThread(
        () -> {
          try {
            action.run();
          } catch (Throwable e) {
            failure.set(e);
          }
        });
  }
}
