package dev.asyncwith.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asyncwith.bench.rival.Rival;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page and its plots. */
class PageTest {
  private static Probe giving(double nanos) {
    return _ -> new Sample(Map.of(Figure.NANOS, nanos));
  }

  @Test
  void theRowsAndThePlotsAreOnThePage(@TempDir Path docs) throws Exception {
    Workload work =
        Workload.of("core", "work", "some work", Rival.ASYNCWITH, giving(3))
            .against(Rival.SAFE, giving(2), Goal.times(2))
            .against(Rival.GUAVA, giving(1000), Goal.AHEAD);
    var curve =
        new Sizes.Curve(
            "stack",
            "An exit stack, per manager",
            "managers",
            "ns",
            Map.of(
                Rival.ASYNCWITH,
                Map.of(1, 0.5, 10, 4.0, 100, 5.0),
                Rival.CPYTHON,
                Map.of(1, 900.0)));
    List<Measurement> measured = List.of(Measurement.of(work, Effort.SMOKE, _ -> {}));
    new Page(measured, List.of(curve), new Python("python3", "scale.py", "3.11.7")).write(docs);

    assertThat(docs.resolve("performance.md"))
        .content()
        .contains(
            "# Performance",
            "goals 2, held 2, missing 0",
            "CPython 3.11.7",
            "### Some work",
            "| equally safe | 3.00 | 2.00 | ns | 1.50 | 1.50 to 1.50 | &lt;= 2x | yes |",
            "![An exit stack, per manager](performance/stack.svg)",
            "| 10 |")
        .doesNotContain("@");
    assertThat(docs.resolve("performance/rows.tsv")).content().contains("work\tequally safe\t3.00");
    try (var svg = Files.newInputStream(docs.resolve("performance/stack.svg"))) {
      var root =
          DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg).getDocumentElement();
      assertThat(root.getElementsByTagName("polyline").getLength()).isEqualTo(2);
      assertThat(root.getElementsByTagName("circle").getLength()).as("points, legend").isEqualTo(6);
    }
  }
}
