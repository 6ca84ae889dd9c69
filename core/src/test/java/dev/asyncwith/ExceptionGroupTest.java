package dev.asyncwith;

import static dev.asyncwith.AsyncWith.suppress;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A group of failures, its parts, and what suppress makes of it. */
class ExceptionGroupTest {
  private final IOException gone = new IOException("gone");

  @Test
  void suppressDropsTheMatchingMembersOfAGroup() throws Exception {
    var second = new IllegalStateException("second");
    var inner = new ExceptionGroup("inner", List.of(gone, second));
    var group = new ExceptionGroup("outer", List.of(gone, inner));
    assertThatThrownBy(
            () ->
                with(suppress(IOException.class))
                    .run(
                        () -> {
                          throw group;
                        }))
        .isInstanceOfSatisfying(
            ExceptionGroup.class,
            rest -> {
              assertThat(rest).hasNoCause();
              assertThat(rest.exceptions())
                  .singleElement()
                  .isInstanceOfSatisfying(
                      ExceptionGroup.class,
                      part -> assertThat(part.exceptions()).containsExactly(second));
            });
    with(suppress(IOException.class, IllegalStateException.class))
        .run(
            () -> {
              throw group;
            });
    assertThatThrownBy(
            () ->
                with(suppress(ArithmeticException.class))
                    .run(
                        () -> {
                          throw group;
                        }))
        .isSameAs(group);
    with(suppress(ExceptionGroup.class))
        .run(
            () -> {
              throw group;
            });
  }

  @Test
  void suppressLeavesTheCancellationsOfAGroup() {
    var cancelled = new InterruptedException("of a task");
    var group = new ExceptionGroup("tasks", List.of(gone, cancelled));
    assertThatThrownBy(
            () ->
                with(suppress(Exception.class))
                    .run(
                        () -> {
                          throw group;
                        }))
        .isInstanceOfSatisfying(
            ExceptionGroup.class, rest -> assertThat(rest.exceptions()).containsExactly(cancelled));
  }

  @Test
  void aGroupNamesItsFirstMembersAndTheStackTraceShowsAll() {
    var members = List.of(gone, new IOException("2"), new IOException("3"), new IOException("4"));
    var group = new ExceptionGroup("requests failed", members);
    assertThat(group)
        .hasMessage(
            "requests failed (4 failures: java.io.IOException: gone; java.io.IOException: 2;"
                + " java.io.IOException: 3; …)");
    assertThat(group.getSuppressed()).containsExactlyElementsOf(members);
    assertThat(new ExceptionGroup("one", List.of(gone)))
        .hasMessage("one (1 failure: java.io.IOException: gone)");
    assertThatThrownBy(() -> new ExceptionGroup("none", List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none");
    assertThatThrownBy(() -> group.exceptions().removeFirst())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void splitKeepsTheShapeTheTraceAndTheCause() {
    var second = new IllegalStateException("second");
    var inner = new ExceptionGroup("inner", List.of(second, gone));
    var group = new ExceptionGroup("outer", List.of(inner, second));
    inner.initCause(new IOException("why"));
    ExceptionGroup.Split split = group.split(IOException.class::isInstance);
    assertThat(split.matched().exceptions())
        .singleElement()
        .isInstanceOfSatisfying(
            ExceptionGroup.class,
            part -> {
              assertThat(part.exceptions()).containsExactly(gone);
              assertThat(part).hasMessage("inner (1 failure: java.io.IOException: gone)");
              assertThat(part.getStackTrace()).isEqualTo(inner.getStackTrace());
              assertThat(part).hasCause(inner.getCause());
            });
    assertThat(split.rest().exceptions()).hasSize(2).last().isSameAs(second);
    assertThat(split.rest().getStackTrace()).isEqualTo(group.getStackTrace());
  }

  @Test
  void bothPartsHaveWhatWasSuppressedInTheGroup() {
    var second = new IllegalStateException("second");
    var group = new ExceptionGroup("outer", List.of(gone, second));
    var late = new IllegalStateException("late");
    group.addSuppressed(late);
    ExceptionGroup.Split split = group.split(IOException.class::isInstance);
    assertThat(split.matched().getSuppressed()).containsExactly(gone, late);
    assertThat(split.rest().getSuppressed()).containsExactly(second, late);
  }

  @Test
  void splitTakesAMatchingGroupWholeAndHasNoEmptyParts() {
    var inner = new ExceptionGroup("inner", List.of(gone));
    var group = new ExceptionGroup("outer", List.of(inner));
    ExceptionGroup whole = group.subgroup(member -> member == inner);
    assertThat(whole.exceptions()).containsExactly(inner);
    assertThat(group.split(_ -> true).rest()).isNull();
    assertThat(group.split(_ -> false).matched()).isNull();
    assertThat(group.subgroup(ArithmeticException.class::isInstance)).isNull();
  }

  @Test
  void anErrorComesBareWithTheOthersSuppressed() {
    var error = new AssertionError("error");
    assertThat(ExceptionGroup.orError("failed", List.of(gone, error)))
        .isSameAs(error)
        .hasSuppressedException(gone);
    assertThat(ExceptionGroup.orError("failed", List.of(gone))).isInstanceOf(ExceptionGroup.class);
  }
}
