package dev.asyncwith.files;

import dev.asyncwith.AsyncExit;
import dev.asyncwith.Tracking;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Text over a {@link BufferedFile}. */
final class TextFile implements AsyncTextFile {
  private final BufferedFile file;
  private final Frame frame;
  private final Charset charset;
  private final TextReader reader;
  private final Tracking.Opened tracked;
  private @Nullable TextEncoder encoder; // some charsets can be read only

  TextFile(BufferedFile file, Charset charset) {
    this.file = file;
    this.frame = file.frame();
    this.charset = charset;
    this.reader = TextReader.of(file, charset);
    this.tracked = Tracking.opened(this, "file " + frame);
  }

  @Override
  public String read() throws IOException, InterruptedException {
    return frame.reading(reader::readAll);
  }

  @Override
  public String read(int count) throws IOException, InterruptedException {
    if (count < 0) {
      throw new IllegalArgumentException("the count is negative: " + count);
    }
    return frame.reading(() -> reader.read(count));
  }

  @Override
  public @Nullable String readLine() throws IOException, InterruptedException {
    return frame.<@Nullable String>reading(reader::readLine);
  }

  @Override
  public Iterable<String> lines() {
    return () -> new LineIterator(this);
  }

  /** Whether no line is left; the line itself is not read yet. */
  boolean atEnd() throws IOException, InterruptedException {
    return frame.<Boolean>reading(reader::atEnd);
  }

  @Override
  public void write(CharSequence text) throws IOException, InterruptedException {
    Objects.requireNonNull(text, "the text to write is null");
    frame.writing(() -> encodeAndWrite(text));
  }

  @Override
  public void writeLines(Iterable<? extends CharSequence> lines)
      throws IOException, InterruptedException {
    for (CharSequence line : lines) {
      write(Objects.requireNonNull(line, "a line to write is null") + "\n");
    }
  }

  private void encodeAndWrite(CharSequence text) throws IOException, InterruptedException {
    requirePosition("writing");
    if (encoder == null) {
      encoder = new TextEncoder(path(), charset);
    }
    file.write(encoder.encode(text, file.isAtBeginning()));
  }

  private void requirePosition(String doing) {
    if (!reader.isAtPosition()) {
      throw new IllegalStateException(
          ("%s after reading a part of %s: in %s the place is not known; rewind() or read() to"
                  + " the end first")
              .formatted(doing, path(), charset));
    }
  }

  @Override
  public void rewind() throws IOException, InterruptedException {
    frame.doing(
        () -> {
          file.seek(0);
          reader.reset();
        });
  }

  @Override
  public void truncate() throws IOException, InterruptedException {
    frame.writing(
        () -> {
          requirePosition("truncating");
          file.truncate(file.tell());
        });
  }

  @Override
  public void flush() throws IOException, InterruptedException {
    frame.doing(file::flushBuffer);
  }

  @Override
  public void close() throws IOException {
    tracked.close();
    AsyncExit.<IOException>shielded(this, file::close);
  }

  @Override
  public boolean isClosed() {
    return frame.isClosed();
  }

  @Override
  public Path path() {
    return frame.path();
  }

  @Override
  public Charset charset() {
    return charset;
  }

  @Override
  public String toString() {
    return "text file " + frame;
  }
}
