package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** P2: exactly one exit for each enter that returned, after every way out of the body. */
class P2ExitOnceTest {
  private final Trail trail = new Trail();

  @Test
  void afterAResult() throws Exception {
    int result = with(trail.manager("A")).call(_ -> 42);
    assertThat(result).isEqualTo(42);
    trail.assertSteps("enter A", "exit A: succeeded");
  }

  @Test
  void afterACheckedException() {
    var gone = new IOException("gone");
    assertThatThrownBy(
            () ->
                with(trail.manager("A"))
                    .run(
                        _ -> {
                          throw gone;
                        }))
        .isSameAs(gone);
    trail.assertSteps("enter A", "exit A: failed with java.io.IOException: gone");
  }

  @Test
  void afterAnError() {
    var error = new AssertionError("broken");
    assertThatThrownBy(
            () ->
                with(trail.manager("A"))
                    .run(
                        _ -> {
                          throw error;
                        }))
        .isSameAs(error);
    trail.assertSteps("enter A", "exit A: failed with java.lang.AssertionError: broken");
  }

  @Test
  void afterAnInterrupt() {
    assertThatThrownBy(
            () ->
                with(trail.manager("A"))
                    .run(
                        _ -> {
                          throw new InterruptedException("stop");
                        }))
        .isInstanceOf(InterruptedException.class);
    trail.assertSteps("enter A", "exit A: cancelled by java.lang.InterruptedException: stop");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void everyManagerIsExitedInReverseOrder(int depth) throws Exception {
    var a = trail.manager("A");
    var b = trail.manager("B");
    var c = trail.manager("C");
    var d = trail.manager("D");
    String values =
        switch (depth) {
          case 1 -> with(a).call(v -> v);
          case 2 -> with(a).and(b).call((v, w) -> v + w);
          case 3 -> with(a).and(b).and(c).call((v, w, x) -> v + w + x);
          default -> with(a).and(b).and(c).and(d).call((v, w, x, y) -> v + w + x + y);
        };
    String names = "ABCD".substring(0, depth);
    assertThat(values).isEqualTo(names);
    var expected = new Trail();
    names.chars().forEach(name -> expected.add("enter " + (char) name));
    new StringBuilder(names)
        .reverse()
        .chars()
        .forEach(name -> expected.add("exit " + (char) name + ": succeeded"));
    assertThat(trail.steps()).isEqualTo(expected.steps());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void everyManagerSeesTheBodysFailure(int depth) {
    var a = trail.manager("A");
    var b = trail.manager("B");
    var c = trail.manager("C");
    var d = trail.manager("D");
    var gone = new IOException("gone");
    assertThatThrownBy(
            () -> {
              switch (depth) {
                case 1 -> with(a).run(_ -> fail(gone));
                case 2 -> with(a).and(b).run((_, _) -> fail(gone));
                case 3 -> with(a).and(b).and(c).run((_, _, _) -> fail(gone));
                default -> with(a).and(b).and(c).and(d).run((_, _, _, _) -> fail(gone));
              }
            })
        .isSameAs(gone);
    assertThat(trail.steps()).hasSize(2 * depth);
    assertThat(trail.steps().subList(depth, 2 * depth))
        .allMatch(step -> step.endsWith("failed with java.io.IOException: gone"));
  }

  @Test
  void afterABodyWithoutAResult() throws Exception {
    var m = trail.manager("M");
    Runnable body = () -> trail.add("body");
    with(trail.manager("A")).run(_ -> body.run());
    with(trail.manager("A")).and(m).run((_, _) -> body.run());
    with(trail.manager("A")).and(m).and(m).run((_, _, _) -> body.run());
    with(trail.manager("A")).and(m).and(m).and(m).run((_, _, _, _) -> body.run());
    assertThat(trail.steps()).hasSize(24).filteredOn("body"::equals).hasSize(4);
    assertThat(trail.steps()).filteredOn("exit A: succeeded"::equals).hasSize(4);
  }

  @Test
  void aStackReservesThePlaceBeforeItEnters() throws Exception {
    // Nine entries outgrow the first array; the enter of the ninth already has its place.
    with(AsyncExitStack.create())
        .run(
            stack -> {
              for (int i = 0; i < 9; i++) {
                stack.enter(trail.manager("M" + i));
              }
            });
    assertThat(trail.steps()).hasSize(18).endsWith("exit M0: succeeded");
  }

  private static void fail(IOException failure) throws IOException {
    throw failure;
  }
}
