package dev.asyncwith;

import static dev.asyncwith.AsyncWith.suppress;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What suppress makes of a group of failures. */
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
}
