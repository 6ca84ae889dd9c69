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

/** A recording of the tour by the library's settings, but of what takes no time too. */
final class TourRecording implements AutoCloseable {
  private static final String SETTINGS = "/META-INF/jfr/asyncwith.jfc";

  private final Recording recording;

  private TourRecording(Recording recording) {
    this.recording = recording;
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
    return new TourRecording(recording);
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

  @Override
  public void close() {
    recording.close(); // which stops it and writes it
  }
}
