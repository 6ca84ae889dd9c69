package dev.asyncwith;

import static dev.asyncwith.AsyncWith.suppress;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** P4: no failure is lost, whichever of body and exits fail. */
class P4FailuresTest {
  private final Trail trail = new Trail();
  private final IOException e1 = new IOException("body");
  private final IllegalStateException e2 = new IllegalStateException("exit");

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
  }

  private Throwable block(Throwable body, Throwable exit) {
    return catchThrowable(
        () ->
            with(trail.manager("A").withExitFailure(exit))
                .run(
                    _ -> {
                      throw body;
                    }));
  }

  @Test
  void theBodysFailureStaysPrimary() {
    assertThat(block(e1, e2)).isSameAs(e1).hasSuppressedException(e2);
    assertThat(e1).hasNoCause();
  }

  @Test
  void theSameFailureIsNotSuppressedInItself() {
    assertThat(block(e1, e1)).isSameAs(e1).hasNoSuppressedExceptions();
  }

  @Test
  void aTranslationTakesItsPlace() {
    var translated = new IllegalStateException("translated", new RuntimeException(e1));
    assertThat(block(e1, translated)).isSameAs(translated).hasNoSuppressedExceptions();
  }

  @Test
  void anUnwrappedCauseIsAlreadyThere() {
    var wrapper = new RuntimeException("wrapper", e1);
    assertThat(block(wrapper, e1)).isSameAs(wrapper).hasNoSuppressedExceptions();
  }

  @Test
  void aFailureThatHoldsTheBodysAsASuppressedOneTakesItsPlace() {
    e2.addSuppressed(e1);
    assertThat(block(e1, e2)).isSameAs(e2).hasSuppressedException(e1);
  }

  @Test
  void aFailingExitIsNotSwallowedWithACancellation() {
    var cancelled = new InterruptedException("cancelled");
    assertThat(block(cancelled, e1)).isSameAs(e1).hasSuppressedException(cancelled);
    assertThat(Thread.interrupted()).isTrue(); // the request to stop stays in effect
  }

  @Test
  void anExitThatIsInterruptedAfterACancellationStaysACancellation() {
    var cancelled = new InterruptedException("cancelled");
    var again = new InterruptedException("in the exit");
    assertThat(block(cancelled, again)).isSameAs(again).hasSuppressedException(cancelled);
  }

  @Test
  void anInterruptedExitAfterAFailureKeepsTheInterrupt() {
    var interrupted = new InterruptedException("in the exit");
    assertThat(block(e1, interrupted)).isSameAs(e1).hasSuppressedException(interrupted);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void ofTwoFailingExitsTheFirstIsPrimary() {
    Throwable thrown =
        catchThrowable(
            () ->
                with(trail.manager("A").withExitFailure(e2))
                    .and(trail.manager("B").withExitFailure(e1))
                    .run((_, _) -> {}));
    assertThat(thrown).isSameAs(e1).hasSuppressedException(e2);
  }

  @Test
  void whoSuppressesAFailureThrowsOnTheExitsFailuresItCarries() {
    assertThatThrownBy(
            () ->
                with(suppress(IOException.class))
                    .run(
                        () -> {
                          throw block(e1, e2);
                        }))
        .isSameAs(e2);
  }

  @Test
  void alsoWhenTheCarrierWasWrapped() {
    assertThatThrownBy(
            () ->
                with(suppress(RuntimeException.class))
                    .run(
                        () -> {
                          throw new RuntimeException(block(e1, e2));
                        }))
        .isSameAs(e2);
  }

  @Test
  void aCarriedInterruptIsThrownAndNotKeptAsTheFlagToo() {
    var interrupted = new InterruptedException("in the exit");
    assertThatThrownBy(
            () ->
                with(suppress(IOException.class))
                    .and(trail.manager("A").withExitFailure(interrupted))
                    .run(
                        _ -> {
                          throw e1;
                        }))
        .isSameAs(interrupted);
  }

  @Test
  void severalCarriedFailuresAreThrownAsOne() {
    var e3 = new IOException("outer exit");
    Throwable carrier = block(block(e1, e2), e3);
    assertThat(carrier).isSameAs(e1);
    assertThatThrownBy(
            () ->
                with(suppress(IOException.class))
                    .run(
                        () -> {
                          throw carrier;
                        }))
        .isSameAs(e2)
        .hasSuppressedException(e3);
  }

  /** The idiom of popAll: a manager that keeps a stack and lets it do the exit. */
  private static final class Service implements AsyncContextManager<String, Exception> {
    final AsyncExitStack resources = AsyncExitStack.create();

    @Override
    public String enter() {
      return "service";
    }

    @Override
    public boolean exit(Outcome outcome) throws Exception {
      return resources.exit(outcome);
    }
  }

  @Test
  void aFailureThatAStackSuppressedDoesNotComeBackThroughAManagerThatKeepsTheStack() {
    var service = new Service();
    service.resources.push(
        _ -> {
          throw e2;
        });
    service.resources.push(_ -> true);
    assertThatThrownBy(
            () ->
                with(service)
                    .run(
                        _ -> {
                          throw e1;
                        }))
        .isSameAs(e2)
        .hasNoSuppressedExceptions();
  }

  @Test
  void whatOthersSuppressedIsNoneOfOurBusiness() throws Exception {
    e1.addSuppressed(new IllegalStateException("of a try-with-resources"));
    with(suppress(IOException.class))
        .run(
            () -> {
              throw e1;
            });
  }

  @Test
  void aCauseThatBitesItsTailIsSurvived() {
    var loop = new RuntimeException("loop");
    var link = new RuntimeException("link", loop);
    loop.initCause(link);
    assertThat(block(e1, loop)).isSameAs(e1).hasSuppressedException(loop);
    assertThat(block(loop, e2)).isSameAs(loop);
  }

  @Test
  void aFailureThatTakesNoSuppressedOnesIsLogged() {
    final class Bare extends Exception {
      Bare() {
        super("bare", null, false, false);
      }
    }
    try (var records = new LogRecords()) {
      var bare = new Bare();
      assertThat(block(bare, e2)).isSameAs(bare);
      assertThat(records.all())
          .singleElement()
          .satisfies(r -> assertThat(r.getThrown()).isSameAs(e2));
    }
  }

  /** What suppress drops from a group may carry failures of exits, which nobody has looked at. */
  @Test
  void whatIsLeftOfAGroupCarriesTheFailuresOfExits() {
    var ofTask = new ArithmeticException("the exit in a task");
    var other = new ArithmeticException("another task");
    var group = new ExceptionGroup("tasks", List.of(block(e1, ofTask), other));
    assertThatThrownBy(
            () ->
                with(suppress(IOException.class))
                    .run(
                        () -> {
                          throw block(group, e2);
                        }))
        .isInstanceOfSatisfying(
            ExceptionGroup.class,
            rest -> {
              assertThat(rest.exceptions()).containsExactly(other);
              assertThat(rest.getSuppressed()).containsExactly(other, e2, ofTask);
            });
  }

  @Test
  void aFailureOfAnExitThatIsThrownOnIsOneToSuppress() throws Exception {
    Throwable thrownOn =
        catchThrowable(
            () ->
                with(suppress(IOException.class))
                    .run(
                        () -> {
                          throw block(e1, e2);
                        }));
    assertThat(thrownOn).isSameAs(e2);
    with(suppress(IllegalStateException.class))
        .run(
            () -> {
              throw new ExceptionGroup("of a task", List.of(e2));
            });
  }
}
