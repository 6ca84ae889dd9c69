package dev.asyncwith.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * An open file of bytes, with a position and a buffer; opened by {@link AsyncFiles#openBinary}.
 *
 * {@snippet :
 * with(AsyncFiles.openBinary(path, "w+")).run(file -> {
 *   file.write(bytes);
 *   file.seek(0);
 *   byte[] same = file.read();
 * });
 * }
 *
 * <p>Reading and writing share one position, and each sees what the other did. With mode a and a+
 * all writing goes to the end of the file, and leaves the position there.
 *
 * <p><b>Threads.</b> One at a time: a call while another thread is in one throws {@link
 * IllegalStateException} and does nothing. Only {@link #close} may be called at any time.
 *
 * <p><b>Interrupts.</b> A thread that is interrupted before a call gets {@link
 * InterruptedException}, and nothing has happened. Once begun, a single operation on a regular file
 * is waited out: it gives its true result, and the flag stays set. Reading or writing more than 1
 * MiB stops in between: what was read is kept for the next call, and the position tells how much
 * was written. On a pipe or a device the wait itself ends: the operation stays pending, a read's
 * bytes go to the next read, and those of a write are still written.
 *
 * <p><b>Errors.</b> Each {@link IOException} names the file. Use after {@code close}, reading in a
 * mode that only writes, or writing in one that only reads is an {@link IllegalStateException}.
 *
 * <p>A pipe or a device is read or written front to back: it has no positions.
 */
public sealed interface AsyncBinaryFile extends Closeable permits BinaryFile {

  /**
   * Reads all the rest.
   *
   * @return the bytes from the position to the end of the file; none at its end
   * @throws IOException if it cannot be read, or has more than fit an array
   * @throws InterruptedException if the thread is interrupted
   */
  byte[] read() throws IOException, InterruptedException;

  /**
   * Reads some bytes.
   *
   * @param count how many
   * @return as many, fewer only at the end of the file; none at its end
   * @throws IllegalArgumentException if the count is negative
   * @throws IOException if it cannot be read
   * @throws InterruptedException if the thread is interrupted
   */
  byte[] read(int count) throws IOException, InterruptedException;

  /**
   * Reads bytes into an array; see {@link #readInto(ByteBuffer)}.
   *
   * @param target takes the bytes
   * @return how many were read, or -1 at the end of the file
   * @throws IOException if it cannot be read
   * @throws InterruptedException if the thread is interrupted; nothing was read then
   */
  default int readInto(byte[] target) throws IOException, InterruptedException {
    return readInto(ByteBuffer.wrap(target));
  }

  /**
   * Reads bytes into a buffer until it is full.
   *
   * @param target takes the bytes from its position on
   * @return how many were read: fewer than it had room for only at the end of the file, or where
   *     the thread was interrupted after some (the flag is set then); -1 at the end of the file; 0
   *     if it had no room
   * @throws IOException if it cannot be read
   * @throws InterruptedException if the thread is interrupted; nothing was read then
   */
  int readInto(ByteBuffer target) throws IOException, InterruptedException;

  /**
   * Writes bytes; see {@link #write(ByteBuffer)}.
   *
   * @param bytes what to write
   * @throws IOException if it cannot be written
   * @throws InterruptedException if the thread is interrupted
   */
  default void write(byte[] bytes) throws IOException, InterruptedException {
    write(ByteBuffer.wrap(bytes));
  }

  /**
   * Writes bytes. They may stay in the file's buffer until it is full, {@link #flush} or {@link
   * #close}. A piece smaller than the buffer (8 KiB at least) is accepted whole or not at all.
   *
   * @param source the bytes from its position to its limit; its position moves over what was taken
   * @throws IOException if it cannot be written; the position of {@code source} and {@link #tell}
   *     say how much was
   * @throws InterruptedException if the thread is interrupted; they say how much was written
   */
  void write(ByteBuffer source) throws IOException, InterruptedException;

  /**
   * Moves the position; the next read or write is there. Writing behind the end fills the gap with
   * zero bytes.
   *
   * @param position the distance from the beginning of the file, in bytes
   * @throws IllegalArgumentException if the position is negative
   * @throws IOException if the file has no positions, or buffered bytes cannot be written
   * @throws InterruptedException if the thread is interrupted; the position has not moved then
   */
  void seek(long position) throws IOException, InterruptedException;

  /**
   * The position; of a pipe or device, the number of bytes read or written.
   *
   * @return the distance from the beginning of the file, in bytes
   * @throws IOException if buffered bytes cannot be written
   * @throws InterruptedException if the thread is interrupted
   */
  long tell() throws IOException, InterruptedException;

  /**
   * The size, with what was written here.
   *
   * @return the size of the file in bytes
   * @throws IOException if the file has no size, or buffered bytes cannot be written
   * @throws InterruptedException if the thread is interrupted
   */
  long size() throws IOException, InterruptedException;

  /**
   * Sets the size: cuts off what is behind it, or adds zero bytes. The position stays.
   *
   * @param size the new size in bytes
   * @throws IllegalArgumentException if the size is negative
   * @throws IOException if it cannot be set
   * @throws InterruptedException if the thread is interrupted
   */
  void truncate(long size) throws IOException, InterruptedException;

  /**
   * Hands what is buffered to the operating system. (That is not yet on the disk: a power failure
   * may lose it.) In a mode that only reads it does nothing.
   *
   * @throws IOException if it cannot be written; what was not stays in the buffer
   * @throws InterruptedException if the thread is interrupted; what was not written stays in the
   *     buffer
   */
  void flush() throws IOException, InterruptedException;

  /**
   * Writes what is buffered and closes the file; the second time it does nothing. It does so under
   * a set interrupt flag too, which it keeps, and no cancelled scope cuts it short. If the buffer
   * cannot be written the file is closed all the same, and the error says how much is lost.
   *
   * <p>Called while another thread is in an operation it waits for its end, and ends one that waits
   * for the other end of a pipe. Where it waits itself for the reader of a pipe to take the last
   * bytes, an interrupt that comes meanwhile ends that.
   *
   * @throws IOException if not all could be written, or closing fails
   */
  @Override
  void close() throws IOException;

  /**
   * Whether it was closed.
   *
   * @return true from the beginning of {@code close} on
   */
  boolean isClosed();

  /**
   * The file's path.
   *
   * @return the path that was given to open it
   */
  Path path();
}
