package dev.asyncwith.files;

import java.nio.ByteBuffer;

/**
 * A platform thread that touches file channels, with the one direct buffer that its transfers go
 * through: a thousand open files cost no direct memory, only a thread at work does.
 */
final class IoThread extends Thread {
  /**
   * The most bytes of one transfer: what a single operation can be late by, and a buffer's size.
   */
  static final int MAX_TRANSFER = 1 << 20;

  private static final int FIRST_TRANSFER = 1 << 16;

  private ByteBuffer transfer = ByteBuffer.allocate(0);

  IoThread(Runnable task, String name) {
    // No inherited thread-locals and the system's class loader: the thread outlives its first user.
    super(null, task, name, 0, false);
    setDaemon(true);
  }

  /** The buffer of the current thread, emptied, with room for {@code size} bytes. */
  static ByteBuffer transfer(int size) {
    return ((IoThread) Thread.currentThread()).roomFor(size);
  }

  private ByteBuffer roomFor(int size) {
    if (transfer.capacity() < size) {
      transfer = ByteBuffer.allocateDirect(size <= FIRST_TRANSFER ? FIRST_TRANSFER : MAX_TRANSFER);
    }
    return transfer.clear().limit(size);
  }
}
