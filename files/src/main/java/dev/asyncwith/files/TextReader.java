package dev.asyncwith.files;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Characters and lines out of the bytes of a file. */
sealed interface TextReader permits ByteTextReader, DecodingTextReader {

  /** The reader for a charset: of bytes where a line end is always one byte, else of characters. */
  static TextReader of(BufferedFile file, Charset charset) {
    boolean bytes =
        charset.equals(StandardCharsets.UTF_8)
            || charset.equals(StandardCharsets.US_ASCII)
            || charset.equals(StandardCharsets.ISO_8859_1);
    return bytes ? new ByteTextReader(file, charset) : new DecodingTextReader(file, charset);
  }

  /** Whether nothing is left; reads ahead to know. */
  boolean atEnd() throws IOException, InterruptedException;

  /** The next line without its end; null at the end of the file. */
  @Nullable String readLine() throws IOException, InterruptedException;

  /** The next {@code max} characters (code points), fewer only at the end of the file. */
  String read(int max) throws IOException, InterruptedException;

  /** All the rest. */
  String readAll() throws IOException, InterruptedException;

  /** Whether the file's position is that of the next character, so that one may write there. */
  boolean isAtPosition();

  /** Forgets what was read ahead: the file's position has changed. */
  void reset();
}
