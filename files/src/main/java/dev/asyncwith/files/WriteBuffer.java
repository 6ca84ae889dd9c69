package dev.asyncwith.files;

import java.nio.ByteBuffer;

/** The bytes that were accepted and not yet written: small at first, larger once it was full. */
final class WriteBuffer {
  /** For closing what has no bytes left. */
  static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private static final int FIRST = 8 << 10;
  private static final int LATER = 64 << 10;

  /** Bytes from its position to its limit are unwritten; room is behind the limit. */
  private ByteBuffer bytes = NOTHING;

  private int capacity = FIRST;

  boolean isEmpty() {
    return !bytes.hasRemaining();
  }

  int size() {
    return bytes.remaining();
  }

  /** How many bytes it holds; what is larger had better be written past it. */
  int capacity() {
    return capacity;
  }

  boolean hasRoomFor(int count) {
    return count <= capacity - bytes.limit();
  }

  /** Appends; the caller looked that there is room. */
  void append(ByteBuffer source) {
    if (bytes.capacity() < capacity) {
      bytes = ByteBuffer.allocate(capacity).limit(0);
    }
    int limit = bytes.limit();
    int count = source.remaining();
    bytes.limit(limit + count).put(limit, source, source.position(), count);
    source.position(source.limit());
  }

  /** What is to be written; whoever writes moves the position. */
  ByteBuffer unwritten() {
    return bytes;
  }

  /**
   * After all was written: full use of the room again, and more of it if it had been too little.
   */
  void reset(boolean grow) {
    bytes.position(0).limit(0);
    if (grow) {
      capacity = LATER;
    }
  }
}
