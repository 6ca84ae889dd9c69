package dev.asyncwith.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An open file of text, with a position and a buffer; opened by {@link AsyncFiles#open}.
 *
 * {@snippet :
 * with(AsyncFiles.open(from)).and(AsyncFiles.open(to, "w")).run((in, out) -> {
 *   for (String line : in.lines()) {
 *     out.write(line.strip() + "\n");
 *   }
 * });
 * }
 *
 * <p><b>Lines</b> end in LF, CR or CR LF, in one file as in another, and are given without their
 * end. {@link #read()} gives the text as it stands, line ends and all; {@link #write} writes it so.
 *
 * <p><b>Coding is strict.</b> Bytes that are no text in the file's charset, and text that it cannot
 * hold, are a {@link TextCodingException}. A U+FEFF at the beginning of a UTF-8 file is a character
 * as any other.
 *
 * <p><b>Reading and writing</b> (modes with a +) share one position: what is written after some
 * lines were read overwrites what follows them. In charsets other than UTF-8, US-ASCII and
 * ISO-8859-1 that place is known only at the end of the file and after {@link #rewind}; writing
 * elsewhere after reading is an {@link IllegalStateException}.
 *
 * <p><b>Threads.</b> One at a time: a call while another thread is in one throws {@link
 * IllegalStateException} and does nothing. Only {@link #close} may be called at any time.
 *
 * <p><b>Interrupts.</b> A thread that is interrupted before a call gets {@link
 * InterruptedException}, and nothing has happened. Once begun, a single operation on a regular file
 * is waited out: it gives its true result, and the flag stays set. Reading or writing more than 1
 * MiB stops in between: what was read is kept for the next call, and the message says how much was
 * written. On a pipe or a device the wait itself ends: the operation stays pending, a read's text
 * goes to the next read, and that of a write is still written.
 *
 * <p><b>Errors.</b> Each {@link IOException} names the file. Use after {@code close}, reading in a
 * mode that only writes, or writing in one that only reads is an {@link IllegalStateException}.
 *
 * <p>A pipe or a device is read or written front to back: it has no positions.
 */
public sealed interface AsyncTextFile extends Closeable permits TextFile {

  /**
   * Reads all the rest.
   *
   * @return the text from the position to the end of the file; empty at its end
   * @throws TextCodingException if it is no text in the file's charset
   * @throws IOException if it cannot be read, or has more than fit a string
   * @throws InterruptedException if the thread is interrupted
   */
  String read() throws IOException, InterruptedException;

  /**
   * Reads some characters. As in Python one outside of Unicode's basic plane counts as one, though
   * it is two {@code char}s in a string, and is never divided.
   *
   * @param count how many characters (code points)
   * @return as many, fewer only at the end of the file; empty at its end
   * @throws IllegalArgumentException if the count is negative
   * @throws TextCodingException if what follows is no text in the file's charset
   * @throws IOException if it cannot be read
   * @throws InterruptedException if the thread is interrupted
   */
  String read(int count) throws IOException, InterruptedException;

  /**
   * Reads a line.
   *
   * @return the line without its end, or null at the end of the file. A last line without an end is
   *     a line; after a line end at the end of the file there is none
   * @throws TextCodingException if it is no text in the file's charset
   * @throws IOException if it cannot be read
   * @throws InterruptedException if the thread is interrupted
   */
  @Nullable String readLine() throws IOException, InterruptedException;

  /**
   * The lines from the position on, read as the loop goes: Python's {@code async for line in file}.
   * A line that is in the buffer costs no switch to another thread. All iterators share the file's
   * position; leaving the loop early loses no line.
   *
   * <p>An iterator's methods declare no checked exception. What {@link #readLine} would throw comes
   * out as {@link java.io.UncheckedIOException}: its cause is the {@link IOException}, or for an
   * interrupt a {@link java.io.InterruptedIOException}, and then the thread's flag is set again, so
   * that the next blocking call throws too. Where that matters, call {@code readLine} until it
   * gives null.
   *
   * @return the lines, each without its end
   */
  Iterable<String> lines();

  /**
   * Writes text as it is, no line end added. It may stay in the file's buffer until it is full,
   * {@link #flush} or {@link #close}. Text smaller than the buffer (8 KiB at least) is accepted
   * whole or not at all.
   *
   * @param text what to write
   * @throws TextCodingException if the file's charset does not have one of its characters, or a
   *     surrogate stands alone; nothing of it was written
   * @throws IOException if it cannot be written
   * @throws InterruptedException if the thread is interrupted
   */
  void write(CharSequence text) throws IOException, InterruptedException;

  /**
   * Writes lines, LF after each, so that what {@link #lines} gave comes out as it was. (Python's
   * {@code writelines} adds none, for its lines have kept theirs.)
   *
   * @param lines the lines, without their ends
   * @throws TextCodingException if the file's charset does not have a character of a line; the
   *     lines before it were written
   * @throws IOException if they cannot be written
   * @throws InterruptedException if the thread is interrupted; whole lines were written till then
   */
  void writeLines(Iterable<? extends CharSequence> lines) throws IOException, InterruptedException;

  /**
   * Goes back to the beginning of the file: Python's {@code seek(0)}. The next read or write is
   * there (in mode a+, the next read).
   *
   * @throws IOException if the file has no positions, or buffered text cannot be written
   * @throws InterruptedException if the thread is interrupted
   */
  void rewind() throws IOException, InterruptedException;

  /**
   * Cuts off what is behind the position: after {@code rewind()} everything, after {@code rewind()}
   * and a write what the new text left of the old.
   *
   * @throws IOException if the file has no positions, or it cannot be done
   * @throws InterruptedException if the thread is interrupted
   */
  void truncate() throws IOException, InterruptedException;

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

  /**
   * The file's charset.
   *
   * @return the charset that it was opened with
   */
  Charset charset();
}
