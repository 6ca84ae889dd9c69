package dev.asyncwith.files;

import dev.asyncwith.Tracking;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Records operations of files. The class of their event is touched only while Flight Recorder
 * records, so that a program does without its module.
 */
final class FileOperations {
  private FileOperations() {}

  /** Does an operation; {@code bytes} tells of its result how much it has moved. */
  static <T extends @Nullable Object> T recorded(
      String name,
      Path path,
      Frame.Operation<? extends T> operation,
      ToLongFunction<? super T> bytes)
      throws IOException, InterruptedException {
    if (!Tracking.isRecording()) {
      return operation.run();
    }
    var event = new FileOperationEvent(name, path);
    try {
      T result = operation.run();
      event.end(bytes.applyAsLong(result), null);
      return result;
    } catch (IOException | InterruptedException | RuntimeException failure) {
      event.end(0, failure);
      throw failure;
    }
  }

  /** The same of a close, which no interrupt ends. */
  static void recordedClose(Path path, Frame.Step close, long bytes) throws IOException {
    if (!Tracking.isRecording()) {
      close.run();
      return;
    }
    var event = new FileOperationEvent("close", path);
    try {
      close.run();
      event.end(bytes, null);
    } catch (IOException | RuntimeException failure) {
      event.end(0, failure);
      throw failure;
    }
  }
}
