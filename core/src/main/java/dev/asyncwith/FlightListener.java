package dev.asyncwith;

import java.lang.System.Logger.Level;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/** Tells {@link FlightEvents} whether anything records. */
final class FlightListener implements FlightRecorderListener {
  private FlightListener() {}

  static void listen() {
    try {
      FlightRecorder.addListener(new FlightListener()); // starts no recorder
      if (FlightRecorder.isInitialized()) {
        tell(FlightRecorder.getFlightRecorder());
      }
    } catch (RuntimeException | LinkageError e) { // a JVM without the recorder itself
      System.getLogger("dev.asyncwith")
          .log(Level.DEBUG, "Flight Recorder is not to be had, so nothing is recorded", e);
    }
  }

  @Override
  public void recorderInitialized(FlightRecorder recorder) {
    tell(recorder);
  }

  @Override
  public void recordingStateChanged(Recording recording) {
    tell(FlightRecorder.getFlightRecorder());
  }

  private static void tell(FlightRecorder recorder) {
    FlightEvents.recordingChanged(
        recorder.getRecordings().stream().anyMatch(r -> r.getState() == RecordingState.RUNNING));
  }
}
