package dev.asyncwith.files;

import dev.asyncwith.AsyncExit;
import dev.asyncwith.AsyncWith;
import dev.asyncwith.Tracking;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Bytes over a {@link BufferedFile}. */
final class BinaryFile implements AsyncBinaryFile {
  private final BufferedFile file;
  private final Frame frame;
  private final ReadBuffer ahead;
  private final Tracking.Opened tracked;

  BinaryFile(BufferedFile file) {
    this.file = file;
    this.frame = file.frame();
    this.ahead = file.ahead();
    this.tracked = Tracking.opened(this, "file " + frame);
  }

  @Override
  public byte[] read() throws IOException, InterruptedException {
    return frame.reading(
        () -> {
          file.fillToEnd();
          return file.take(ahead.available());
        });
  }

  @Override
  public byte[] read(int count) throws IOException, InterruptedException {
    requireNotNegative(count, "count");
    return frame.reading(
        () -> {
          boolean more = true;
          while (more && ahead.available() < count) {
            more = file.fill();
          }
          return file.take(Math.min(count, ahead.available()));
        });
  }

  @Override
  public int readInto(ByteBuffer target) throws IOException, InterruptedException {
    return frame.reading(
        () -> {
          int start = target.position();
          try {
            while (target.hasRemaining() && (ahead.available() > 0 || file.fill())) {
              int count = Math.min(target.remaining(), ahead.available());
              target.put(ahead.array, ahead.start, count);
              file.consume(count);
            }
          } catch (InterruptedException e) {
            if (target.position() == start) {
              throw e;
            }
            keepForTheNextCall();
          }
          int count = target.position() - start;
          return count == 0 && target.hasRemaining() ? -1 : count;
        });
  }

  @Override
  public void write(ByteBuffer source) throws IOException, InterruptedException {
    frame.writing(() -> file.write(source));
  }

  @Override
  public void seek(long position) throws IOException, InterruptedException {
    requireNotNegative(position, "position");
    frame.doing(() -> file.seek(position));
  }

  @Override
  public long tell() throws IOException, InterruptedException {
    return frame.<Long>using(file::tell);
  }

  @Override
  public long size() throws IOException, InterruptedException {
    return frame.<Long>using(file::size);
  }

  @Override
  public void truncate(long size) throws IOException, InterruptedException {
    requireNotNegative(size, "size");
    frame.writing(() -> file.truncate(size));
  }

  @Override
  public void flush() throws IOException, InterruptedException {
    frame.doing(file::flushBuffer);
  }

  /** The interrupt is set again; the cancel of a scope is met by the next call anyway. */
  private static void keepForTheNextCall() {
    try {
      AsyncWith.checkpoint();
      Thread.currentThread().interrupt();
    } catch (InterruptedException e) {
      // A scope is in effect, for one interrupt is not met twice.
    }
  }

  private static void requireNotNegative(long number, String what) {
    if (number < 0) {
      throw new IllegalArgumentException("the " + what + " is negative: " + number);
    }
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
  public String toString() {
    return "binary file " + frame;
  }
}
