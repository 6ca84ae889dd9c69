package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** P3: what a suppressed failure means for run, call and tryCall. */
class P3SuppressionTest {
  private final Trail trail = new Trail();
  private final IOException gone = new IOException("gone");

  private Object fail() throws IOException {
    throw gone;
  }

  @Test
  void theResultOfAnExitIsIgnoredWhenTheBodySucceeded() throws Exception {
    assertThat(with(trail.manager("A").withSuppression()).<String, IOException>call(a -> a))
        .isEqualTo("A");
  }

  @Test
  void runGoesOnAfterTheBlock() throws Exception {
    with(trail.manager("A").withSuppression()).run(_ -> fail());
    trail.assertSteps("enter A", "exit A: failed with java.io.IOException: gone");
  }

  @Test
  void callHasNoResult() {
    assertThatThrownBy(() -> with(trail.manager("A").withSuppression()).call(_ -> fail()))
        .isInstanceOf(NoResultException.class)
        .hasCause(gone)
        .hasMessageContaining("java.io.IOException: gone")
        .hasMessageContaining("tryCall");
  }

  @Test
  void tryCallIsEmpty() throws Exception {
    assertThat(with(trail.manager("A").withSuppression()).tryCall(_ -> fail())).isEmpty();
  }

  @Test
  void tryCallGivesTheResultOfABodyThatSucceeded() throws Exception {
    assertThat(with(trail.manager("A")).tryCall(a -> a)).isEqualTo(Optional.of("A"));
    assertThat(with(trail.manager("A")).tryCall(_ -> null)).isEmpty();
  }

  @Test
  void tryCallThrowsWhatNobodySuppressed() {
    assertThatThrownBy(() -> with(trail.manager("A")).tryCall(_ -> fail())).isSameAs(gone);
  }

  @Test
  void theManagersOutsideSeeSuccess() throws Exception {
    with(trail.manager("A")).and(trail.manager("B").withSuppression()).run((_, _) -> fail());
    trail.assertSteps(
        "enter A", "enter B", "exit B: failed with java.io.IOException: gone", "exit A: succeeded");
  }

  @Test
  void callStillHasNoResultWhenAnInnerManagerSuppressed() {
    assertThatThrownBy(
            () ->
                with(trail.manager("A"))
                    .and(trail.manager("B").withSuppression())
                    .call((_, _) -> fail()))
        .isInstanceOf(NoResultException.class)
        .hasCause(gone);
    assertThat(trail.steps()).endsWith("exit A: succeeded");
  }

  @Test
  void aGuardedBodyIsTheSame() throws Exception {
    var guard = AsyncWith.suppress(IOException.class);
    with(guard).run(this::fail);
    assertThat(with(guard).tryCall(this::fail)).isEmpty();
    assertThatThrownBy(() -> with(guard).call(this::fail)).isInstanceOf(NoResultException.class);
  }

  /** The innermost of one to four managers suppresses: those outside see success. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void atEveryDepth(int depth) throws Exception {
    var a = trail.manager("A");
    var last = trail.manager("Z").withSuppression();
    switch (depth) {
      case 1 -> {
        with(last).run(_ -> fail());
        assertThat(with(last).tryCall(_ -> fail())).isEmpty();
      }
      case 2 -> {
        with(a).and(last).run((_, _) -> fail());
        assertThat(with(a).and(last).tryCall((_, _) -> fail())).isEmpty();
      }
      case 3 -> {
        with(a).and(a).and(last).run((_, _, _) -> fail());
        assertThat(with(a).and(a).and(last).tryCall((_, _, _) -> fail())).isEmpty();
      }
      default -> {
        with(a).and(a).and(a).and(last).run((_, _, _, _) -> fail());
        assertThat(with(a).and(a).and(a).and(last).tryCall((_, _, _, _) -> fail())).isEmpty();
      }
    }
    assertThat(trail.steps()).hasSize(4 * depth);
    assertThat(trail.steps().stream().filter(step -> step.equals("exit A: succeeded")))
        .hasSize(2 * (depth - 1));
  }
}
