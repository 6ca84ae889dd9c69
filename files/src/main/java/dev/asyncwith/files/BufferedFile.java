package dev.asyncwith.files;

import dev.asyncwith.AsyncWith;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * An open file of bytes with its buffers and its position: what text and binary files have in
 * common. Its methods run within its {@link Frame}.
 *
 * <p>One of the two buffers is empty at any time. {@code position} is the place in the file of the
 * first byte that is buffered: the next to be used, or the first unwritten one.
 */
final class BufferedFile {
  private final Frame frame;
  private final Handle handle;
  private final ReadBuffer in = new ReadBuffer();
  private final WriteBuffer out = new WriteBuffer();
  private long position;

  private BufferedFile(Frame frame, Handle handle) {
    this.frame = frame;
    this.handle = handle;
    this.position = frame.mode().appends() ? handle.sizeAtOpen() : 0;
  }

  static BufferedFile open(Path path, OpenMode mode) throws IOException, InterruptedException {
    try {
      AsyncWith.checkpoint("opening", path);
      Handle handle =
          FileOperations.<Handle>recorded("open", path, () -> Opener.open(path, mode), _ -> 0);
      return new BufferedFile(new Frame(path, mode), handle);
    } catch (IOException e) {
      throw FileErrors.named(path, e);
    } catch (InterruptedException e) {
      throw FileErrors.interrupted("opening", path, e);
    }
  }

  Frame frame() {
    return frame;
  }

  boolean isStream() {
    return handle.isStream();
  }

  // ---- Reading

  /** The bytes read ahead; valid until the next call that changes them. */
  ReadBuffer ahead() {
    return in;
  }

  /** Moves over bytes of {@link #ahead} that were used. */
  void consume(int count) {
    in.consume(count);
    position += count;
  }

  /** Uses bytes; gives a copy. */
  byte[] take(int count) {
    position += count;
    return in.take(count);
  }

  /** Reads the next chunk behind what is buffered; false at the end of the file. */
  boolean fill() throws IOException, InterruptedException {
    return fill(in.makeRoomForChunk()) > 0;
  }

  /** Reads all the rest into the buffer. */
  void fillToEnd() throws IOException, InterruptedException {
    // One byte more than the size says, so that the end is seen at once; a file may also have
    // grown since, or tell no size, as those of /proc.
    long rest = handle.sizeAtOpen() - position - in.available();
    in.makeRoom(Math.max(rest + 1, 1));
    int wanted;
    int count;
    do {
      in.makeRoom(1);
      wanted = Math.min(in.array.length - in.end, IoThread.MAX_TRANSFER);
      count = fill(wanted);
    } while (handle.isStream() ? count > 0 : count == wanted);
  }

  private int fill(int size) throws IOException, InterruptedException {
    flushBuffer();
    AsyncWith.checkpoint("reading", frame.path());
    int count =
        FileOperations.<Integer>recorded(
            "read",
            frame.path(),
            () -> handle.read(in.array, in.end, size, position + in.available()),
            read -> Math.max(read, 0));
    in.end += Math.max(count, 0);
    return count;
  }

  /** The error of bytes read ahead that are no text: those at the position of {@code bytes}. */
  TextCodingException malformed(Charset charset, ByteBuffer bytes, int length) {
    long offset = position + bytes.position() - in.start;
    byte[] malformed = new byte[length];
    bytes.get(malformed);
    String hex = HexFormat.ofDelimiter(" ").withUpperCase().formatHex(malformed);
    return TextCodingException.reading(frame.path(), charset.name(), offset, hex);
  }

  // ---- Writing

  /** Accepts bytes; a part that is smaller than the buffer is accepted whole or not at all. */
  void write(ByteBuffer source) throws IOException, InterruptedException {
    in.clear();
    int count = source.remaining();
    if (!out.hasRoomFor(count)) {
      flushBuffer();
      out.reset(true);
    }
    if (count < out.capacity()) {
      out.append(source);
      return;
    }
    int start = source.position();
    try {
      writeOut(source);
    } catch (InterruptedException e) {
      int written = source.position() - start;
      throw FileErrors.partly("%d of %d bytes were written".formatted(written, count), e);
    }
  }

  void flushBuffer() throws IOException, InterruptedException {
    if (!out.isEmpty()) {
      writeOut(out.unwritten());
      out.reset(false);
    }
  }

  private void writeOut(ByteBuffer source) throws IOException, InterruptedException {
    int start = source.position();
    while (source.hasRemaining()) {
      if (source.position() > start) {
        AsyncWith.checkpoint("writing", frame.path());
      }
      int before = source.position();
      long after = -1;
      try {
        after =
            FileOperations.<Long>recorded(
                "write",
                frame.path(),
                () -> handle.write(source, position),
                _ -> source.position() - before);
      } finally {
        position = after < 0 ? position + source.position() - before : after;
      }
    }
  }

  // ---- Position

  /** Whether the next byte written is the first of the file. */
  boolean isAtBeginning() {
    return position == 0 && out.isEmpty();
  }

  long tell() throws IOException, InterruptedException {
    flushBuffer(); // only then is it known where an appending file wrote
    return position;
  }

  void seek(long target) throws IOException, InterruptedException {
    if (handle.isStream()) {
      throw StreamHandle.noPositions();
    }
    flushBuffer();
    long skip = target - position;
    if (0 <= skip && skip <= in.available()) {
      in.consume((int) skip);
    } else {
      in.clear();
    }
    position = target;
  }

  long size() throws IOException, InterruptedException {
    flushBuffer();
    return handle.size();
  }

  void truncate(long size) throws IOException, InterruptedException {
    flushBuffer();
    in.clear();
    FileOperations.<@Nullable Void>recorded(
        "truncate",
        frame.path(),
        () -> {
          handle.truncate(size);
          return null;
        },
        _ -> 0);
  }

  /** Writes what is buffered and closes, whatever the interrupt flag says; it is kept. */
  void close() throws IOException {
    frame.close(handle::abort, this::closeHandle);
  }

  private void closeHandle() throws IOException {
    int unwritten = out.size();
    try {
      FileOperations.recordedClose(
          frame.path(), () -> handle.close(out.unwritten(), position), unwritten);
    } catch (IOException e) {
      // What a stream has taken over is not in the buffer: it knows better what is lost.
      boolean counted = !out.isEmpty() && !handle.isStream();
      throw counted ? FileErrors.lost(e, frame.path(), out.size()) : e;
    }
  }
}
