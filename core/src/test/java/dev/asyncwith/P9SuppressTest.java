package dev.asyncwith;

import static dev.asyncwith.AsyncWith.suppress;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** P9: suppress never matches a cancellation unless it is named. */
class P9SuppressTest {
  private final Trail trail = new Trail();

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
  }

  static Stream<Throwable> cancellations() {
    return Stream.of(
        new InterruptedException("i"),
        new ClosedByInterruptException(),
        new FileLockInterruptionException(),
        new InterruptedIOException("io"),
        new SocketException("Closed by interrupt"),
        new UncheckedIOException(new InterruptedIOException("io")));
  }

  private static void runSuppressing(Throwable failure, Class<? extends Throwable> type)
      throws Throwable {
    with(suppress(type))
        .run(
            () -> {
              throw failure;
            });
  }

  @ParameterizedTest
  @MethodSource("cancellations")
  void aGeneralClassDoesNotMatchACancellation(Throwable cancellation) {
    assertThatThrownBy(() -> runSuppressing(cancellation, Throwable.class)).isSameAs(cancellation);
  }

  @ParameterizedTest
  @MethodSource("cancellations")
  void ioExceptionDoesNotMatchACancellation(Throwable cancellation) {
    assertThatThrownBy(() -> runSuppressing(cancellation, IOException.class))
        .isSameAs(cancellation);
  }

  @Test
  void theNamedClassMatchesAndTheFlagIsSetAgain() throws Throwable {
    runSuppressing(new InterruptedException(), InterruptedException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void otherFormsMatchByTheirName() throws Throwable {
    runSuppressing(new ClosedByInterruptException(), ClosedByInterruptException.class);
    runSuppressing(new FileLockInterruptionException(), FileLockInterruptionException.class);
    assertThatThrownBy(
            () -> runSuppressing(new InterruptedIOException("io"), InterruptedException.class))
        .hasMessage("io");
  }

  /** A pipe's read throws it with the flag cleared (see docs/cancellation.md). */
  @Test
  void thatOfAPipeSetsTheFlagAgain() throws Throwable {
    runSuppressing(new InterruptedIOException(), InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aSocketsTimeoutIsNoCancellation() throws Throwable {
    runSuppressing(new SocketTimeoutException(), IOException.class);
    runSuppressing(new SocketException("Connection reset"), IOException.class);
  }

  @Test
  void anyExitThatSuppressesAnInterruptSetsTheFlagAgain() throws Exception {
    with(trail.manager("A").withSuppression())
        .run(
            _ -> {
              throw new InterruptedException();
            });
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void nothingNamedSuppressesNothing() {
    var gone = new IOException("gone");
    assertThatThrownBy(
            () ->
                with(suppress())
                    .run(
                        () -> {
                          throw gone;
                        }))
        .isSameAs(gone);
  }

  @Test
  void namesItsClasses() {
    assertThat(suppress(IOException.class, InterruptedException.class).describe())
        .isEqualTo("suppress(IOException, InterruptedException)");
    assertThat(suppress()).hasToString("suppress()");
    assertThatThrownBy(() -> suppress(IOException.class, null))
        .hasMessage("a class to suppress is null");
  }
}
