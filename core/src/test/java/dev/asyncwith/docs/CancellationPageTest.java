package dev.asyncwith.docs;

import static dev.asyncwith.AsyncWith.checkpoint;
import static dev.asyncwith.AsyncWith.closing;
import static dev.asyncwith.AsyncWith.moveOnAfter;
import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.AsyncWith;
import dev.asyncwith.CancelScope;
import dev.asyncwith.Outcome;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.TimeoutExceededException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What docs/cancellation.md shows, compiled and run. */
@Timeout(60)
class CancellationPageTest {
  private static final Duration SHORT = Duration.ofMillis(20);

  private final List<String> log = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void thePageShowsWhatIsCompiledHere() {
    Docs.assertCodeIsCompiled("cancellation.md", 7);
  }

  private static void waitForEver() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  @Test
  void threeWays() throws Exception {
    // docs: three-ways
    CancelScope scope = CancelScope.create();
    Thread user = Thread.startVirtualThread(() -> scope.cancel("the user pressed stop"));
    with(scope).run(() -> waitForEver());
    assertThat(scope.caught()).isTrue();

    CancelScope limited = moveOnAfter(SHORT);
    with(limited).run(() -> waitForEver());
    assertThat(limited.caught()).isTrue();

    assertThatThrownBy(() -> with(timeout(SHORT)).run(() -> waitForEver()))
        .isInstanceOf(TimeoutExceededException.class);
    // end
    user.join();
  }

  private record Transaction(List<String> log)
      implements AsyncContextManager<Transaction, RuntimeException> {
    @Override
    public Transaction enter() {
      return this;
    }

    @Override
    public boolean exit(Outcome outcome) throws InterruptedException {
      sleep(Duration.ofMillis(1)); // not cut short
      log.add(outcome instanceof Outcome.Succeeded ? "commit" : "rollback");
      return false;
    }
  }

  // docs: cleanup
  void update() throws InterruptedException {
    with(timeout(SHORT))
        .and(new Transaction(log)) // its exit runs to its end, and rolls back
        .run(
            _ -> {
              try {
                waitForEver();
              } finally {
                // A plain finally is body: to wait in it, shield it, and bound that.
                with(moveOnAfter(Duration.ofSeconds(5)).shielded()).run(() -> sayGoodbye());
              }
            });
  }

  // end

  private void sayGoodbye() throws InterruptedException {
    sleep(Duration.ofMillis(1));
    log.add("goodbye");
  }

  @Test
  void cleanup() {
    assertThatThrownBy(this::update).isInstanceOf(TimeoutExceededException.class);
    assertThat(log).containsExactly("goodbye", "rollback");
  }

  private final AtomicInteger tries = new AtomicInteger();

  private String fetch() throws IOException, InterruptedException {
    return switch (tries.incrementAndGet()) {
      case 1 -> throw new IOException("refused");
      case 2 -> {
        waitForEver();
        yield "never";
      }
      default -> "page";
    };
  }

  // docs: retry
  String fetchPatiently() throws InterruptedException {
    return with(timeout(Duration.ofSeconds(30))).call(() -> untilItIsThere());
  }

  private String untilItIsThere() throws InterruptedException {
    while (true) {
      try {
        return with(timeout(Duration.ofMillis(200))).call(() -> fetch());
      } catch (IOException | TimeoutExceededException e) {
        sleep(Duration.ofMillis(5)); // throws when the total is over
      }
    }
  }

  // end

  @Test
  void retry() throws Exception {
    assertThat(fetchPatiently()).isEqualTo("page");
    assertThat(tries).hasValue(3);
  }

  // docs: partial
  List<String> ask(List<String> servers, Duration time) throws InterruptedException {
    List<String> answers = Collections.synchronizedList(new ArrayList<>());
    with(moveOnAfter(time))
        .and(TaskGroup.create())
        .run(tasks -> servers.forEach(server -> tasks.fork(() -> answers.add(answerOf(server)))));
    return answers;
  }

  // end

  private static String answerOf(String server) throws InterruptedException {
    if (server.equals("slow")) {
      waitForEver();
    }
    return "from " + server;
  }

  @Test
  void partialResults() throws Exception {
    assertThat(ask(List.of("fast", "slow"), Duration.ofMillis(300))).containsExactly("from fast");
  }

  // docs: checkpoint
  static long sum(long[] numbers) throws InterruptedException {
    long sum = 0;
    for (int i = 0; i < numbers.length; i++) {
      if (i % 10_000 == 0) {
        checkpoint(); // a computation waits for nothing, so nothing else would end it
      }
      sum += numbers[i];
    }
    return sum;
  }

  // end

  @Test
  void aComputation() throws Exception {
    assertThat(sum(new long[] {1, 2})).isEqualTo(3);
    CancelScope scope = CancelScope.create();
    scope.cancel();
    with(scope).run(() -> sum(new long[1]));
    assertThat(scope.caught()).isTrue();
  }

  // docs: close-from-outside
  static int readOrClose(Socket socket, Duration time) throws Exception {
    return with(closing(socket))
        .and(TaskGroup.create())
        .call(
            (s, tasks) -> {
              Runnable close = () -> closeQuietly(s);
              var guard = tasks.fork(() -> closeAfter(time, close));
              int read =
                  s.getInputStream().read(); // a platform thread's is woken by the close only
              guard.cancel();
              return read;
            });
  }

  static void closeAfter(Duration time, Runnable close) throws InterruptedException {
    sleep(time);
    close.run();
  }

  // end

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void whatNoInterruptWakes() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var socket = new Socket(server.getInetAddress(), server.getLocalPort());
        var peer = server.accept()) {
      assertThatThrownBy(() -> readOrClose(socket, SHORT))
          .isInstanceOf(java.net.SocketException.class)
          .hasMessage("Socket closed");
      assertThat(peer.isClosed()).isFalse();
    }
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var socket = new Socket(server.getInetAddress(), server.getLocalPort());
        var peer = server.accept()) {
      peer.getOutputStream().write('x');
      assertThat(readOrClose(socket, Duration.ofHours(1))).isEqualTo('x');
    }
  }

  @Test
  void suppressedCancel() throws Exception {
    // docs: level
    CancelScope scope = CancelScope.create();
    with(scope)
        .run(
            () -> {
              scope.cancel();
              for (int i = 0; i < 3; i++) {
                assertThatThrownBy(AsyncWith::checkpoint).isInstanceOf(InterruptedException.class);
              }
            });
    checkpoint(); // after the block it is over
    // end
  }
}
