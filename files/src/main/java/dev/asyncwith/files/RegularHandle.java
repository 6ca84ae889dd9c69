package dev.asyncwith.files;

import dev.asyncwith.AsyncWith;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file with positions. Each operation is shielded: it is bounded by the disk, and its caller gets
 * the true result with the interrupt flag still set.
 *
 * <p>Mode a+ needs two channels, since the JDK refuses READ + APPEND; else both are the same.
 */
final class RegularHandle implements Handle {
  private static final ByteBuffer ZERO = ByteBuffer.wrap(new byte[1]).asReadOnlyBuffer();

  private final FileChannel reader;
  private final FileChannel writer;
  private final boolean appends;
  private final long sizeAtOpen;

  private RegularHandle(FileChannel reader, FileChannel writer, boolean appends, long sizeAtOpen) {
    this.reader = reader;
    this.writer = writer;
    this.appends = appends;
    this.sizeAtOpen = sizeAtOpen;
  }

  /** Opens; on a thread of the pool. */
  static RegularHandle open(Path path, OpenMode mode) throws IOException {
    FileChannel writer = FileChannel.open(path, mode.options());
    try {
      long size = writer.size();
      FileChannel reader = mode.appends() && mode.update() ? openReader(path) : writer;
      return new RegularHandle(reader, writer, mode.appends(), size);
    } catch (Throwable failure) {
      try (writer) {
        throw failure;
      }
    }
  }

  private static FileChannel openReader(Path path) throws IOException {
    try {
      return FileChannel.open(path, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw FileErrors.because(e, "it was deleted while it was being opened");
    }
  }

  @Override
  public boolean isStream() {
    return false;
  }

  @Override
  public long sizeAtOpen() {
    return sizeAtOpen;
  }

  @Override
  public int read(byte[] target, int offset, int length, long position) throws IOException {
    return IoPool.SHARED.<Integer>call(
        () -> readAt(target, offset, Math.min(length, IoThread.MAX_TRANSFER), position));
  }

  private int readAt(byte[] target, int offset, int length, long position) throws IOException {
    ByteBuffer transfer = IoThread.transfer(length);
    int last = 0;
    while (transfer.hasRemaining() && last >= 0) {
      last = reader.read(transfer, position + transfer.position());
    }
    int count = transfer.flip().limit();
    transfer.get(target, offset, count);
    return count == 0 ? -1 : count;
  }

  @Override
  public long write(ByteBuffer source, long position) throws IOException {
    return IoPool.SHARED.<Long>call(() -> writeAt(source, position));
  }

  /** Writes a transfer. A failure after a part was written is left to the next call to meet. */
  private long writeAt(ByteBuffer source, long position) throws IOException {
    int length = Math.min(source.remaining(), IoThread.MAX_TRANSFER);
    int start = source.position();
    ByteBuffer transfer = IoThread.transfer(length);
    transfer.put(0, source, start, length);
    try {
      while (transfer.hasRemaining()) {
        int _ =
            appends
                ? writer.write(transfer)
                : writer.write(transfer, position + transfer.position());
      }
    } catch (IOException e) {
      if (transfer.position() == 0) {
        throw e;
      }
    } finally {
      source.position(start + transfer.position());
    }
    return appends ? writer.size() : position + transfer.position();
  }

  @Override
  public long size() throws IOException {
    return IoPool.SHARED.<Long>call(writer::size);
  }

  @Override
  public void truncate(long size) throws IOException, InterruptedException {
    long now = IoPool.SHARED.<Long>call(() -> truncateTo(size));
    while (now < size) { // only of a file to append to, where zeros can but be appended
      checkInterrupted(now, size);
      int zeros = (int) Math.min(size - now, IoThread.MAX_TRANSFER);
      now = write(ByteBuffer.allocate(zeros), now);
    }
  }

  /** Unlike the channel's truncate it also extends; gives the size that it reached. */
  private long truncateTo(long size) throws IOException {
    long now = writer.size();
    if (now < size && appends) {
      return now;
    }
    if (now < size) {
      int _ = writer.write(ZERO.duplicate(), size - 1);
    } else {
      writer.truncate(size);
    }
    return size;
  }

  private static void checkInterrupted(long now, long size) throws InterruptedException {
    try {
      AsyncWith.checkpoint();
    } catch (InterruptedException e) {
      throw FileErrors.partly("extended to " + now + " of " + size + " bytes", e);
    }
  }

  @Override
  public void close(ByteBuffer unwritten, long position) throws IOException {
    IoPool.SHARED.<Void>call(() -> writeAndClose(unwritten, position));
  }

  @SuppressWarnings("NullAway") // Void has no other value
  private Void writeAndClose(ByteBuffer unwritten, long position) throws IOException {
    try (reader;
        writer) {
      long at = position;
      while (unwritten.hasRemaining()) {
        at = writeAt(unwritten, at);
      }
    }
    return null;
  }

  @Override
  public void abort() {
    // Its operations end by themselves.
  }
}
