package dev.asyncwith.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import org.eclipse.jetty.client.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Jetty's code runs on the threads of callers too, and a connection that one of them releases may
 * carry the next caller's request: an interrupt must not break what it meets there.
 */
@Timeout(60)
class ExchangeTest {
  private LoopbackServer server;
  private Engine engine;

  @BeforeEach
  void start() throws Exception {
    server = LoopbackServer.start();
    engine = Engine.start("exchange-test", 1, null);
  }

  @AfterEach
  void stop() throws IOException {
    engine.stop();
    server.close();
  }

  private Exchange send(String path) {
    var target = new Target("GET", URI.create(server.url(path)));
    Request request = engine.newRequest(target.uri());
    var exchange = new Exchange(request, engine, new Failures(target, "test", null), _ -> {});
    exchange.send();
    return exchange;
  }

  @Test
  void isSentAndReadOnAThreadWithAPendingInterrupt() throws Exception {
    server.on("/", (_, link) -> link.respond("200 OK", new byte[1 << 20]));
    Thread.currentThread().interrupt();
    Exchange exchange = send("/");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(exchange.awaitHead().getStatus()).isEqualTo(200);
    assertThat(exchange.awaitBody()).hasSize(1 << 20);
    Thread.currentThread().interrupt();
    Exchange next = send("/");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(next.awaitBody()).hasSize(1 << 20);
    assertThat(server.accepted()).as("the connection is whole").isOne();
  }

  @Test
  void isStoppedOnAThreadWithAPendingInterrupt() throws Exception {
    server.on("/", (_, link) -> link.awaitClose());
    Exchange exchange = send("/");
    server.awaitRequests(1);
    Thread.currentThread().interrupt();
    exchange.stop(Stop.Reason.INTERRUPTED);
    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(exchange::awaitHead).hasMessageContaining("was ended by an interrupt");
    server.awaitOpenAtMost(0);
  }

  @Test
  void mayBeStoppedBeforeItIsSent() throws Exception {
    var target = new Target("GET", URI.create(server.url("/")));
    var failures = new Failures(target, "test", null);
    var exchange = new Exchange(engine.newRequest(target.uri()), engine, failures, _ -> {});
    exchange.stop(Stop.Reason.TIMEOUT);
    exchange.send();
    assertThatThrownBy(exchange::awaitHead).isInstanceOf(ClientTimeoutException.class);
    server.on("/", "good");
    assertThat(send("/").awaitBody()).isEqualTo("good".getBytes());
  }

  @Test
  void sendsNothingThroughAnEngineThatHasStopped() throws Exception {
    engine.stop();
    assertThatThrownBy(send("/")::awaitHead)
        .isInstanceOf(ClientConnectionException.class)
        .hasMessageContaining("test was closed while GET");
  }
}
