package dev.asyncwith.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each example run alone, as a user runs it. */
@Timeout(60)
class MainsTest {
  private interface Main {
    void run() throws Exception;
  }

  private static List<String> printed(Main main) throws Exception {
    PrintStream before = System.out;
    var bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      main.run();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void firstBlock() throws Exception {
    assertThat(printed(FirstBlock::main))
        .containsExactly(
            "the door of the library is open",
            "the door of the library is shut: Succeeded",
            "a book from the library");
  }

  @Test
  void connectionClass() throws Exception {
    assertThat(printed(ConnectionClass::main))
        .containsExactly(
            "connecting to stock.example",
            "connected to stock.example",
            "disconnected from stock.example",
            "12 boxes of tea at stock.example");
  }

  @Test
  void generatorTimer() throws Exception {
    assertThat(printed(GeneratorTimer::main)).first().isEqualTo("invoices.csv: the clock starts");
  }

  @Test
  void fileRoundTrip() throws Exception {
    assertThat(printed(FileRoundTrip::main))
        .containsExactly(
            "file to write opened",
            "file to write closed",
            "file to read opened",
            "file to read closed",
            "tea",
            "rice");
  }

  @Test
  void pageFetch() throws Exception {
    assertThat(printed(PageFetch::main))
        .startsWith("session opened", "response opened")
        .containsSubsequence("response closed", "session closed")
        .endsWith("</html>");
  }

  @Test
  void lockedTasks() throws Exception {
    assertThat(printed(LockedTasks::main))
        .hasSize(7)
        .endsWith("both tasks are done")
        .contains("A gives the lock back", "B gives the lock back");
  }

  @Test
  void stackedResources() throws Exception {
    assertThat(printed(StackedResources::main))
        .containsExactly(
            "tokyo acquired",
            "osaka acquired",
            "sapporo acquired",
            "in use: tokyo, osaka, sapporo",
            "sapporo released",
            "osaka released",
            "tokyo released");
  }

  @Test
  void transaction() throws Exception {
    assertThat(printed(Transaction::main))
        .containsExactly("connection opened", "committed", "connection closed");
  }
}
