package dev.asyncwith.testing;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

class TrailTest {
  private final Trail trail = new Trail();

  @Test
  void recordsEntersAndExitsInOrder() throws Exception {
    String body =
        with(trail.manager("A"))
            .and(trail.manager("B"))
            .call(
                (a, b) -> {
                  trail.add("body");
                  return a + b;
                });
    assertThat(body).isEqualTo("AB");
    trail.assertSteps("enter A", "enter B", "body", "exit B: succeeded", "exit A: succeeded");
  }

  @Test
  void tellsHowTheBodyEnded() throws Exception {
    with(trail.manager("A").withSuppression())
        .run(
            _ -> {
              throw new IOException("gone");
            });
    with(trail.manager("B").withSuppression())
        .run(
            _ -> {
              throw new InterruptedException();
            });
    assertThat(Thread.interrupted()).isTrue();
    trail.assertSteps(
        "enter A",
        "exit A: failed with java.io.IOException: gone",
        "enter B",
        "exit B: cancelled by java.lang.InterruptedException");
  }

  @Test
  void failsWhereItIsToldTo() {
    var enter = new IOException("enter");
    var exit = new IOException("exit");
    assertThatThrownBy(() -> with(trail.manager("A").withEnterFailure(enter)).run(_ -> {}))
        .isSameAs(enter);
    assertThatThrownBy(() -> with(trail.manager("A").withExitFailure(exit)).run(_ -> {}))
        .isSameAs(exit);
  }

  @Test
  void showsBothListsWhereTheyDiffer() {
    trail.add("one");
    assertThatThrownBy(() -> trail.assertSteps("one", "two"))
        .isInstanceOf(AssertionFailedError.class)
        .hasMessage("the trail differs\nexpected:\n  one\n  two\nactual:\n  one");
  }

  @Test
  void namesItsManagers() {
    assertThat(trail.manager("A").describe()).isEqualTo("A");
  }
}
