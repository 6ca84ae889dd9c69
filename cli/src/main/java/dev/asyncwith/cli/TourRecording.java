package dev.asyncwith.cli;

import dev.asyncwith.Tracking;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/** A recording of the tour by the library's settings, but of what takes no time too. */
final class TourRecording implements AutoCloseable {
  private static final String SETTINGS = "/META-INF/jfr/asyncwith.jfc";

  private final Recording recording;
  private final Path file;

  private TourRecording(Recording recording, Path file) {
    this.recording = recording;
    this.file = file;
  }

  /** Starts one, which is written into a file when it is closed. */
  static TourRecording start(Path file) throws IOException {
    var recording = new Recording(settings());
    recording.setName("asyncwith tour");
    boolean started = false;
    try {
      recording.setDestination(file);
      recording.start();
      started = true;
    } finally {
      if (!started) {
        recording.close();
      }
    }
    return new TourRecording(recording, file);
  }

  private static Map<String, String> settings() throws IOException {
    try (var stream =
        Objects.requireNonNull(Tracking.class.getResourceAsStream(SETTINGS), SETTINGS)) {
      var reader = new InputStreamReader(stream, StandardCharsets.UTF_8);
      Map<String, String> settings = new HashMap<>(Configuration.create(reader).getSettings());
      settings.replaceAll((name, value) -> name.endsWith("#threshold") ? "0 ns" : value);
      return settings;
    } catch (ParseException e) {
      throw new IOException(SETTINGS + " of the library cannot be read", e);
    }
  }

  /**
   * Ends it and writes it.
   *
   * @throws IOException if it cannot be written
   */
  @Override
  public void close() throws IOException {
    try (recording) {
      stop();
      if (recording.getState() != RecordingState.CLOSED) { // not written, which is only logged
        recording.dump(file); // once more, for the cause
      }
    }
  }

  /** Stops it, by which it is written and, if that succeeds, closed. */
  private void stop() {
    try {
      recording.stop();
    } catch (IllegalStateException e) {
      // the JVM, which ends by a signal, has stopped and written it
    }
  }
}
