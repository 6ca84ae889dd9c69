package dev.asyncwith.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

/** A program gets smaller, and keeps what it is looked at for. */
class ShrinkerTest {
  @Test
  void cutsAllThatIsNotLookedFor() throws Exception {
    ObjectNode program =
        (ObjectNode)
            Programs.JSON.readTree(
                """
                {"stride": 9, "primitives": {"lock": {"kind": "lock"}},
                 "managers": {"m1": {"kind": "class", "enter": [{"do": "sleep"}], "exit": [], "suppress": "any"}},
                 "main": [
                   {"do": "timeout", "id": "t0", "for": [1000, 1], "body": [
                     {"do": "sleep", "wait": [2, 2]},
                     {"do": "block", "id": "b1", "managers": ["m1"], "form": "run", "body": [
                       {"do": "raise", "type": "A", "id": "x1", "wait": [3, 4]}]}]}]}
                """);
    ObjectNode smallest =
        Shrinker.shrink(program, smaller -> smaller.toString().contains("\"raise\""), 1000);
    assertThat(smallest)
        .isEqualTo(
            Programs.JSON.readTree(
                """
                {"stride": 9, "primitives": {}, "managers": {},
                 "main": [{"do": "raise", "type": "A", "id": "x1", "wait": [0, 4]}]}
                """));
  }

  @Test
  void triesNoMoreThanItMay() {
    ObjectNode program = Generator.program(1, 100);
    int[] tried = {0};
    assertThat(Shrinker.shrink(program, _ -> tried[0]++ < 0, 7)).isEqualTo(program);
    assertThat(tried[0]).isLessThanOrEqualTo(7);
  }
}
