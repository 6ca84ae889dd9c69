package dev.asyncwith.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.asyncwith.testing.NoLeakCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command, and what verify says: that programs do the same in CPython and here. */
@NoLeakCheck("programs leave open what they like")
@Timeout(600)
class DifferentialTest {
  private static final Path HOME = Path.of("").toAbsolutePath();
  private static final long FIXED = 20251127;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @BeforeEach
  void needsPython() throws IOException {
    String missing = "";
    try (Python _ = Python.start(null, HOME)) {
      // it is there
    } catch (Python.MissingException e) {
      missing = e.getMessage();
      System.out.println("programs: skipped, " + missing);
    }
    assumeThat(missing).as("CPython").isEmpty();
  }

  private int run(Path home, String... args) {
    var said = new PrintStream(out, true, StandardCharsets.UTF_8);
    int code = Main.execute(home, said, said, args);
    System.out.println(said());
    return code;
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void programsOfAFixedSeed() {
    assertThat(run(HOME, "--programs=2000", "--seed=" + FIXED)).as(said()).isZero();
    assertThat(said()).contains("2000 programs, 0 divergences, ");
  }

  @Test
  @Timeout(value = 3, unit = TimeUnit.HOURS) // of a million
  void programsOfAFreshSeed() {
    int programs = Integer.getInteger("conformance.programs", 2000);
    assertThat(run(HOME, "--programs=" + programs)).as(said()).isZero();
    assertThat(said()).contains(programs + " programs, 0 divergences, ");
  }

  /** Without its difference, the example of one is a divergence, which is shrunk and shown. */
  @Test
  void aDivergenceIsShrunkAndShown(@TempDir Path home) throws IOException {
    copyWithoutDifferences(home);
    ObjectNode program =
        Objects.requireNonNull(Differences.read(HOME).byId().get("closed-stack").example());
    ((ArrayNode) program.get("main")).insert(0, Programs.JSON.readTree("{\"do\":\"sleep\"}"));
    Path file = home.resolve("program.jsonl");
    Files.writeString(file, program.toString());
    assertThat(run(home, "--file=" + file)).isEqualTo(1);
    assertThat(said())
        .startsWith("1 programs, 1 divergences, 0 expected")
        .contains("\"main\":[{\"do\":\"stack\",\"id\":\"k1\"", "| java: ")
        .containsPattern("python +java\n");
  }

  private static void copyWithoutDifferences(Path home) throws IOException {
    Files.createDirectory(home.resolve("python"));
    Files.copy(HOME.resolve("program.schema.json"), home.resolve("program.schema.json"));
    Files.writeString(home.resolve("differences.json"), "[]");
    try (var files = Files.newDirectoryStream(HOME.resolve("python"), "*.py")) {
      for (Path file : files) {
        Files.copy(file, home.resolve("python").resolve(file.getFileName()));
      }
    }
  }

  @Test
  void anExampleThatDoesNotDivergeAnyMoreIsTold(@TempDir Path home) throws IOException {
    copyWithoutDifferences(home);
    Files.writeString(
        home.resolve("differences.json"),
        """
        [{"id": "none", "section": "none", "reason": "none", "match": "python: x .*",
          "example": {"stride": 1, "primitives": {}, "managers": {}, "main": [{"do": "sleep"}]},
          "shows": "python: x | java: y"}]
        """);
    assertThat(run(home, "--programs=1", "--seed=1", "--size=3")).isEqualTo(1);
    assertThat(said()).contains("none: its example does not show it any more");
  }

  @Test
  void aProgramThatWaitsForEverEndsInADeadlockOnBothSides(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("program.jsonl");
    Files.writeString(
        file,
        """
        {"stride": 1, "primitives": {"event": {"kind": "event"}}, "managers": {}, "main": [{"do": "await", "primitive": "event"}]}
        """);
    assertThat(run(HOME, "--file=" + file)).isZero();
  }

  /**
   * A task that waits for ever in Python, and whose finally leaves a task that fails. Python's
   * garbage collector runs that finally, in whatever loop runs when it does.
   */
  @Test
  void whatAProgramLeavesIsNoPartOfTheNext(@TempDir Path folder) throws IOException {
    String leaves =
        """
        {"stride": 8, "primitives": {"lock": {"kind": "lock"}}, "managers": {}, "main": [{"do": "try", \
        "body": [{"do": "with", "primitive": "lock", "body": [{"do": "with", "primitive": "lock", "body": []}]}], \
        "finally": [{"do": "group", "id": "g1", "body": [{"do": "fork", "group": "g1", "task": "j1", \
        "body": [{"do": "raise", "type": "A", "id": "x1", "wait": [2, 1]}]}]}]}]}
        """;
    String sleeps = "{\"do\": \"sleep\", \"wait\": [1, 1]}, ".repeat(60);
    String next =
        "{\"stride\": 8, \"primitives\": {}, \"managers\": {}, \"main\": ["
            + sleeps
            + "{\"do\": \"sleep\"}]}\n";
    Path file = folder.resolve("programs.jsonl");
    Files.writeString(file, (leaves + next.repeat(20)).repeat(20));
    assertThat(run(HOME, "--file=" + file)).as(said()).isZero();
    assertThat(said()).contains("420 programs, 0 divergences, 20 expected");
  }

  @Test
  void theProgramOfTheReadmeIsOne(@TempDir Path folder) throws IOException {
    String readme = Files.readString(HOME.resolve("README.md"));
    int begin = readme.indexOf("```json\n") + "```json\n".length();
    Path file = folder.resolve("program.jsonl");
    Files.writeString(
        file, readme.substring(begin, readme.indexOf("```", begin)).replace('\n', ' '));
    assertThat(run(HOME, "--file=" + file)).isZero();
    assertThat(said()).contains("1 programs, 0 divergences, 0 expected");
  }

  @Test
  void whatIsNoProgramEndsTheCommand(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("program.jsonl");
    Files.writeString(file, "{}");
    assertThat(run(HOME, "--file=" + file)).isEqualTo(Main.CANNOT_RUN);
    assertThat(said()).contains(file + ", line 1: $: required property 'stride' not found");
  }

  @Test
  void aBrokenLibraryIsFound() throws Exception {
    Mutations mutations = new Mutations(HOME, null, System.out);
    Mutations.Mutation order =
        Mutations.read(HOME).stream()
            .filter(mutation -> mutation.id().equals("a stack exits in the order of the enters"))
            .findFirst()
            .orElseThrow();
    assertThat(mutations.programsToFind(order, FIXED, 400, 24)).isBetween(1, 399);
  }
}
