package dev.asyncwith.files;

import dev.asyncwith.AsyncResource;
import dev.asyncwith.AsyncWith;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Opens files for virtual threads: Python's {@code aiofiles.open}.
 *
 * {@snippet :
 * with(AsyncFiles.open(path)).run(file -> {
 *   for (String line : file.lines()) {
 *     print(line);
 *   }
 * });
 * with(AsyncFiles.open(path, "a")).run(file -> file.write("one more line\n"));
 * try (var file = AsyncFiles.openBinary(path, "r+").open()) {
 *   file.seek(128);
 *   byte[] header = file.read(16);
 * }
 * }
 *
 * <p><b>Modes</b>, as in Python, in any order of the characters:
 *
 * <table class="striped">
 *   <caption>What a mode does</caption>
 *   <thead>
 *     <tr><th>mode</th><th>reads</th><th>writes</th><th>creates</th><th>empties</th>
 *         <th>begins at</th></tr>
 *   </thead>
 *   <tbody>
 *     <tr><td>r</td><td>yes</td><td>no</td><td>no</td><td>no</td><td>beginning</td></tr>
 *     <tr><td>r+</td><td>yes</td><td>yes</td><td>no</td><td>no</td><td>beginning</td></tr>
 *     <tr><td>w</td><td>no</td><td>yes</td><td>yes</td><td>yes</td><td>beginning</td></tr>
 *     <tr><td>w+</td><td>yes</td><td>yes</td><td>yes</td><td>yes</td><td>beginning</td></tr>
 *     <tr><td>a</td><td>no</td><td>at the end</td><td>yes</td><td>no</td><td>end</td></tr>
 *     <tr><td>a+</td><td>yes</td><td>at the end</td><td>yes</td><td>no</td><td>end</td></tr>
 *     <tr><td>x</td><td>no</td><td>yes</td><td>only</td><td></td><td>beginning</td></tr>
 *     <tr><td>x+</td><td>yes</td><td>yes</td><td>only</td><td></td><td>beginning</td></tr>
 *   </tbody>
 * </table>
 *
 * <p>A {@code t} may be added for text and a {@code b} for bytes; the method says it already.
 *
 * <p><b>The managers</b> made here are immutable in what they open, and making one does no I/O.
 * They may be used again and again and by many threads at a time, and open the file anew each time;
 * only a block inside a block of the same thread is an {@link IllegalStateException}, before any
 * I/O: make a manager for each of the two.
 *
 * <p><b>Opening</b> throws {@link java.nio.file.NoSuchFileException}, {@link
 * java.nio.file.FileAlreadyExistsException}, {@link java.nio.file.AccessDeniedException} or another
 * {@link java.nio.file.FileSystemException}, each with the path and the reason; a directory is
 * refused. If the thread is interrupted while a file is being opened, the file is closed before
 * {@link InterruptedException} is thrown; it may have been created or emptied by then.
 */
public final class AsyncFiles {
  private AsyncFiles() {}

  /**
   * A file of text to read, in UTF-8.
   *
   * @param path the file
   * @return its manager
   */
  public static AsyncResource<AsyncTextFile, IOException> open(Path path) {
    return open(path, "r", StandardCharsets.UTF_8);
  }

  /**
   * A file of text in UTF-8.
   *
   * @param path the file
   * @param mode r, w, a or x, with an optional + and an optional t
   * @return its manager
   * @throws IllegalArgumentException if the mode is none of these
   */
  public static AsyncResource<AsyncTextFile, IOException> open(Path path, String mode) {
    return open(path, mode, StandardCharsets.UTF_8);
  }

  /**
   * A file of text.
   *
   * @param path the file
   * @param mode r, w, a or x, with an optional + and an optional t
   * @param charset how the text stands in it; decoded and encoded strictly. One whose files begin
   *     with a byte order mark, such as UTF-16, serves to read and to write anew only: name its
   *     form without a mark, such as UTF-16LE, to append or to read and write
   * @return its manager
   * @throws IllegalArgumentException if the mode is none of these, or the charset does not go with
   *     it
   */
  public static AsyncResource<AsyncTextFile, IOException> open(
      Path path, String mode, Charset charset) {
    Objects.requireNonNull(path, "the path of the file is null");
    Objects.requireNonNull(mode, "the mode of the file is null: give r, w, a or x");
    Objects.requireNonNull(charset, "the charset of the file is null");
    OpenMode parsed = OpenMode.parse(mode, 't');
    requireFitting(charset, parsed);
    String description = "file %s (%s, %s)".formatted(path, parsed, charset);
    return AsyncWith.<AsyncTextFile, IOException>resource(
        description,
        () -> new TextFile(BufferedFile.open(path, parsed), charset),
        AsyncTextFile::close);
  }

  /**
   * A file of bytes.
   *
   * @param path the file
   * @param mode r, w, a or x, with an optional + and an optional b
   * @return its manager
   * @throws IllegalArgumentException if the mode is none of these
   */
  public static AsyncResource<AsyncBinaryFile, IOException> openBinary(Path path, String mode) {
    Objects.requireNonNull(path, "the path of the file is null");
    Objects.requireNonNull(mode, "the mode of the file is null: give r, w, a or x");
    OpenMode parsed = OpenMode.parse(mode, 'b');
    String description = "file %s (%s, bytes)".formatted(path, parsed);
    return AsyncWith.<AsyncBinaryFile, IOException>resource(
        description, () -> new BinaryFile(BufferedFile.open(path, parsed)), AsyncBinaryFile::close);
  }

  private static void requireFitting(Charset charset, OpenMode mode) {
    if (mode.writes() && !charset.canEncode()) {
      throw new IllegalArgumentException(
          charset + " can be read only, and " + mode + " writes: name the charset to write");
    }
    if ((mode.update() || mode.appends()) && TextEncoder.hasMark(charset)) {
      throw new IllegalArgumentException(
          ("a file in %s begins with a byte order mark, and so its later parts cannot be told"
                  + " their order in %s: name %sLE or %sBE")
              .formatted(charset, mode, charset, charset));
    }
  }
}
