package dev.asyncwith.docs;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.ofStages;
import static dev.asyncwith.AsyncWith.suppress;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.AsyncExitStack;
import dev.asyncwith.NoResultException;
import dev.asyncwith.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** The Java sides of the section "contextlib" in docs/differences-from-python.md. */
class ContextlibDifferencesTest {
  private static AsyncContextManager<String, IOException> failingExit(String message) {
    return new AsyncContextManager<>() {
      @Override
      public String enter() {
        return message;
      }

      @Override
      public boolean exit(Outcome outcome) throws IOException {
        throw new IOException(message);
      }
    };
  }

  @Test
  void noResult() {
    // docs: no-result
    assertThatThrownBy(
            () -> {
              int n = with(suppress(NumberFormatException.class)).call(() -> Integer.parseInt("x"));
            })
        .isInstanceOf(NoResultException.class)
        .hasCauseInstanceOf(NumberFormatException.class);
    // end
  }

  @Test
  void primary() {
    // docs: primary
    assertThatThrownBy(
            () ->
                with(failingExit("disk full"))
                    .run(
                        _ -> {
                          throw new IllegalArgumentException("bad input");
                        }))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("disk full"));
    // end
  }

  @Test
  void suppressedByWhatItSees() {
    // docs: suppress-sees
    assertThatThrownBy(
            () ->
                with(suppress(IOException.class))
                    .and(failingExit("disk full"))
                    .run(
                        _ -> {
                          throw new IllegalArgumentException("bad input");
                        }))
        .hasMessage("bad input");

    assertThatThrownBy(
            () ->
                with(suppress(IllegalArgumentException.class))
                    .and(failingExit("disk full"))
                    .run(
                        _ -> {
                          throw new IllegalArgumentException("bad input");
                        }))
        .hasMessage("disk full");
    // end
  }

  @Test
  void suppressAll() throws Exception {
    // docs: suppress-all
    assertThatThrownBy(
            () ->
                with(suppress(Throwable.class))
                    .run(
                        () -> {
                          throw new InterruptedException();
                        }))
        .isInstanceOf(InterruptedException.class);

    with(suppress(InterruptedException.class))
        .run(
            () -> {
              throw new InterruptedException();
            });
    assertThat(Thread.interrupted()).isTrue();
    // end
  }

  // docs: attempt
  static AsyncContextManager<String, RuntimeException> logged(List<String> log) {
    return asyncContextManager(body -> log.add("ended: " + body.attempt("value")));
  }

  // end

  @Test
  void attempt() {
    // docs: attempt-use
    List<String> log = new ArrayList<>();
    assertThatThrownBy(
            () ->
                with(logged(log))
                    .run(
                        _ -> {
                          throw new IOException("lost");
                        }))
        .hasMessage("lost");
    assertThat(log).containsExactly("ended: Failed[cause=java.io.IOException: lost]");
    // end
  }

  @Test
  void oneShot() throws Exception {
    // docs: one-shot
    AsyncContextManager<String, RuntimeException> manager =
        asyncContextManager("greeting", body -> body.yield("hello"));
    with(manager).run(value -> assertThat(value).isEqualTo("hello"));
    assertThatThrownBy(() -> with(manager).run(_ -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("generator 'greeting' was already used");
    // end
  }

  @Test
  void bothFailuresOfAStack() {
    // docs: both-failures
    assertThatThrownBy(
            () ->
                with(AsyncExitStack.create())
                    .run(
                        stack -> {
                          stack.enter(failingExit("outer"));
                          stack.enter(failingExit("inner"));
                        }))
        .hasMessage("inner")
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("outer"));
    // end
  }

  @Test
  void closedStack() throws Exception {
    // docs: closed-stack
    List<String> log = new ArrayList<>();
    AsyncExitStack stack = AsyncExitStack.create();
    stack.callback(() -> log.add("first"));
    stack.close();
    assertThatThrownBy(() -> stack.callback(() -> log.add("late")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
    assertThat(log).containsExactly("first", "late");
    // end
  }

  @Test
  void popAllWhileClosing() throws Exception {
    // docs: pop-while-closing
    List<String> log = new ArrayList<>();
    AsyncExitStack stack = AsyncExitStack.create();
    stack.callback(() -> log.add("first"));
    stack.callback(stack::popAll);
    assertThatThrownBy(stack::close).isInstanceOf(IllegalStateException.class);
    assertThat(log).containsExactly("first");
    // end
  }

  @Test
  void nestedUse() throws Exception {
    // docs: nested-stack
    AsyncExitStack stack = AsyncExitStack.create();
    List<String> log = new ArrayList<>();
    with(stack)
        .run(
            outer -> {
              outer.callback(() -> log.add("exit"));
              assertThatThrownBy(() -> with(stack).run(_ -> {}))
                  .isInstanceOf(IllegalStateException.class);
              log.add("body");
            });
    assertThat(log).containsExactly("body", "exit");
    // end
  }

  private static final ThreadLocal<String> USER = ThreadLocal.withInitial(() -> "nobody");

  // docs: stack-thread
  static AsyncContextManager<String, RuntimeException> as(String user) {
    return asyncContextManager(
        body -> {
          USER.set(user);
          try {
            body.yield(user);
          } finally {
            USER.remove();
          }
        });
  }

  // end

  @Test
  void generatorInAStack() throws Exception {
    // docs: stack-thread-use
    with(as("ann")).run(_ -> assertThat(USER.get()).isEqualTo("ann"));
    with(AsyncExitStack.create())
        .run(
            stack -> {
              stack.enter(as("ann"));
              assertThat(USER.get()).isEqualTo("nobody");
            });
    // end
  }

  @Test
  void stages() {
    // docs: stages-failure
    var client =
        ofStages(
            () -> CompletableFuture.<String>failedFuture(new IOException("no route")),
            (_, _) -> CompletableFuture.completedFuture(null));
    assertThatThrownBy(() -> with(client).run(_ -> {}))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(IOException.class);
    // end
  }

  @Test
  void fifth() {
    // docs: fifth
    var block = with(suppress()).and(suppress()).and(suppress()).and(suppress());
    assertThatThrownBy(() -> block.and(suppress()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("enter them in an AsyncExitStack");
    // end
  }

  @Test
  void wrapper() {
    // docs: wrapper
    AsyncContextManager<Integer, RuntimeException> translating =
        asyncContextManager(
            body -> {
              try {
                body.yield(1);
              } catch (Exception e) {
                throw new RuntimeException("translated", e);
              }
            });
    assertThatThrownBy(
            () ->
                with(translating)
                    .run(
                        _ -> {
                          throw new NoSuchElementException("body");
                        }))
        .hasMessage("translated")
        .hasCauseInstanceOf(NoSuchElementException.class);
    // end
  }

  @Test
  void closesItself() throws Exception {
    var stack = AsyncExitStack.create();
    var log = new ArrayList<String>();
    // docs: closes-itself
    stack.callback(() -> log.add("first"));
    stack.callback(
        () -> {
          stack.close();
          log.add("closing");
        });
    stack.close();
    assertThat(log).containsExactly("closing", "first");
    // end
  }
}
