package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.testing.Trail;
import org.junit.jupiter.api.Test;

class WithTest {
  private final Trail trail = new Trail();

  @Test
  void entersRunsAndExits() throws Exception {
    with(trail.manager("A")).run(a -> trail.add("body " + a));
    trail.assertSteps("enter A", "body A", "exit A: succeeded");
  }
}
