package dev.asyncwith.docs;

import static dev.asyncwith.AsyncWith.asyncGuard;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.asyncwith.AsyncGuard;
import dev.asyncwith.Yield;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The mistakes that docs/protocol.md lists under P7, and the messages that it quotes. */
class GeneratorMistakesTest {
  private final List<String> messages = new ArrayList<>();

  @Test
  void everyMessageOfTheTableIsTheOneThatIsThrown() {
    endsWithoutYield();
    yieldsTwice();
    yieldsAfterFailure();
    yieldsInsideItsBody();
    yieldsOnAnotherThread();
    yieldsAfterItsEnd();
    isUsedAgain();
    for (String page : List.of("protocol.md", "ja/protocol.md")) {
      List<String> quoted =
          Docs.page(page)
              .lines()
              .dropWhile(line -> !line.startsWith("## P7"))
              .filter(line -> line.startsWith("| ") && line.contains("`"))
              .limit(messages.size())
              .map(line -> line.substring(line.indexOf('`') + 1, line.lastIndexOf('`')))
              .toList();
      assertThat(quoted).as(page).hasSameSizeAs(messages);
      for (int i = 0; i < quoted.size(); i++) {
        assertThat(messages.get(i)).as(page).contains(quoted.get(i));
      }
    }
  }

  private void endsWithoutYield() {
    mistake(asyncGuard("g", body -> {}));
  }

  private void yieldsTwice() {
    AtomicReference<Boolean> cleaned = new AtomicReference<>(false);
    mistake(
        asyncGuard(
            "g",
            body -> {
              try {
                body.yield();
                body.yield();
              } finally {
                cleaned.set(true);
              }
            }));
    assertThat(cleaned).hasValue(true);
  }

  private void yieldsAfterFailure() {
    AsyncGuard<Exception> guard =
        asyncGuard(
            "g",
            body -> {
              try {
                body.yield();
              } catch (Exception e) {
                body.yield();
              }
            });
    record(
        () ->
            with(guard)
                .run(
                    () -> {
                      throw new IOException("body");
                    }));
  }

  private void yieldsInsideItsBody() {
    AtomicReference<Yield<?>> yield = new AtomicReference<>();
    AsyncGuard<Exception> guard =
        asyncGuard(
            "g",
            body -> {
              yield.set(body);
              body.yield();
            });
    record(() -> with(guard).run(() -> yield.get().yield()));
  }

  private void yieldsOnAnotherThread() {
    AtomicReference<Throwable> other = new AtomicReference<>();
    AsyncGuard<Exception> guard =
        asyncGuard(
            "g",
            body -> {
              Thread.ofVirtual().start(() -> other.set(catchThrowable(body::yield))).join();
              body.yield();
            });
    assertThat(catchThrowable(() -> with(guard).run(() -> {}))).isNull();
    note(other.get());
  }

  private void yieldsAfterItsEnd() {
    AtomicReference<Yield<?>> yield = new AtomicReference<>();
    AsyncGuard<Exception> guard =
        asyncGuard(
            "g",
            body -> {
              yield.set(body);
              body.yield();
            });
    assertThat(catchThrowable(() -> with(guard).run(() -> {}))).isNull();
    record(() -> yield.get().yield());
  }

  private void isUsedAgain() {
    AsyncGuard<Exception> guard = asyncGuard("g", Yield::yield);
    assertThat(catchThrowable(() -> with(guard).run(() -> {}))).isNull();
    mistake(guard);
  }

  private void mistake(AsyncGuard<Exception> guard) {
    record(() -> with(guard).run(() -> {}));
  }

  private interface Step {
    void run() throws Exception;
  }

  private void record(Step step) {
    note(catchThrowable(step::run));
  }

  private void note(Throwable thrown) {
    assertThat(thrown).isInstanceOf(IllegalStateException.class);
    assertThat(thrown.getMessage()).startsWith("generator 'g' ");
    messages.add(thrown.getMessage());
  }
}
