package dev.asyncwith.files;

import java.nio.file.Path;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** An operation of a file, as the system was asked for it. */
@Name("dev.asyncwith.FileOperation")
@Label("File Operation")
@Category({"AsyncWith", "Files"})
@Description("The system was asked to open, read, write, truncate or close a file")
@Threshold("20 ms")
@SuppressWarnings("UnusedVariable") // the recorder reads them
final class FileOperationEvent extends Event {
  @Label("Operation")
  @Description("open, read, write, truncate or close")
  private final String operation;

  @Label("Path")
  private String path = "";

  @Label("Bytes")
  @Description("How much was read, or written")
  @DataAmount
  private long bytes;

  @Label("Failure")
  @Description("What it failed with")
  private @Nullable String failure;

  private final transient Path file;

  FileOperationEvent(String operation, Path file) {
    this.operation = operation;
    this.file = file;
    begin();
  }

  /** It is over. */
  void end(long count, @Nullable Throwable thrown) {
    end();
    if (shouldCommit()) {
      path = file.toString();
      bytes = count;
      failure = thrown == null ? null : thrown.toString();
      commit();
    }
  }
}
