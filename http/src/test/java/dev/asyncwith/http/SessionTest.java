package dev.asyncwith.http;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.asyncwith.AsyncExitStack;
import dev.asyncwith.Outcome;
import dev.asyncwith.testing.ExpectLeaks;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SessionTest {
  private LoopbackServer server;

  @BeforeEach
  void start() throws IOException {
    server = LoopbackServer.start().on("/", "hello");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private String get(ClientSession session) throws Exception {
    return with(session.get(server.url("/"))).call(response -> response.text());
  }

  @Test
  void isOpenInsideItsBlockAndClosedAfterIt() throws Exception {
    ClientSession after =
        with(ClientSession.create())
            .call(
                session -> {
                  assertThat(session.isClosed()).isFalse();
                  assertThat(get(session)).isEqualTo("hello");
                  return session;
                });
    assertThat(after.isClosed()).isTrue();
    assertThat(after.toString()).matches("ClientSession-\\d+ \\(closed\\)");
    after.close();
    server.awaitOpenAtMost(0);
  }

  @Test
  void isClosedAfterABodyThatFails() throws Exception {
    var sessions = new ArrayList<ClientSession>();
    var failure = new IllegalStateException("the body's");
    assertThatThrownBy(
            () ->
                with(ClientSession.create())
                    .run(
                        session -> {
                          sessions.add(session);
                          with(session.get(server.url("/")))
                              .run(
                                  _ -> {
                                    throw failure;
                                  });
                        }))
        .isSameAs(failure)
        .hasNoSuppressedExceptions();
    assertThat(sessions.getFirst().isClosed()).isTrue();
    server.awaitOpenAtMost(0);
  }

  @Test
  void keepsAConnectionForTheNextRequest() throws Exception {
    server.on("/none", (_, link) -> link.write("HTTP/1.1 204 No Content\r\n\r\n"));
    with(ClientSession.create())
        .run(
            session -> {
              for (int i = 0; i < 20; i++) {
                assertThat(get(session)).isEqualTo("hello");
                with(session.get(server.url("/none"))).run(r -> r.status());
                with(session.post(server.url("/")).withBody("x")).run(r -> r.bytes());
              }
            });
    assertThat(server.accepted()).isOne();
  }

  @Test
  void closesAConnectionWhoseBodyNobodyRead() throws Exception {
    server.on(
        "/long",
        (_, link) -> {
          link.write("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
          link.write(new byte[200_000]);
          link.awaitClose();
        });
    server.on(
        "/slow",
        (_, link) -> {
          link.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
          link.awaitClose();
        });
    with(ClientSession.create())
        .run(
            session -> {
              with(session.get(server.url("/long"))).run(r -> r.status());
              server.awaitOpenAtMost(0);
              with(session.get(server.url("/slow"))).run(r -> r.status());
              server.awaitOpenAtMost(0);
              assertThat(get(session)).isEqualTo("hello");
            });
  }

  @Test
  void readsAnAnswerThatComesBeforeTheRequestHasBeenSent() throws Exception {
    server.on(
        "/unread",
        (_, link) -> link.respond("413 Content Too Large\r\nContent-Type: text/plain", "too long"));
    with(ClientSession.create())
        .run(
            session ->
                with(session.post(server.url("/unread")).withBody(new byte[20_000_000]))
                    .run(
                        response -> {
                          assertThat(response.status()).isEqualTo(413);
                          assertThat(response.text()).isEqualTo("too long");
                        }));
    server.awaitOpenAtMost(0);
  }

  @Test
  void limitsTheConnectionsToAHost() throws Exception {
    var threads = new ArrayList<Thread>();
    var failures = new ArrayList<Throwable>();
    with(ClientSession.create().withConnectionsPerHost(3))
        .run(
            session -> {
              for (int i = 0; i < 30; i++) {
                threads.add(
                    Thread.startVirtualThread(
                        () -> {
                          Throwable failure = catchThrowable(() -> get(session));
                          synchronized (failures) {
                            if (failure != null) {
                              failures.add(failure);
                            }
                          }
                        }));
              }
              for (Thread thread : threads) {
                thread.join();
              }
            });
    assertThat(failures).isEmpty();
    assertThat(server.requests()).hasSize(30);
    assertThat(server.mostOpen()).isLessThanOrEqualTo(3);
    assertThatThrownBy(() -> ClientSession.create().withConnectionsPerHost(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void takesManyMoreRequestsThanConnections() throws Exception {
    int many = 3_000; // more than Jetty queues by default
    var threads = new ArrayList<Thread>();
    with(ClientSession.create().withConnectionsPerHost(4))
        .run(
            session -> {
              var tasks = new ArrayList<FutureTask<String>>();
              for (int i = 0; i < many; i++) {
                var task = new FutureTask<>(() -> get(session));
                tasks.add(task);
                threads.add(Thread.startVirtualThread(task));
              }
              for (FutureTask<String> task : tasks) {
                assertThat(task.get()).isEqualTo("hello");
              }
            });
  }

  @Test
  void endsTheRequestsUnderWayWhenItIsClosed() throws Exception {
    server.on("/never", (_, link) -> link.awaitClose());
    server.on(
        "/half",
        (_, link) -> {
          link.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
          link.awaitClose();
        });
    ClientSession session = ClientSession.create().open();
    var half = session.get(server.url("/half")).open();
    var waiting =
        new FutureTask<>(() -> catchThrowable(() -> session.get(server.url("/never")).open()));
    Thread.startVirtualThread(waiting);
    server.awaitRequests(2);
    session.close();
    assertThat(waiting.get())
        .isInstanceOf(ClientConnectionException.class)
        .hasMessageMatching(
            "ClientSession-\\d+ was closed while GET .*/never was under way:"
                + " close it after its last response");
    assertThatThrownBy(half::text)
        .isInstanceOf(ClientConnectionException.class)
        .hasMessageContaining("was closed while GET " + server.url("/half"));
    half.close();
    server.awaitOpenAtMost(0);
  }

  @Test
  void isClosedOnceByManyThreads() throws Exception {
    ClientSession session = ClientSession.create().open();
    assertThat(get(session)).isEqualTo("hello");
    var closes = new ArrayList<FutureTask<Throwable>>();
    for (int i = 0; i < 4; i++) {
      var close = new FutureTask<>(() -> catchThrowable(session::close));
      closes.add(close);
      Thread.startVirtualThread(close);
    }
    for (FutureTask<Throwable> close : closes) {
      assertThat(close.get()).isNull();
      server.awaitOpenAtMost(0);
    }
  }

  @Test
  void givesEachThreadASessionOfItsOwn() throws Exception {
    ClientSessionConfig shared = ClientSession.create();
    ClientRequest[] request = new ClientRequest[1];
    var together = new CyclicBarrier(4);
    var tasks = new ArrayList<FutureTask<ClientSession>>();
    for (int i = 0; i < 4; i++) {
      var task =
          new FutureTask<>(
              () ->
                  with(shared)
                      .call(
                          session -> {
                            together.await();
                            assertThat(get(session)).isEqualTo("hello");
                            together.await();
                            return session;
                          }));
      tasks.add(task);
      Thread.startVirtualThread(task);
    }
    var sessions = new ArrayList<ClientSession>();
    for (var task : tasks) {
      sessions.add(task.get());
    }
    assertThat(sessions).doesNotHaveDuplicates().allMatch(ClientSession::isClosed);
  }

  @Test
  void refusesASecondBlockOfTheSameThreadBeforeAnythingIsStarted() throws Exception {
    ClientSessionConfig shared = ClientSession.create();
    with(shared)
        .run(
            session -> {
              assertThatThrownBy(shared::enter)
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessage(
                      "ClientSession.create() is already entered by this thread: make another one"
                          + " for the second block, or use open() and close what it gives");
              ClientRequest request = session.get(server.url("/"));
              with(request)
                  .run(_ -> assertThatThrownBy(request::enter).hasMessageContaining("GET http"));
              try (var other = shared.open();
                  var response = request.open()) {
                assertThat(other).isNotSameAs(session);
                assertThat(response.text()).isEqualTo("hello");
              }
              assertThat(session.isClosed()).isFalse();
            });
    with(shared).run(session -> assertThat(get(session)).isEqualTo("hello"));
    assertThatThrownBy(() -> shared.exit(Outcome.succeeded()))
        .hasMessage("ClientSession.create() is exited without having been entered");
  }

  @Test
  void isClosedByAStackOnAnotherThread() throws Exception {
    var stack = AsyncExitStack.create();
    ClientSession session = stack.enter(ClientSession.create());
    var close =
        new FutureTask<>(
            () -> {
              stack.close();
              return null;
            });
    Thread.startVirtualThread(close);
    close.get();
    assertThat(session.isClosed()).isTrue();
  }

  @Test
  void refusesAnExitThatCouldMeanTwo() throws Exception {
    ClientSessionConfig shared = ClientSession.create();
    var sessions = new ArrayList<ClientSession>();
    for (int i = 0; i < 2; i++) {
      var enter = new FutureTask<>(shared::enter);
      Thread.startVirtualThread(enter);
      sessions.add(enter.get());
    }
    assertThatThrownBy(() -> shared.exit(Outcome.succeeded()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("which did not enter it, while 2 other threads have");
    for (ClientSession session : sessions) {
      assertThat(session.isClosed()).isFalse();
      session.close();
    }
  }

  @Test
  void leavesNoThreadBehind(@TempDir Path folder) throws Exception {
    String name =
        with(ClientSession.create())
            .call(
                session -> {
                  assertThat(get(session)).isEqualTo("hello");
                  assertThat(threadsOf(session.name(), folder)).isNotEmpty();
                  return session.name();
                });
    while (!threadsOf(name, folder).isEmpty()) { // the last of them end on their own
      Thread.yield();
    }
  }

  /** All threads, virtual ones too, whose name begins so. */
  private static List<String> threadsOf(String name, Path folder) throws Exception {
    Path dump = folder.resolve("threads.json");
    Files.deleteIfExists(dump);
    String text = String.class.getName();
    var _ =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=HotSpotDiagnostic"),
                "dumpThreads",
                new Object[] {dump.toString(), "JSON"},
                new String[] {text, text});
    return Files.readAllLines(dump).stream()
        .map(String::strip)
        .filter(line -> line.startsWith("\"name\": \"" + name))
        .toList();
  }

  @Test
  @ExpectLeaks("it is about what is dropped")
  void closesWhatIsDroppedUnclosed() throws Exception {
    server.on(
        "/endless",
        (_, link) -> {
          link.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
          link.awaitClose();
        });
    var collected = new CountDownLatch(1);
    dropASessionAndAResponse();
    Thread.startVirtualThread(
        () -> {
          while (collected.getCount() > 0) {
            System.gc();
            Thread.yield();
          }
        });
    server.awaitOpenAtMost(0);
    collected.countDown();
  }

  private void dropASessionAndAResponse() throws Exception {
    var dropped = ClientSession.create().open();
    assertThat(get(dropped)).isEqualTo("hello");
    var kept = ClientSession.create().open();
    assertThat(kept.get(server.url("/endless")).open().status()).isEqualTo(200);
  }
}
