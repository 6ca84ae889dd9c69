package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.ClosedByInterruptException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The table of the state word: what the owner and a sender do in each state, inside of two scopes.
 * ATTENDING and CANCELLING are met in {@link ThreadContextSendersTest}: the owner alone makes the
 * first and ends it, and does nothing but wait in the second.
 */
@Timeout(60)
class ThreadContextTest {
  /** The state, and what the flag is. TAKEN: a call of the JDK has thrown for the interrupt. */
  private enum Before {
    RUNNING,
    RUNNING_FOREIGN,
    DELIVERED,
    TAKEN,
    TAKEN_FOREIGN,
    SEEN,
    SEEN_FOREIGN,
    REDELIVERED,
    REDELIVERED_TAKEN
  }

  private enum Event {
    CHECK,
    AWAIT,
    GIVE_BACK,
    REARM,
    EXIT,
    EXIT_THROWN,
    PLAIN,
    SHIELDED,
    COOPERATIVE,
    LEAVE,
    LEAVE_THROWN,
    LEAVE_OTHER_FORM,
    SEND_OUTER,
    SEND_AGAIN
  }

  private final FakeThread thread = new FakeThread();
  private final CancelScope outer = thread.enter();
  private final CancelScope inner = thread.enter();

  /** An arrow leads from what it is in an exit or in the scope to what it is after it. */
  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          RUNNING           | CHECK            | RUNNING
          RUNNING           | AWAIT            | RUNNING
          RUNNING           | GIVE_BACK        | RUNNING+flag
          RUNNING           | REARM            | RUNNING
          RUNNING           | EXIT             | RUNNING -> RUNNING
          RUNNING           | EXIT_THROWN      | RUNNING -> RUNNING
          RUNNING           | PLAIN            | RUNNING -> RUNNING
          RUNNING           | SHIELDED         | RUNNING -> RUNNING
          RUNNING           | COOPERATIVE      | RUNNING -> RUNNING
          RUNNING           | LEAVE            | passes RUNNING
          RUNNING           | LEAVE_THROWN     | passes RUNNING
          RUNNING           | LEAVE_OTHER_FORM | passes RUNNING
          RUNNING           | SEND_OUTER       | DELIVERED+flag
          RUNNING           | SEND_AGAIN       | DELIVERED+flag
          RUNNING_FOREIGN   | CHECK            | RUNNING foreign
          RUNNING_FOREIGN   | AWAIT            | RUNNING foreign
          RUNNING_FOREIGN   | GIVE_BACK        | RUNNING+flag
          RUNNING_FOREIGN   | REARM            | RUNNING+flag
          RUNNING_FOREIGN   | EXIT             | RUNNING held -> RUNNING+flag
          RUNNING_FOREIGN   | EXIT_THROWN      | RUNNING held -> RUNNING+flag
          RUNNING_FOREIGN   | PLAIN            | RUNNING+flag -> RUNNING+flag
          RUNNING_FOREIGN   | SHIELDED         | RUNNING+flag -> RUNNING+flag
          RUNNING_FOREIGN   | COOPERATIVE      | RUNNING+flag -> RUNNING+flag
          RUNNING_FOREIGN   | LEAVE            | passes RUNNING+flag
          RUNNING_FOREIGN   | LEAVE_THROWN     | passes RUNNING+flag
          RUNNING_FOREIGN   | LEAVE_OTHER_FORM | passes RUNNING+flag
          RUNNING_FOREIGN   | SEND_OUTER       | RUNNING+flag
          RUNNING_FOREIGN   | SEND_AGAIN       | RUNNING+flag
          DELIVERED         | CHECK            | SEEN ours
          DELIVERED         | AWAIT            | SEEN ours
          DELIVERED         | GIVE_BACK        | SEEN+flag
          DELIVERED         | REARM            | DELIVERED+flag
          DELIVERED         | EXIT             | RUNNING -> DELIVERED+flag
          DELIVERED         | EXIT_THROWN      | RUNNING held -> SEEN+flag
          DELIVERED         | PLAIN            | DELIVERED+flag -> DELIVERED+flag
          DELIVERED         | SHIELDED         | RUNNING -> DELIVERED+flag
          DELIVERED         | COOPERATIVE      | RUNNING -> DELIVERED+flag
          DELIVERED         | LEAVE            | passes RUNNING
          DELIVERED         | LEAVE_THROWN     | caught RUNNING+flag
          DELIVERED         | LEAVE_OTHER_FORM | caught RUNNING
          DELIVERED         | SEND_OUTER       | DELIVERED+flag
          DELIVERED         | SEND_AGAIN       | DELIVERED+flag
          TAKEN             | CHECK            | SEEN ours
          TAKEN             | AWAIT            | SEEN ours
          TAKEN             | GIVE_BACK        | REDELIVERED+flag
          TAKEN             | REARM            | DELIVERED
          TAKEN             | EXIT             | RUNNING -> SEEN
          TAKEN             | EXIT_THROWN      | RUNNING -> SEEN
          TAKEN             | PLAIN            | DELIVERED -> DELIVERED
          TAKEN             | SHIELDED         | RUNNING -> SEEN
          TAKEN             | COOPERATIVE      | RUNNING -> SEEN
          TAKEN             | LEAVE            | passes RUNNING
          TAKEN             | LEAVE_THROWN     | caught RUNNING
          TAKEN             | LEAVE_OTHER_FORM | caught RUNNING
          TAKEN             | SEND_OUTER       | REDELIVERED+flag
          TAKEN             | SEND_AGAIN       | DELIVERED
          TAKEN_FOREIGN     | CHECK            | SEEN ours
          TAKEN_FOREIGN     | AWAIT            | SEEN ours
          TAKEN_FOREIGN     | GIVE_BACK        | SEEN+flag
          TAKEN_FOREIGN     | REARM            | DELIVERED+flag
          TAKEN_FOREIGN     | EXIT             | RUNNING -> DELIVERED+flag
          TAKEN_FOREIGN     | EXIT_THROWN      | RUNNING held -> SEEN+flag
          TAKEN_FOREIGN     | PLAIN            | DELIVERED+flag -> DELIVERED+flag
          TAKEN_FOREIGN     | SHIELDED         | RUNNING -> DELIVERED+flag
          TAKEN_FOREIGN     | COOPERATIVE      | RUNNING -> DELIVERED+flag
          TAKEN_FOREIGN     | LEAVE            | passes RUNNING
          TAKEN_FOREIGN     | LEAVE_THROWN     | caught RUNNING+flag
          TAKEN_FOREIGN     | LEAVE_OTHER_FORM | caught RUNNING
          TAKEN_FOREIGN     | SEND_OUTER       | DELIVERED+flag
          TAKEN_FOREIGN     | SEND_AGAIN       | DELIVERED+flag
          SEEN              | CHECK            | SEEN ours
          SEEN              | AWAIT            | SEEN ours
          SEEN              | GIVE_BACK        | REDELIVERED+flag
          SEEN              | REARM            | SEEN
          SEEN              | EXIT             | RUNNING -> SEEN
          SEEN              | EXIT_THROWN      | RUNNING -> SEEN
          SEEN              | PLAIN            | SEEN -> SEEN
          SEEN              | SHIELDED         | RUNNING -> SEEN
          SEEN              | COOPERATIVE      | RUNNING -> SEEN
          SEEN              | LEAVE            | passes RUNNING
          SEEN              | LEAVE_THROWN     | caught RUNNING
          SEEN              | LEAVE_OTHER_FORM | caught RUNNING
          SEEN              | SEND_OUTER       | REDELIVERED+flag
          SEEN              | SEND_AGAIN       | SEEN
          SEEN_FOREIGN      | CHECK            | SEEN foreign
          SEEN_FOREIGN      | AWAIT            | SEEN foreign
          SEEN_FOREIGN      | GIVE_BACK        | SEEN+flag
          SEEN_FOREIGN      | REARM            | SEEN+flag
          SEEN_FOREIGN      | EXIT             | RUNNING held -> SEEN+flag
          SEEN_FOREIGN      | EXIT_THROWN      | RUNNING held -> SEEN+flag
          SEEN_FOREIGN      | PLAIN            | SEEN+flag -> SEEN+flag
          SEEN_FOREIGN      | SHIELDED         | RUNNING+flag -> SEEN+flag
          SEEN_FOREIGN      | COOPERATIVE      | RUNNING+flag -> SEEN+flag
          SEEN_FOREIGN      | LEAVE            | passes RUNNING+flag
          SEEN_FOREIGN      | LEAVE_THROWN     | caught RUNNING+flag
          SEEN_FOREIGN      | LEAVE_OTHER_FORM | caught RUNNING
          SEEN_FOREIGN      | SEND_OUTER       | SEEN+flag
          SEEN_FOREIGN      | SEND_AGAIN       | SEEN+flag
          REDELIVERED       | CHECK            | SEEN ours
          REDELIVERED       | AWAIT            | SEEN ours
          REDELIVERED       | GIVE_BACK        | REDELIVERED+flag
          REDELIVERED       | REARM            | REDELIVERED+flag
          REDELIVERED       | EXIT             | RUNNING -> REDELIVERED+flag
          REDELIVERED       | EXIT_THROWN      | RUNNING -> REDELIVERED+flag
          REDELIVERED       | PLAIN            | REDELIVERED+flag -> REDELIVERED+flag
          REDELIVERED       | SHIELDED         | RUNNING -> REDELIVERED+flag
          REDELIVERED       | COOPERATIVE      | RUNNING -> REDELIVERED+flag
          REDELIVERED       | LEAVE            | passes REDELIVERED+flag
          REDELIVERED       | LEAVE_THROWN     | passes REDELIVERED+flag
          REDELIVERED       | LEAVE_OTHER_FORM | passes REDELIVERED+flag
          REDELIVERED       | SEND_OUTER       | REDELIVERED+flag
          REDELIVERED       | SEND_AGAIN       | REDELIVERED+flag
          REDELIVERED_TAKEN | CHECK            | SEEN ours
          REDELIVERED_TAKEN | AWAIT            | SEEN ours
          REDELIVERED_TAKEN | GIVE_BACK        | REDELIVERED+flag
          REDELIVERED_TAKEN | REARM            | REDELIVERED
          REDELIVERED_TAKEN | EXIT             | RUNNING -> SEEN
          REDELIVERED_TAKEN | EXIT_THROWN      | RUNNING -> SEEN
          REDELIVERED_TAKEN | PLAIN            | REDELIVERED -> REDELIVERED
          REDELIVERED_TAKEN | SHIELDED         | RUNNING -> SEEN
          REDELIVERED_TAKEN | COOPERATIVE      | RUNNING -> SEEN
          REDELIVERED_TAKEN | LEAVE            | passes REDELIVERED
          REDELIVERED_TAKEN | LEAVE_THROWN     | passes REDELIVERED
          REDELIVERED_TAKEN | LEAVE_OTHER_FORM | passes REDELIVERED
          REDELIVERED_TAKEN | SEND_OUTER       | REDELIVERED
          REDELIVERED_TAKEN | SEND_AGAIN       | REDELIVERED
          """)
  void cell(Before before, Event event, String after) {
    bring(before);
    assertThat(on(event)).isEqualTo(after);
  }

  private void bring(Before before) {
    switch (before) {
      case RUNNING -> {}
      case RUNNING_FOREIGN -> thread.flag = true;
      case DELIVERED -> thread.cancel(inner);
      case TAKEN -> {
        thread.cancel(inner);
        assertThat(thread.jdkCall()).isNotNull();
      }
      case TAKEN_FOREIGN -> {
        bring(Before.TAKEN);
        thread.flag = true;
      }
      case SEEN -> {
        thread.cancel(inner);
        assertThat(thread.check()).isNotNull();
      }
      case SEEN_FOREIGN -> {
        bring(Before.SEEN);
        thread.flag = true;
      }
      case REDELIVERED -> {
        bring(Before.TAKEN);
        thread.cancel(outer);
      }
      case REDELIVERED_TAKEN -> {
        bring(Before.REDELIVERED);
        assertThat(thread.jdkCall()).isNotNull();
      }
    }
  }

  private String on(Event event) {
    switch (event) {
      case CHECK -> {
        return after(thread.check());
      }
      case AWAIT -> {
        var waiter = new Waiter();
        thread.whileParked.add(waiter::grant);
        return after(thread.await(waiter));
      }
      case GIVE_BACK -> thread.context.giveBack(new InterruptedException());
      case REARM -> thread.context.rearm();
      case EXIT -> {
        return exit(null);
      }
      case EXIT_THROWN -> {
        return exit(new InterruptedException());
      }
      case PLAIN -> {
        return in(CancelScope.create());
      }
      case SHIELDED -> {
        return in(CancelScope.create().shielded());
      }
      case COOPERATIVE -> {
        return in(CancelScope.create().cooperative());
      }
      case LEAVE -> {
        return leave(null);
      }
      case LEAVE_THROWN -> {
        return leave(new InterruptedException());
      }
      case LEAVE_OTHER_FORM -> {
        return leave(new ClosedByInterruptException());
      }
      case SEND_OUTER -> thread.cancel(outer);
      case SEND_AGAIN -> {
        thread.cancel(inner);
        thread.context.send(inner);
      }
    }
    return thread.state();
  }

  private String after(@Nullable InterruptedException thrown) {
    String whose =
        thrown == null ? "" : thrown.getMessage().startsWith("cancelled") ? " ours" : " foreign";
    return thread.state() + whose;
  }

  /** As the exits of managers do, which hold a pending interrupt back. */
  private String exit(@Nullable Throwable failure) {
    long begun = thread.context.beginExit(failure);
    boolean held = thread.flag;
    thread.flag = false;
    String inside = thread.state() + (held ? " held" : "");
    thread.flag = held;
    thread.context.endExit(begun);
    return inside + " -> " + thread.state();
  }

  private String in(CancelScope scope) {
    var _ = thread.enter(scope);
    String inside = thread.state();
    assertThat(thread.leave(scope, null)).isFalse();
    return inside + " -> " + thread.state();
  }

  private String leave(@Nullable Throwable failure) {
    return (thread.leave(inner, failure) ? "caught " : "passes ") + thread.state();
  }
}
