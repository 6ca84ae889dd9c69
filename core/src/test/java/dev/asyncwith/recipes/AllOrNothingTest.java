package dev.asyncwith.recipes;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.AsyncExitStack;
import dev.asyncwith.Outcome;
import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AllOrNothingTest {

  // docs: all-or-nothing
  static final class All<T> implements AsyncContextManager<List<T>, Exception> {
    private final List<? extends AsyncContextManager<T, ? extends Exception>> managers;
    private AsyncExitStack entered;

    All(List<? extends AsyncContextManager<T, ? extends Exception>> managers) {
      this.managers = managers;
    }

    @Override
    public List<T> enter() throws Exception {
      return with(AsyncExitStack.create())
          .call(
              stack -> {
                List<T> values = new ArrayList<>();
                for (var manager : managers) {
                  values.add(stack.enter(manager));
                }
                entered = stack.popAll(); // all went well: nothing is left to exit here
                return values;
              });
    }

    @Override
    public boolean exit(Outcome outcome) throws Exception {
      return entered.exit(outcome);
    }
  }

  // end

  private final Trail trail = new Trail();

  @Test
  void entersAllAndExitsThemInReverseOrder() throws Exception {
    // docs: all-or-nothing-use
    with(new All<>(List.of(trail.manager("A"), trail.manager("B"))))
        .run(values -> trail.add("use " + values));
    // end
    trail.assertSteps("enter A", "enter B", "use [A, B]", "exit B: succeeded", "exit A: succeeded");
  }

  @Test
  void exitsWhatWasEnteredWhenOneFails() {
    var failure = new IOException("no route to host");
    var managers =
        List.of(
            trail.manager("A"), trail.manager("B"), trail.manager("C").withEnterFailure(failure));
    assertThatThrownBy(() -> with(new All<>(managers)).run(_ -> trail.add("body")))
        .isSameAs(failure);
    trail.assertSteps(
        "enter A",
        "enter B",
        "enter C",
        "exit B: failed with " + failure,
        "exit A: failed with " + failure);
  }

  @Test
  void servesOneBlockAfterAnother() throws Exception {
    var all = new All<>(List.of(trail.manager("A")));
    assertThat(with(all).<List<String>, RuntimeException>call(values -> values))
        .containsExactly("A");
    assertThat(with(all).<List<String>, RuntimeException>call(values -> values))
        .containsExactly("A");
    trail.assertSteps("enter A", "exit A: succeeded", "enter A", "exit A: succeeded");
  }
}
