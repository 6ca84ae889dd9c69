package dev.asyncwith;

import static dev.asyncwith.AsyncWith.suppress;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Blocks without a result on threads of their own, and the forms that their bodies take. */
@Timeout(60)
class RunAsyncTest {
  private final Trail trail = new Trail();
  private final AsyncGuard<RuntimeException> guard = suppress();

  private void step() throws IOException {
    trail.add("step");
  }

  private void take(String a) {
    trail.add("take " + a);
  }

  private int takeTwo(String a, String b) throws IOException {
    trail.add("take " + a + b);
    return 2;
  }

  private void takeThree(String a, String b, String c) {
    trail.add("take " + a + b + c);
  }

  private void takeFour(String a, String b, String c, String d) {
    trail.add("take " + a + b + c + d);
  }

  @Test
  void theEndIsThereAfterTheExits() throws Exception {
    AsyncResult<Void> end = with(trail.manager("A")).runAsync(a -> trail.add("body of " + a));
    assertThat(end.get()).isNull();
    assertThat(end.toString()).matches("AsyncResult\\[runAsync of .*, success]");
    trail.assertSteps("enter A", "body of A", "exit A: succeeded");
  }

  @Test
  void bodiesAreMethodReferencesOfAnyResult() throws Exception {
    var a = with(trail.manager("a"));
    var ab = a.and(trail.manager("b"));
    var abc = ab.and(trail.manager("c"));
    with(guard).runAsync(this::step).get();
    a.runAsync(this::take).get();
    ab.runAsync(this::takeTwo).get();
    abc.runAsync(this::takeThree).get();
    abc.and(trail.manager("d")).runAsync(this::takeFour).get();
    assertThat(trail.steps())
        .filteredOn(step -> !step.startsWith("e"))
        .containsExactly("step", "take a", "take ab", "take abc", "take abcd");
  }

  @Test
  void bodiesAreLambdasOfAllForms() throws Exception {
    var a = with(trail.manager("a"));
    var ab = a.and(trail.manager("b"));
    with(guard).runAsync(() -> {}).get();
    with(guard).runAsync(() -> trail.add("0")).get();
    a.runAsync(_ -> step()).get();
    ab.runAsync((one, two) -> takeTwo(one, two)).get();
    ab.and(trail.manager("c"))
        .runAsync(
            (one, _, _) -> {
              take(one);
            })
        .get();
    AsyncResult<Integer> called = ab.callAsync(this::takeTwo);
    assertThat(called.get()).isEqualTo(2);
    AsyncResult<String> throwing =
        with(guard)
            .callAsync(
                () -> {
                  throw new IOException("of a body with a result");
                });
    assertThatThrownBy(throwing::get).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void aFailureIsTheVeryExceptionAndASuppressedOneIsNone() throws Exception {
    var gone = new IOException("gone");
    With0.Action<IOException> failing =
        () -> {
          throw gone;
        };
    assertThatThrownBy(with(guard).runAsync(failing)::get).cause().isSameAs(gone);
    assertThat(with(suppress(IOException.class)).runAsync(failing).get()).isNull();
    assertThatThrownBy(() -> with(guard).runAsync(null))
        .hasMessage("the body is null: give call and run a lambda");
  }

  @Test
  void aCancelCancelsTheBlock() throws Exception {
    var inBody = new CountDownLatch(1);
    AsyncResult<Void> end =
        with(trail.manager("A"))
            .runAsync(
                _ -> {
                  inBody.countDown();
                  new CountDownLatch(1).await();
                });
    inBody.await();
    end.cancel(true);
    end.exited().toCompletableFuture().get();
    assertThatThrownBy(end::get).isInstanceOf(CancellationException.class);
    assertThat(trail.steps()).last().asString().startsWith("exit A: cancelled");
  }
}
