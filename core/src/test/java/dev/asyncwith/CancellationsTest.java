package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLockInterruptionException;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** C6: which failures say that the thread was interrupted. */
@Timeout(60)
class CancellationsTest {
  static Stream<Throwable> forms() {
    return Stream.of(
        new InterruptedException(),
        new ClosedByInterruptException(),
        new FileLockInterruptionException(),
        new InterruptedIOException(),
        new SocketException("Closed by interrupt"),
        new UncheckedIOException(new ClosedByInterruptException()));
  }

  static Stream<Throwable> otherFailures() {
    return Stream.of(
        new IOException("gone"),
        new SocketException("Socket closed"),
        new SocketException(),
        new SocketTimeoutException("Read timed out"),
        new AsynchronousCloseException(),
        new ClosedChannelException(),
        new UncheckedIOException(new SocketTimeoutException()),
        new SQLException("Closed by interrupt"));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void aFormCountsByItselfAndAsACause(Throwable form) {
    assertThat(Cancellations.isCancellation(form)).isTrue();
    assertThat(Cancellations.isWithin(form)).isTrue();
    for (Throwable wrapper :
        new Throwable[] {
          new RuntimeException(form),
          new ExecutionException(form),
          new SQLException(new IOException(form)),
          new AssertionError(form)
        }) {
      assertThat(Cancellations.isCancellation(wrapper)).isFalse();
      assertThat(Cancellations.isWithin(wrapper)).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("otherFailures")
  void anotherFailureDoesNot(Throwable other) {
    assertThat(Cancellations.isCancellation(other)).isFalse();
    assertThat(Cancellations.isWithin(other)).isFalse();
    assertThat(Cancellations.isWithin(new RuntimeException(other))).isFalse();
  }

  @Test
  void whatWasSuppressedIsNoCause() {
    var failure = new IOException("gone");
    failure.addSuppressed(new InterruptedException());
    assertThat(Cancellations.isWithin(failure)).isFalse();
  }

  @Test
  void aChainOfCausesMayTurnBackOnItself() {
    var first = new RuntimeException("first");
    first.initCause(new RuntimeException("second", new RuntimeException("third", first)));
    assertThat(Cancellations.isWithin(first)).isFalse();
  }

  @Test
  void aFormOnTheWayIntoACircleIsFound() {
    var interrupt = new InterruptedException();
    var first = new RuntimeException("first", interrupt);
    interrupt.initCause(first);
    assertThat(Cancellations.isWithin(new RuntimeException("wrapper", first))).isTrue();
  }

  @Test
  void anExceptionMayBeItsOwnCause() {
    assertThat(Cancellations.isWithin(new OwnCause())).isFalse();
  }

  private static final class OwnCause extends RuntimeException {
    @Override
    public synchronized Throwable getCause() {
      return this;
    }
  }

  @Test
  void aChainWithoutEndEnds() {
    assertThat(Cancellations.isWithin(new Endless())).isFalse();
  }

  private static final class Endless extends RuntimeException {
    @Override
    public synchronized Throwable getCause() {
      return new Endless();
    }
  }
}
