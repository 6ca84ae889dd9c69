package dev.asyncwith.files;

import java.io.IOException;
import java.util.Arrays;

/**
 * The bytes that were read ahead: those of {@code array} from {@code start} to {@code end}. Nothing
 * is taken out before an operation has all it needs, so an operation that is cut short loses none.
 *
 * <p>Chunks begin small (ten thousand open files must not cost gigabytes) and grow while the file
 * is read in sequence.
 */
final class ReadBuffer {
  private static final byte[] NONE = {};
  private static final int FIRST_CHUNK = 16 << 10;
  private static final int LAST_CHUNK = 256 << 10;
  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  byte[] array = NONE;
  int start;
  int end;
  private int chunk = FIRST_CHUNK;

  int available() {
    return end - start;
  }

  /** Moves over bytes that were used; a buffer that one large operation needed is given back. */
  void consume(int count) {
    start += count;
    if (start == end) {
      start = 0;
      end = 0;
      if (array.length > 2 * LAST_CHUNK) {
        array = NONE;
      }
    }
  }

  void clear() {
    consume(available());
    chunk = FIRST_CHUNK;
  }

  /** Makes room behind the end for the next chunk; gives its size. */
  int makeRoomForChunk() throws IOException {
    makeRoom(array.length < chunk ? chunk : chunk / 2); // a rest before it makes a chunk shorter
    int size = Math.min(chunk, array.length - end);
    chunk = Math.min(chunk * 4, LAST_CHUNK);
    return size;
  }

  /** Makes room behind the end for at least one byte, and for {@code wish} if they fit an array. */
  void makeRoom(long wish) throws IOException {
    if (array.length - end >= wish) {
      return;
    }
    int count = available();
    if (count == LARGEST_ARRAY) {
      throw tooLarge();
    }
    byte[] target = array;
    if (array.length - count < wish) {
      long size = Math.max(2L * count, count + wish); // twice, so that growing is linear in all
      target = new byte[(int) Math.min(size, LARGEST_ARRAY)];
    }
    System.arraycopy(array, start, target, 0, count);
    array = target;
    start = 0;
    end = count;
  }

  static IOException tooLarge() {
    return new IOException(
        "has more than an array can hold: read it in parts, by read(int) or line by line");
  }

  /** A copy of the first {@code count} bytes, which are used then. */
  byte[] take(int count) {
    byte[] taken = Arrays.copyOfRange(array, start, start + count);
    consume(count);
    return taken;
  }
}
