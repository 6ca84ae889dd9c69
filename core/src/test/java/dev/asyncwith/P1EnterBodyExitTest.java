package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** P1: enter, body and exit on one thread; an enter that throws is not exited. */
class P1EnterBodyExitTest {
  private final Trail trail = new Trail();

  @Test
  void enterBodyAndExitRunOnTheCallersThread() throws Exception {
    List<Thread> threads = new ArrayList<>();
    AsyncContextManager<String, RuntimeException> manager =
        manager(
            () -> {
              threads.add(Thread.currentThread());
              return "value";
            },
            _ -> threads.add(Thread.currentThread()));
    with(manager).run(_ -> threads.add(Thread.currentThread()));
    assertThat(threads).hasSize(3).containsOnly(Thread.currentThread());
  }

  @Test
  void anInlineGeneratorRunsOnTheCallersThreadToo() throws Exception {
    List<Thread> threads = new ArrayList<>();
    AsyncContextManager<String, RuntimeException> generator =
        asyncContextManager(
            body -> {
              threads.add(Thread.currentThread());
              body.yield("value");
              threads.add(Thread.currentThread());
            });
    with(generator).run(_ -> threads.add(Thread.currentThread()));
    assertThat(threads).hasSize(3).containsOnly(Thread.currentThread());
  }

  @Test
  void anEnterThatThrowsIsNotExited() {
    var refused = new IOException("refused");
    assertThatThrownBy(
            () -> with(trail.manager("A").withEnterFailure(refused)).run(_ -> trail.add("body")))
        .isSameAs(refused)
        .hasNoSuppressedExceptions();
    trail.assertSteps("enter A");
  }

  @Test
  void anInnerEnterThatThrowsExitsTheOuterOneWithItsFailure() {
    var refused = new IOException("refused");
    assertThatThrownBy(
            () ->
                with(trail.manager("A"))
                    .and(trail.manager("B").withEnterFailure(refused))
                    .run((_, _) -> trail.add("body")))
        .isSameAs(refused);
    trail.assertSteps("enter A", "enter B", "exit A: failed with java.io.IOException: refused");
  }

  @Test
  void theOuterOneMaySuppressAFailureToEnterTheInnerOne() throws Exception {
    with(trail.manager("A").withSuppression())
        .and(trail.manager("B").withEnterFailure(new IOException("refused")))
        .run((_, _) -> trail.add("body"));
    trail.assertSteps("enter A", "enter B", "exit A: failed with java.io.IOException: refused");
  }
}
