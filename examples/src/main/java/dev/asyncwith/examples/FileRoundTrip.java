package dev.asyncwith.examples;

import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.AsyncWith;
import dev.asyncwith.files.AsyncFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is written in one block and read back in another. */
public final class FileRoundTrip {
  public static String run(Path path, Narrator out) throws IOException, InterruptedException {
    with(out.watch("file to write", AsyncFiles.open(path, "w")))
        .run(
            file -> {
              file.write("tea\n");
              out.work(200);
              file.write("rice\n");
            });
    return with(out.watch("file to read", AsyncFiles.open(path)))
        .call(file -> out.work(100, file.read()));
  }

  static void main() throws IOException, InterruptedException {
    var temporary = manager(() -> Files.createTempFile("list", ".txt"), Files::delete);
    AsyncWith.run(() -> with(temporary).run(path -> IO.print(run(path, Narrator.console()))));
  }
}
