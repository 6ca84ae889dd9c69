package dev.asyncwith.http;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncWith;
import dev.asyncwith.CancelScope;
import java.io.IOException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** C2: requests in a cancelled scope, of the kind that sends no interrupt. */
@Timeout(120)
class CancelledScopeTest {
  private final CancelScope scope = CancelScope.create().cooperative();
  private LoopbackServer server;
  private ClientSession session;

  @BeforeEach
  void start() throws Exception {
    server = LoopbackServer.start().on("/good", "good");
    session = ClientSession.create().open();
  }

  @AfterEach
  void stop() throws IOException {
    assertThat(Thread.interrupted()).isFalse();
    session.close();
    server.close();
  }

  private void assertSessionWorks() throws Exception {
    with(session.get(server.url("/good"))).run(r -> assertThat(r.text()).isEqualTo("good"));
  }

  @Test
  void everyCallThrowsAtOnceAndNothingIsSent() throws Exception {
    ClientRequest request = session.get(server.url("/good"));
    with(scope)
        .run(
            () -> {
              scope.cancel("stop");
              for (int i = 0; i < 2; i++) {
                assertThatThrownBy(request::open)
                    .isInstanceOf(InterruptedException.class)
                    .hasMessage(
                        "cancelled while sending %s: %s, stop"
                            .formatted(request.describe(), scope.describe()));
                assertThatThrownBy(() -> ClientSession.create().open())
                    .isInstanceOf(InterruptedException.class)
                    .hasMessageContaining("cancelled while starting ClientSession-");
              }
            });
    assertThat(server.accepted()).isZero();
    assertSessionWorks();
  }

  @Test
  void aBodyThatWasNotReadIsNotReadAndTheResponseIsReleased() throws Exception {
    server.on(
        "/",
        (_, link) -> {
          link.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
          link.awaitClose();
        });
    with(scope)
        .and(session.get(server.url("/")))
        .run(
            response -> {
              scope.cancel();
              assertThatThrownBy(response::text).isInstanceOf(InterruptedException.class);
            });
    server.awaitOpenAtMost(0);
    assertSessionWorks();
  }

  private void cancelledInside(ThrowingCallable call) throws Exception {
    var ended =
        new FutureTask<>(
            () -> {
              with(scope)
                  .run(
                      () -> {
                        try {
                          call.call();
                        } catch (InterruptedException e) {
                          throw e;
                        } catch (Throwable e) {
                          throw new AssertionError(e);
                        }
                      });
              return scope.caught() && !Thread.currentThread().isInterrupted();
            });
    Thread waiting = Thread.ofVirtual().start(ended);
    server.awaitRequests(1);
    while (waiting.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    scope.cancel("stop");
    assertThat(ended.get(60, TimeUnit.SECONDS)).isTrue();
    server.awaitOpenAtMost(0);
    assertSessionWorks();
  }

  @Test
  void theWaitForTheHeadersEnds() throws Exception {
    server.on("/", (_, link) -> link.awaitClose());
    cancelledInside(() -> session.get(server.url("/")).open());
  }

  @Test
  void theWaitForTheBodyEnds() throws Exception {
    server.on(
        "/",
        (_, link) -> {
          link.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
          link.awaitClose();
        });
    cancelledInside(() -> with(session.get(server.url("/"))).call(ClientResponse::text));
  }

  @Test
  void aSessionIsClosedInACancelledScope() throws Exception {
    with(scope)
        .run(
            () -> {
              scope.cancel();
              session.close();
            });
    assertThat(session.isClosed()).isTrue();
    assertThatThrownBy(() -> session.get(server.url("/good")).open())
        .isInstanceOf(ClientConnectionException.class);
    AsyncWith.checkpoint();
  }
}
