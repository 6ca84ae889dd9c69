package dev.asyncwith;

import static dev.asyncwith.AsyncWith.await;
import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.parallel;
import static dev.asyncwith.AsyncWith.race;
import static dev.asyncwith.AsyncWith.waitFor;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A resource that is on its way when its receiver goes: four ways to lose it with the JDK's own
 * tools, each beside the one that does not.
 */
@Timeout(60)
class HandOffLeakTest {
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final CountDownLatch late = new CountDownLatch(1);
  private final CountDownLatch begun = new CountDownLatch(1);

  /** Counts how often it is opened and closed; the second close of one would be an error. */
  private final class Connection {
    private boolean isClosed;

    Connection() {
      opened.incrementAndGet();
    }

    synchronized void close() {
      assertThat(isClosed).as("closed before").isFalse();
      isClosed = true;
      closed.incrementAndGet();
      late.countDown();
    }
  }

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
  }

  private void assertLeaked(int count) {
    assertThat(opened.get() - closed.get()).as("still open").isEqualTo(count);
  }

  /** Connects, and does not stop doing so when it is interrupted, as many clients do. */
  private Connection connectAnyway() {
    begun.countDown();
    boolean interrupted = false;
    while (!interrupted) {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return new Connection();
  }

  private Connection connectAtOnce() throws InterruptedException {
    begun.await();
    return new Connection();
  }

  // ---- H1: a loser of a race that connects all the same

  @Test
  void h1WithInvokeAnyTheLosersConnectionIsLost() throws Exception {
    Connection winner;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      winner =
          threads.invokeAny(
              List.<Callable<Connection>>of(this::connectAnyway, this::connectAtOnce));
    } // waits for the loser
    winner.close();
    assertThat(opened).hasValue(2);
    assertLeaked(1);
  }

  @Test
  void h1WithRaceItIsClosed() throws Exception {
    Connection winner = race(Connection::close, this::connectAnyway, this::connectAtOnce);
    winner.close();
    assertThat(opened).hasValue(2);
    assertLeaked(0);
  }

  // ---- H2: a wait for a stage that is interrupted, and then the stage completes

  @Test
  void h2WithGetTheLateConnectionIsLost() throws Exception {
    var stage = new CompletableFuture<Connection>();
    var call = OnThread.start(() -> stage.get()).awaitWaiting();
    assertThat(call.interrupt().failure()).isInstanceOf(InterruptedException.class);
    assertThat(stage.complete(new Connection())).isTrue();
    assertLeaked(1);
  }

  @Test
  void h2WithAwaitItIsClosed() throws Exception {
    var stage = new CompletableFuture<Connection>();
    var call = OnThread.start(() -> await(stage, Connection::close)).awaitWaiting();
    assertThat(call.interrupt().failure()).isInstanceOf(InterruptedException.class);
    assertThat(stage.complete(new Connection())).isTrue();
    late.await();
    assertLeaked(0);
  }

  // ---- H3: a future that is cancelled refuses the connection that is on its way

  @Test
  void h3AFutureThatIsCancelledRefusesTheConnection() {
    var stage = new CompletableFuture<Connection>();
    assertThat(stage.cancel(true)).isTrue();
    assertThat(stage.complete(new Connection())).isFalse();
    assertLeaked(1);
  }

  @Test
  void h3ACancelOfTheWaitDoesNotMakeTheStageRefuse() throws Exception {
    var stage = new CompletableFuture<Connection>();
    var clock = new HandClock();
    var call =
        OnThread.start(
                clock, () -> waitFor(Duration.ofSeconds(1), () -> await(stage, Connection::close)))
            .awaitWaiting();
    clock.advance(Duration.ofSeconds(1));
    assertThat(call.failure()).isInstanceOf(TimeoutExceededException.class);
    assertThat(stage.complete(new Connection())).isTrue();
    late.await();
    assertLeaked(0);
  }

  // ---- H4: of two that connect, one fails

  private Connection refuse() throws Exception {
    begun.await();
    throw new IOException("refused");
  }

  private Connection connectFirst() {
    var connection = new Connection();
    begun.countDown();
    return connection;
  }

  /**
   * With {@code invokeAll}, since {@code StructuredTaskScope} is a preview in JDK 25. Its {@code
   * join} throws the failure just so, and drops the other subtask's result.
   */
  @Test
  void h4WithInvokeAllTheSiblingsConnectionIsLost() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Connection>> both =
          threads.invokeAll(List.<Callable<Connection>>of(this::refuse, this::connectFirst));
      assertThatThrownBy(
              () -> {
                Connection _ = both.get(0).get();
                both.get(1).get().close();
              })
          .hasRootCauseMessage("refused");
    }
    assertThat(opened).hasValue(1);
    assertLeaked(1);
  }

  @Test
  void h4WithParallelItIsClosed() {
    AsyncContextManager<Connection, Exception> refused = manager(this::refuse, Connection::close);
    AsyncContextManager<Connection, Exception> connected =
        manager(this::connectFirst, Connection::close);
    assertThatThrownBy(() -> with(parallel(refused, connected)).run(_ -> {})).hasMessage("refused");
    assertThat(opened).hasValue(1);
    assertLeaked(0);
  }

  // ---- the moment itself: the value comes just as the receiver is interrupted

  @Test
  void aValueThatComesWithTheInterruptHasOneOwner() throws Exception {
    for (int round = 0; round < 2_000; round++) {
      var stage = new CompletableFuture<Connection>();
      var closedLate = new CountDownLatch(1);
      var sent = new CountDownLatch(1);
      var call =
          OnThread.<Connection>start(
                  Inherited.DEFAULT,
                  sent,
                  () ->
                      await(
                          stage,
                          connection -> {
                            connection.close();
                            closedLate.countDown();
                          }))
              .awaitWaiting();
      Thread giver = Thread.ofVirtual().start(() -> stage.complete(new Connection()));
      call.interrupt();
      sent.countDown();
      giver.join();
      Connection received = call.resultOrNull();
      assertThat(call.interruptedAtEnd()).isEqualTo(received != null); // the interrupt has one too
      if (received == null) {
        closedLate.await();
      } else {
        received.close();
      }
    }
    assertThat(closed).hasValue(2_000);
    assertLeaked(0);
  }
}
