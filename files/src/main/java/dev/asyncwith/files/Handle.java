package dev.asyncwith.files;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file as the engine gives it: bytes at positions, each method one hand-over. Buffers,
 * modes and text live above it. Its errors need not name the file.
 */
sealed interface Handle permits RegularHandle, StreamHandle {

  /** Whether it has no positions and its operations may wait for a peer for ever. */
  boolean isStream();

  /** Its size when it was opened. */
  long sizeAtOpen();

  /**
   * Reads up to {@code length} bytes. A regular file gives fewer only at its end; a stream gives
   * what is there, and an interrupt leaves the read pending: its bytes go to the next read.
   *
   * @return the number of bytes, or -1 for none at the end
   */
  int read(byte[] target, int offset, int length, long position)
      throws IOException, InterruptedException;

  /**
   * Writes from {@code source}, a heap buffer, and moves its position over what is taken; perhaps
   * not all. A stream that is interrupted has taken the bytes and goes on writing them.
   *
   * @return the position in the file after what was written
   */
  long write(ByteBuffer source, long position) throws IOException, InterruptedException;

  long size() throws IOException;

  /** Sets the size; what is added are zero bytes. */
  void truncate(long size) throws IOException, InterruptedException;

  /** Writes what is left in {@code unwritten} and closes, even if the writing fails. */
  void close(ByteBuffer unwritten, long position) throws IOException;

  /** Ends an operation that another thread waits for, if that is the only way to end it. */
  void abort() throws IOException;
}
