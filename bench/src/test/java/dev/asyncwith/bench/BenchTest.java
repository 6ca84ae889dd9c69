package dev.asyncwith.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.asyncwith.bench.rival.Lock;
import dev.asyncwith.bench.rival.Rival;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command, and that what it starts works. */
class BenchTest {
  private static final Path HOME = Path.of("").toAbsolutePath();

  private final StringWriter said = new StringWriter();

  private int run(String... args) {
    return Bench.execute(HOME, new PrintWriter(said, true), args);
  }

  @Test
  void anUnknownNameIsAnsweredByTheNames() {
    assertThat(run("stacks")).isEqualTo(2);
    assertThat(said.toString()).contains("stacks is none of core, tasks, locks, all");
  }

  @Test
  void anUnknownWorkloadIsAnsweredByTheirNames() {
    assertThat(run("core", "--only=stocks")).isEqualTo(2);
    assertThat(said.toString()).contains("no workload has stocks in its name; there are block; ");
  }

  /** Two forks of JMH, and a rival that is not there. */
  @Test
  void theTableIsPrintedAndWritten(@TempDir Path folder) throws Exception {
    Path tsv = folder.resolve("rows.tsv");
    int code =
        run("core", "--smoke", "--quick", "--only=generator", "--python=cpython-9", "--tsv=" + tsv);
    assertThat(code).as(said.toString()).isEqualTo(1);
    assertThat(said.toString())
        .contains(
            "missing: CPython, for no CPython 3.11 or newer: looked for cpython-9 on the path")
        .containsPattern("generator +equally safe +[\\d.]+ +[\\d.]+ +ns")
        .containsPattern("goals 3, held \\d, missing 1\\R$");
    assertThat(Files.readAllLines(tsv))
        .hasSize(4)
        .allSatisfy(line -> assertThat(line.split("\t")).hasSize(10));
  }

  /** Every workload knows its rivals, and every rival does that work. */
  @Test
  void everyRowHasWhoMeasuresIt() throws Exception {
    List<Workload> all = Workloads.all(Python.find(null, HOME));
    assertThat(all).extracting(Workload::name).doesNotHaveDuplicates();
    assertThat(all)
        .allSatisfy(
            workload ->
                assertThat(workload.rows())
                    .isNotEmpty()
                    .allSatisfy(
                        row -> {
                          if (row.rival() != null) {
                            assertThat(workload.probes()).containsKey(row.rival());
                          }
                        }));
  }

  @Test
  void aRivalInAProcessOfItsOwnMeasures() throws Exception {
    Sample sample =
        ProcessProbe.java(Rival.ASYNCWITH, List.of(), "waiters", 20, 5).measure(Effort.SMOKE);
    assertThat(sample.figures().keySet())
        .containsExactlyInAnyOrder(Figure.NANOS, Figure.P99, Figure.OVERTAKEN);
    assertThat(sample.get(Figure.NANOS)).isPositive();
  }

  @Test
  void aProcessThatFailsSaysWhy() {
    Probe probe = ProcessProbe.java(Rival.ASYNCWITH, List.of(), "nothing", 1);
    assertThat(catchThrowable(() -> probe.measure(Effort.SMOKE)))
        .isInstanceOf(Probe.FailedException.class)
        .hasMessageContaining("nothing: say tasks, forks, waiters or open");
  }

  @Test
  void whoIsOvertakenIsCounted() throws Exception {
    assertThat(Scale.waiters(new LastInFirstOut(10), 10, 1).get(Figure.OVERTAKEN)).isPositive();
  }

  /** A lock that lets in who came last; who begins the measurement keeps it until all wait. */
  private static final class LastInFirstOut implements Lock {
    private final Deque<CountDownLatch> waiting = new ArrayDeque<>();
    private final int all;
    private boolean held;

    LastInFirstOut(int all) {
      this.all = all;
    }

    @Override
    public int locked(IntSupplier body) throws InterruptedException {
      var turn = new CountDownLatch(1);
      synchronized (this) {
        if (held) {
          waiting.push(turn);
          notifyAll();
        } else {
          held = true;
          turn.countDown();
        }
      }
      turn.await();
      try {
        return body.getAsInt();
      } finally {
        handOn();
      }
    }

    private synchronized void handOn() throws InterruptedException {
      while (!Thread.currentThread().isVirtual() && waiting.size() < all) {
        wait();
      }
      if (waiting.isEmpty()) {
        held = false;
      } else {
        waiting.pop().countDown();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "block",
        "nested",
        "generator",
        "stack 3",
        "lock",
        "timeout",
        "group 2",
        "tasks 10",
        "waiters 10 3",
        "open 10"
      })
  void pythonDoesTheSameWorkAndChecksIt(String work) throws Exception {
    Python python = Python.find(null, HOME);
    assumeThat(python.missing()).as("CPython").isNull();
    List<String> command =
        Stream.concat(
                Stream.of(python.command(), python.script(), "--smoke"),
                Arrays.stream(work.split(" ")))
            .toList();
    Map<Figure, Double> figures = new ProcessProbe(command, null).measure(Effort.SMOKE).figures();
    assertThat(figures).isNotEmpty().allSatisfy((_, value) -> assertThat(value).isNotNegative());
  }
}
