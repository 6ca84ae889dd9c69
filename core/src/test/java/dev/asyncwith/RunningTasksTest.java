package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tasks of a group: who is there, in which order, and when no more come. */
class RunningTasksTest {
  private final RunningTasks<String> running = new RunningTasks<>();

  private RunningTasks.Place<String> add(String task) {
    RunningTasks.Place<String> place = running.add(task);
    assertThat(place).isNotNull();
    return place;
  }

  @Test
  void theOldestIsTheFirst() {
    List<RunningTasks.Place<String>> places = new ArrayList<>();
    for (String task : List.of("a", "b", "c")) {
      places.add(add(task));
    }
    assertThat(running.copy()).containsExactly("a", "b", "c");
    assertThat(running.removeLast(places.get(1))).isFalse();
    assertThat(running.copy()).containsExactly("a", "c");
    assertThat(running.size()).isEqualTo(2);
    assertThat(running.areAll(task -> task.compareTo("b") < 0)).isFalse();
    assertThat(running.areAll(task -> task.compareTo("d") < 0)).isTrue();
  }

  @Test
  void isClosedOnlyWhileItIsEmptyAndThenForGood() {
    RunningTasks.Place<String> place = add("a");
    assertThat(running.closeIfEmpty()).isFalse();
    assertThat(running.removeLast(place)).isTrue();
    assertThat(running.closeIfEmpty()).isTrue();
    assertThat(running.add("b")).isNull();
    assertThat(running.copy()).isEmpty();
    assertThat(running.size()).isZero();
    assertThat(running.closeIfEmpty()).isTrue();
  }

  @Test
  void aLongLifeLeavesFewEmptyPlaces() {
    RunningTasks.Place<String> _ = add("long");
    for (int i = 0; i < 10_000; i++) {
      assertThat(running.removeLast(add("short"))).isFalse();
    }
    assertThat(running.copy()).containsExactly("long");
    int places = 0;
    for (RunningTasks.Place<String> p = running.newest.get(); p != null; p = p.older) {
      places++;
    }
    assertThat(places).isLessThan(40);
  }
}
