package dev.asyncwith.files;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncExitStack;
import dev.asyncwith.Leak;
import dev.asyncwith.OpenScope;
import dev.asyncwith.Runner;
import dev.asyncwith.Scopes;
import dev.asyncwith.Tracking;
import dev.asyncwith.testing.ExpectLeaks;
import dev.asyncwith.testing.LeakCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What tracking and a recording know of files. */
@LeakCheck
@Timeout(60)
class TrackedFileTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("tracked.txt"), "one\ntwo\n");
  }

  private List<String> seen() {
    return Scopes.open().stream()
        .filter(scope -> scope.name().contains(file.toString()))
        .map(scope -> scope.kind() + " " + scope.name())
        .toList();
  }

  @Test
  void aFileByHandIsOpenUntilItIsClosed() throws Exception {
    AsyncTextFile text = AsyncFiles.open(file).open();
    assertThat(seen()).containsExactly("BY_HAND file " + file + " (mode \"r\")");
    text.close();
    assertThat(seen()).isEmpty();
    AsyncBinaryFile binary = AsyncFiles.openBinary(file, "r+").open();
    assertThat(seen()).containsExactly("BY_HAND file " + file + " (mode \"r+\")");
    binary.close();
    assertThat(seen()).isEmpty();
  }

  @Test
  void aFileOfABlockOrAStackIsOpenOnce() throws Exception {
    String once = "MANAGER file " + file + " (mode \"r\", UTF-8)";
    with(AsyncFiles.open(file)).run(_ -> assertThat(seen()).containsExactly(once));
    with(AsyncExitStack.create())
        .run(
            stack -> {
              stack.enter(AsyncFiles.open(file));
              assertThat(seen()).containsExactly(once);
            });
    assertThat(seen()).isEmpty();
  }

  @Test
  void aFileThatCannotBeOpenedIsNotOpen() {
    assertThatThrownBy(() -> AsyncFiles.open(folder.resolve("tracked.txt/none")).open())
        .isInstanceOf(IOException.class);
    assertThat(seen()).isEmpty();
  }

  @Test
  @ExpectLeaks("it is about a file that a run leaves open")
  void aFileThatARunLeavesOpenIsToldWithPathAndPlace() throws Exception {
    List<Leak> told = new ArrayList<>();
    List<AsyncTextFile> kept = new ArrayList<>();
    Runnable remove = Tracking.onLeak(told::add);
    try {
      Runner.create().run(() -> kept.add(AsyncFiles.open(file).open()));
    } finally {
      remove.run();
      kept.getFirst().close();
    }
    assertThat(told).extracting(Leak::trigger).containsExactly(Leak.Trigger.END_OF_RUN);
    OpenScope scope = told.getFirst().scope();
    assertThat(told.getFirst().message())
        .contains(file.toString(), "is still open at the end of a run");
    assertThat(scope.line().getClassName()).isEqualTo(TrackedFileTest.class.getName());
  }

  @Test
  void eachOperationIsRecorded() throws Exception {
    List<RecordedEvent> events;
    try (var recording = new Recording()) {
      recording.enable("dev.asyncwith.FileOperation").withThreshold(Duration.ZERO);
      recording.start();
      with(AsyncFiles.openBinary(file, "r+"))
          .run(
              bytes -> {
                bytes.read(4);
                bytes.seek(0);
                bytes.write("three".getBytes(StandardCharsets.UTF_8));
                bytes.truncate(5);
              });
      assertThatThrownBy(() -> AsyncFiles.open(folder.resolve("none")).open())
          .isInstanceOf(NoSuchFileException.class);
      recording.stop();
      Path dump = folder.resolve("files.jfr");
      recording.dump(dump);
      events = new ArrayList<>(RecordingFile.readAllEvents(dump));
    }
    events.removeIf(
        event ->
            !event.getEventType().getName().equals("dev.asyncwith.FileOperation")
                || !event.getString("path").startsWith(folder.toString()));
    events.sort(Comparator.comparing(RecordedEvent::getStartTime));
    assertThat(events)
        .extracting(e -> e.getString("operation") + " " + e.getLong("bytes"))
        .containsExactly("open 0", "read 8", "write 5", "truncate 0", "close 0", "open 0");
    assertThat(events.getFirst().getString("path")).isEqualTo(file.toString());
    assertThat(events.getFirst().getString("failure")).isNull();
    assertThat(events.getLast().getString("failure")).contains("NoSuchFileException");
    assertThat(events.getFirst().getEventType().getCategoryNames())
        .containsExactly("AsyncWith", "Files");
  }
}
