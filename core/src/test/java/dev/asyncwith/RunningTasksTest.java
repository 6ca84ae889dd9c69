package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tasks of a group: who is there, in which order, and when no more come. */
class RunningTasksTest {
  private final RunningTasks<String> running = new RunningTasks<>();

  private RunningTasks.Place<String> add(String task) {
    var place = new RunningTasks.Place<String>(task);
    assertThat(running.count()).isPositive();
    running.add(place);
    return place;
  }

  @Test
  void theOldestIsTheFirst() {
    List<RunningTasks.Place<String>> places = new ArrayList<>();
    for (String task : List.of("a", "b", "c")) {
      places.add(add(task));
    }
    assertThat(running.copy()).containsExactly("a", "b", "c");
    running.remove(places.get(1));
    assertThat(running.copy()).containsExactly("a", "c");
    assertThat(running.size()).isEqualTo(2);
    assertThat(running.areAll(task -> task.compareTo("b") < 0)).isFalse();
    assertThat(running.areAll(task -> task.compareTo("d") < 0)).isTrue();
  }

  @Test
  void isClosedOnceTheOwnerWaitsAndThereAreNone() {
    running.remove(add("a"));
    assertThat(running.ready()).isFalse();
    RunningTasks.Place<String> first = add("b");
    assertThat(running.awaitNone()).isFalse();
    RunningTasks.Place<String> second = add("c"); // by a task, for one runs
    assertThat(running.size()).isEqualTo(2);
    running.remove(first);
    assertThat(running.awaitNone()).isFalse();
    assertThat(running.ready()).isFalse();
    running.remove(second);
    assertThat(running.ready()).isTrue();
    assertThat(running.awaitNone()).isTrue();
    assertThat(running.count()).isZero();
    assertThat(running.copy()).isEmpty();
    assertThat(running.size()).isZero();
  }

  @Test
  void isClosedAtOnceWhereThereAreNone() {
    assertThat(running.awaitNone()).isTrue();
    assertThat(running.count()).isZero();
    assertThat(running.size()).isZero();
  }

  @Test
  void countsFromOne() {
    assertThat(running.count()).isEqualTo(1);
    assertThat(running.size()).isEqualTo(1);
    running.remove(add("b"));
    assertThat(running.count()).isEqualTo(3);
    assertThat(running.size()).isEqualTo(2);
  }

  @Test
  void aWakeIsForOneLook() {
    RunningTasks.Place<String> _ = add("a");
    running.wake();
    assertThat(running.awaitNone()).isFalse();
    assertThat(running.ready()).isTrue();
    running.reset();
    assertThat(running.ready()).isFalse();
  }

  @Test
  void aLongLifeLeavesFewEmptyPlaces() {
    RunningTasks.Place<String> _ = add("long");
    for (int i = 0; i < 10_000; i++) {
      running.remove(add("short"));
    }
    assertThat(running.copy()).containsExactly("long");
    int places = 0;
    for (RunningTasks.Place<String> p = running.newest; p != null; p = p.older) {
      places++;
    }
    assertThat(places).isLessThan(40);
  }
}
