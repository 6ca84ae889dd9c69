package dev.asyncwith.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asyncwith.bench.Goal.Verdict;
import dev.asyncwith.bench.rival.Rival;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a table says of figures, and how they are taken. */
class TableTest {
  private static final Effort THREE = new Effort(3, 5, 0, 0, Effort.SMOKE.time());

  private final List<String> order = new ArrayList<>();

  private Probe giving(String name, double... nanos) {
    var turn = new int[1];
    return _ -> {
      order.add(name);
      double found = nanos[turn[0]++ % nanos.length];
      return new Sample(Map.of(Figure.NANOS, found, Figure.BYTES, 0.01));
    };
  }

  private static Probe failing(String why) {
    return _ -> {
      throw new Probe.FailedException(why);
    };
  }

  private Workload work(double... nanos) {
    return Workload.of("core", "work", "some work", Rival.ASYNCWITH, giving("ours", nanos));
  }

  private static Measurement measured(Workload workload) throws InterruptedException {
    return Measurement.of(workload, THREE, _ -> {});
  }

  @Test
  void aRowIsTheMedianOfTheRatiosOfPairs() throws Exception {
    Workload work = work(10, 20, 60).against(Rival.SAFE, giving("safe", 10, 10, 20), Goal.times(3));
    var table = new Table(List.of(measured(work)));
    assertThat(table.toTsv())
        .isEqualTo(
            """
            workload\trival\tours\ttheirs\tunit\tratio\tlow\thigh\tgoal\tok
            work\tequally safe\t20.0\t10.0\tns\t2.00\t1.00\t3.00\t<= 3x\tyes
            """);
    assertThat(table.summary()).isEqualTo("goals 1, held 1, missing 0");
    assertThat(table.isGood()).isTrue();
    assertThat(order).containsExactly("ours", "safe", "safe", "ours", "ours", "safe");
  }

  @Test
  void whatIsInDoubtGetsMoreRounds() throws Exception {
    Workload work = work(1, 2, 4).against(Rival.SAFE, giving("safe", 1), Goal.times(3));
    var table = new Table(List.of(measured(work)));
    assertThat(order).hasSize(2 * 5);
    assertThat(table.lines())
        .extracting(Measurement.Line::verdict)
        .containsExactly(Verdict.IN_DOUBT);
    assertThat(table.summary()).isEqualTo("goals 1, held 0, missing 0");
    assertThat(table.isGood()).isFalse();
  }

  @Test
  void onlyWhatIsInDoubtGetsMoreRounds() throws Exception {
    Workload work =
        work(1, 2, 4, 8, 16)
            .against(Rival.SAFE, giving("safe", 1), Goal.times(3))
            .against(Rival.PLAIN, giving("plain", 1), Goal.times(9));
    List<Measurement.Line> lines = measured(work).lines();
    assertThat(order).filteredOn("ours"::equals).hasSize(5);
    assertThat(order).filteredOn("safe"::equals).hasSize(5);
    assertThat(order).filteredOn("plain"::equals).hasSize(3);
    assertThat(lines).extracting(Measurement.Line::ours).containsExactly(4.0, 2.0);
    assertThat(lines)
        .extracting(Measurement.Line::verdict)
        .containsExactly(Verdict.IN_DOUBT, Verdict.HELD);
  }

  /** Who looks after each round ends by chance sooner or later. */
  @Test
  void moreRoundsAreAllDoneBeforeTheNextLook() throws Exception {
    Workload work =
        work(4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)
            .against(Rival.SAFE, giving("safe", 1), Goal.times(3));
    var effort = new Effort(6, 12, 0, 0, Effort.SMOKE.time());
    List<Measurement.Line> lines = Measurement.of(work, effort, _ -> {}).lines();
    assertThat(order).hasSize(2 * 12);
    assertThat(lines).extracting(Measurement.Line::verdict).containsExactly(Verdict.HELD);
  }

  @Test
  void whoIsMissingIsNamedAndTheOthersGoOn() throws Exception {
    Workload work =
        work(1)
            .against(Rival.CPYTHON, failing("no CPython: install it"), Goal.AHEAD)
            .against(Rival.SAFE, giving("safe", 2), Goal.AHEAD)
            .alone(Figure.BYTES, Goal.NOTHING);
    var table = new Table(List.of(measured(work)));
    assertThat(table.toText())
        .contains("missing: CPython, for no CPython: install it")
        .containsPattern("work +CPython +1.00 +- +ns +- +- +- +< 1 +missing");
    assertThat(table.summary()).isEqualTo("goals 3, held 2, missing 1");
    assertThat(table.isGood()).isFalse();
  }

  @Test
  void aQuickRunLeavesOutWhatHasNoGoal() throws Exception {
    Workload work =
        work(1)
            .against(Rival.TWR, giving("twr", 1), Goal.NONE)
            .against(Rival.SAFE, giving("safe", 2), Goal.AHEAD);
    var _ = measured(work.withGoals());
    assertThat(order).contains("safe").doesNotContain("twr");
  }

  @ParameterizedTest
  @CsvSource({
    "RATIO, 1.5, 1.0, 1.4, HELD",
    "RATIO, 1.5, 1.0, 1.5, HELD",
    "RATIO, 1.5, 1.4, 1.6, IN_DOUBT",
    "RATIO, 1.5, 1.6, 1.7, MISSED",
  })
  void anIntervalIsJudged(
      Goal.Measure measure, double limit, double low, double high, Verdict verdict) {
    var goal = new Goal(measure, limit, false, "");
    assertThat(goal.verdict(new Interval((low + high) / 2, low, high))).isEqualTo(verdict);
  }

  @Test
  void aheadIsLessThanOne() {
    assertThat(Goal.AHEAD.verdict(new Interval(1, 1, 1))).isEqualTo(Verdict.MISSED);
    assertThat(Goal.times(1).verdict(new Interval(1, 1, 1))).isEqualTo(Verdict.HELD);
  }
}
