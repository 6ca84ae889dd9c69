package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P8: what a stack takes while it closes, and after. */
@Timeout(60)
class P8StackTest {
  private final Trail trail = new Trail();
  private final AsyncExitStack stack = AsyncExitStack.create();

  @Test
  void whatAnExitPushesRunsNext() throws Exception {
    stack.callback(() -> trail.add("first in"));
    stack.callback(
        () -> {
          trail.add("closing");
          stack.callback(() -> trail.add("pushed while closing"));
        });
    stack.close();
    trail.assertSteps("closing", "pushed while closing", "first in");
  }

  @Test
  void whatAnExitEntersIsExitedNext() throws Exception {
    stack.callback(() -> trail.add("first in"));
    stack.callback(() -> stack.enter(trail.manager("A")));
    stack.close();
    trail.assertSteps("enter A", "exit A: succeeded", "first in");
  }

  @Test
  void popAllIsRefusedWhileItCloses() {
    stack.callback(() -> trail.add("still run"));
    stack.callback(stack::popAll);
    assertThatThrownBy(stack::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot hand over its entries");
    trail.assertSteps("still run");
  }

  @Test
  void afterTheCloseAnEnterIsRefusedBeforeItHappens() throws Exception {
    stack.close();
    assertThatThrownBy(() -> stack.enter(trail.manager("late")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(stack.describe())
        .hasMessageContaining("so late was not entered");
    trail.assertSteps();
  }

  @Test
  void afterTheCloseAPushedManagerIsReleasedAtOnceAndRefused() throws Exception {
    stack.close();
    assertThatThrownBy(() -> stack.push(trail.manager("late")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("so late was released at once");
    assertThat(trail.steps())
        .singleElement()
        .asString()
        .startsWith("exit late: failed with java.lang.IllegalStateException: AsyncExitStack@");
  }

  @Test
  void theRefusalIsNotSuppressedByWhatItReleases() throws Exception {
    stack.close();
    assertThatThrownBy(() -> stack.push(trail.manager("late").withSuppression()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aFailureToReleaseIsKeptInTheRefusal() throws Exception {
    stack.close();
    var broken = new IOException("broken");
    assertThatThrownBy(() -> stack.push(trail.manager("late").withExitFailure(broken)))
        .isInstanceOf(IllegalStateException.class)
        .hasSuppressedException(broken);
  }

  @Test
  void afterTheCloseACallbackRunsAtOnceAndIsRefused() throws Exception {
    stack.close();
    assertThatThrownBy(() -> stack.callback(() -> trail.add("ran")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("callback of lambda in P8StackTest");
    trail.assertSteps("ran");
  }

  @Test
  void popAllIsRefusedAfterTheClose() throws Exception {
    stack.close();
    assertThatThrownBy(stack::popAll).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whileItClosesAnotherThreadsPushIsReleasedAtOnceAndRefused() throws Exception {
    var thrown = new CompletableFuture<Throwable>();
    stack.callback(
        () ->
            Thread.ofVirtual()
                .start(
                    () ->
                        thrown.complete(catchThrowable(() -> stack.push(trail.manager("foreign")))))
                .join());
    stack.close();
    assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
    assertThat(trail.steps()).singleElement().asString().startsWith("exit foreign: failed");
  }

  @Test
  void aSecondCloseDoesNothing() throws Exception {
    stack.callback(() -> trail.add("once"));
    stack.close();
    stack.close();
    assertThat(stack.close(new IOException("late"))).isFalse();
    trail.assertSteps("once");
  }

  @Test
  void aStackClosedInItsOwnBlockIsNotExitedAgain() throws Exception {
    with(stack)
        .run(
            s -> {
              s.callback(() -> trail.add("once"));
              s.close();
              trail.add("body");
            });
    trail.assertSteps("once", "body");
  }

  @Test
  void aStackServesOneBlock() throws Exception {
    with(stack).run(_ -> {});
    assertThatThrownBy(() -> with(stack).run(_ -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was already entered or closed");
  }

  @Test
  void aStackInItsOwnBlockIsRefused() {
    stack.callback(() -> trail.add("once"));
    assertThatThrownBy(() -> with(stack).run(s -> with(s).run(_ -> {})))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was already entered");
    trail.assertSteps("once");
  }

  @Test
  void popAllLeavesTheStackUsable() throws Exception {
    var later = AsyncExitStack.create();
    with(stack)
        .run(
            s -> {
              s.callback(() -> trail.add("moved"));
              later.push(s.popAll());
              s.callback(() -> trail.add("stayed"));
            });
    trail.assertSteps("stayed");
    later.close();
    trail.assertSteps("stayed", "moved");
  }

  @Test
  void tellsItsState() throws Exception {
    stack.callback(() -> {});
    assertThat(stack.toString()).matches("AsyncExitStack@[0-9a-f]+\\[open, 1 entries]");
    stack.close();
    assertThat(stack.toString()).endsWith("[closed, 0 entries]");
  }

  @Test
  void nullsAreNamed() {
    assertThatThrownBy(() -> stack.enter(null)).hasMessage("the manager to enter is null");
    assertThatThrownBy(() -> stack.push(null)).hasMessage("the exit to push is null");
    assertThatThrownBy(() -> stack.callback(null)).hasMessage("the callback is null");
  }
}
