package dev.asyncwith.contextlib;

import static dev.asyncwith.AsyncWith.closing;
import static dev.asyncwith.AsyncWith.nullContext;
import static dev.asyncwith.AsyncWith.suppress;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.asyncwith.AsyncGuard;
import dev.asyncwith.ExceptionGroup;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.testing.Trail;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code aclosing} and {@code closing}, {@code nullcontext}, {@code suppress}. */
@Timeout(60)
class ClosingNullContextSuppressTest {
  private final Trail trail = new Trail();
  private final ArithmeticException divided = new ArithmeticException("1/0");

  private final Closeable closeable = () -> trail.add("closed");

  @Test
  void closingGivesTheThingAndClosesIt() throws Exception {
    var manager = closing(closeable);
    trail.assertSteps();
    with(manager)
        .run(
            value -> {
              assertThat(value).isSameAs(closeable);
              trail.add("body");
            });
    trail.assertSteps("body", "closed");
  }

  @Test
  void closingClosesAlsoAfterAFailureAndSuppressesNothing() {
    assertThatThrownBy(
            () ->
                with(closing(closeable))
                    .run(
                        value -> {
                          assertThat(value).isSameAs(closeable);
                          throw divided;
                        }))
        .isSameAs(divided)
        .hasNoSuppressedExceptions();
    trail.assertSteps("closed");
  }

  /** Python's generator would else end when it is collected, on whatever task that happens. */
  @Test
  void closingEndsAHalfConsumedStreamNowAndOnThisThread() {
    Thread here = Thread.currentThread();
    Stream<Integer> stream =
        Stream.of(-1, -2)
            .onClose(
                () -> {
                  assertThat(Thread.currentThread()).isSameAs(here);
                  trail.add("resource released");
                });
    assertThatThrownBy(
            () ->
                with(closing(stream, Stream::close))
                    .run(
                        x -> {
                          Iterator<Integer> iterator = x.iterator();
                          assertThat(iterator.next()).isEqualTo(-1);
                          throw divided;
                        }))
        .isSameAs(divided)
        .hasNoSuppressedExceptions();
    trail.assertSteps("resource released");
  }

  @Test
  void aNullContextGivesItsValueAndDoesNothing() throws Exception {
    var value = new Object();
    with(nullContext(value)).run(given -> assertThat(given).isSameAs(value));
    assertThatThrownBy(
            () ->
                with(nullContext(value))
                    .run(
                        _ -> {
                          throw divided;
                        }))
        .isSameAs(divided);
  }

  @Test
  void aNullContextMayHoldNullAndBeEnteredAgainAndInItself() throws Exception {
    var context = nullContext((String) null);
    with(context).run(outer -> assertThat(outer).isNull());
    int result =
        with(context)
            .call(
                outer -> {
                  assertThat(outer).isNull();
                  return with(context).call(_ -> 42);
                });
    assertThat(result).isEqualTo(42);
  }

  @Test
  void suppressLeavesASuccessAlone() throws Exception {
    int result = with(suppress(IllegalArgumentException.class)).call(() -> 1 << 5);
    assertThat(result).isEqualTo(32);
  }

  private void suppressed(AsyncGuard<RuntimeException> guard, Exception failure) throws Exception {
    with(guard)
        .run(
            () -> {
              throw failure;
            });
    trail.add("after");
  }

  @Test
  void suppressMatchesTheClass() throws Exception {
    suppressed(suppress(ArithmeticException.class), divided);
    trail.assertSteps("after");
  }

  @Test
  void suppressMatchesASubclass() throws Exception {
    suppressed(suppress(IOException.class), new FileNotFoundException("gone"));
    trail.assertSteps("after");
  }

  @Test
  void suppressLetsAnotherClassThrough() {
    assertThatThrownBy(() -> suppressed(suppress(IllegalArgumentException.class), divided))
        .isSameAs(divided);
    trail.assertSteps();
  }

  @Test
  void suppressOfNothingSuppressesNothing() {
    assertThatThrownBy(() -> suppressed(suppress(), divided)).isSameAs(divided);
    trail.assertSteps();
  }

  @Test
  void suppressTakesSeveralClasses() throws Exception {
    var guard = suppress(ArithmeticException.class, IllegalArgumentException.class);
    suppressed(guard, divided);
    suppressed(guard, new IllegalArgumentException("type"));
    trail.assertSteps("after", "after");
  }

  @Test
  void suppressIsReusableAndReentrant() throws Exception {
    var ignore = suppress(RuntimeException.class);
    with(ignore).run(() -> {});
    suppressed(ignore, divided);
    with(ignore)
        .run(
            () -> {
              with(ignore)
                  .run(
                      () -> {
                        throw new IllegalArgumentException("inner");
                      });
              trail.add("outer goes on");
              throw divided;
            });
    trail.assertSteps("after", "outer goes on");
  }

  /** A group of the failures of two tasks that had both begun. */
  private static ExceptionGroup group(Exception first, Exception second) {
    var begun = new CountDownLatch(2);
    Throwable thrown =
        catchThrowable(
            () ->
                with(TaskGroup.create())
                    .run(
                        group -> {
                          group.fork(() -> fail(begun, first));
                          group.fork(() -> fail(begun, second));
                        }));
    return (ExceptionGroup) thrown;
  }

  private static void fail(CountDownLatch begun, Exception failure) throws Exception {
    begun.countDown();
    boolean interrupted = false;
    while (begun.getCount() > 0) {
      try {
        begun.await();
      } catch (InterruptedException e) {
        interrupted = true; // the other one was faster; this one fails all the same
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    throw failure;
  }

  @Test
  void suppressSplitsAGroup() throws Exception {
    var type = new IllegalArgumentException("type");
    var group = group(divided, type);
    assertThat(group.exceptions()).containsExactlyInAnyOrder(divided, type);
    suppressed(suppress(ArithmeticException.class, IllegalArgumentException.class), group);
    trail.assertSteps("after");
    assertThatThrownBy(() -> suppressed(suppress(ArithmeticException.class), group))
        .isInstanceOfSatisfying(
            ExceptionGroup.class, rest -> assertThat(rest.exceptions()).containsExactly(type))
        .hasNoCause();
    assertThatThrownBy(() -> suppressed(suppress(IOException.class), group)).isSameAs(group);
  }

  @Test
  void suppressSplitsANestedGroup() {
    var io = new IOException("io");
    var nested = group(group(divided, io), new FileNotFoundException("gone"));
    assertThatThrownBy(() -> suppressed(suppress(IOException.class), nested))
        .isInstanceOfSatisfying(
            ExceptionGroup.class,
            rest ->
                assertThat(rest.exceptions())
                    .singleElement()
                    .isInstanceOfSatisfying(
                        ExceptionGroup.class,
                        inner -> assertThat(inner.exceptions()).containsExactly(divided)));
  }
}
