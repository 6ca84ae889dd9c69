package dev.asyncwith.files;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.AsyncWith;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * A pipe, a terminal or another device. A read of it may never end, so it has a thread of its own,
 * and what the thread reads to and writes from is a buffer of this handle: a caller who is
 * interrupted leaves at once, the operation stays pending, and no byte is lost. Only {@code close}
 * ends it, which works at once because the thread is a platform thread.
 *
 * <p>It goes one way, so that there is one pending operation at most.
 */
final class StreamHandle implements Handle {
  private static final int CHUNK = 1 << 16; // what a Linux pipe holds

  private final FileChannel channel;
  private final IoPool lane;
  private final boolean writes;

  /** Belongs to the lane while {@link #pending} is not done, else to the caller. */
  private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);

  /** A read whose bytes were not all fetched, or a write whose end was not seen. */
  private @Nullable Handover<Integer> pending;

  StreamHandle(FileChannel channel, IoPool lane, boolean writes) {
    this.channel = channel;
    this.lane = lane;
    this.writes = writes;
  }

  @Override
  public boolean isStream() {
    return true;
  }

  @Override
  public long sizeAtOpen() {
    return 0;
  }

  @Override
  public int read(byte[] target, int offset, int length, long position)
      throws IOException, InterruptedException {
    if (pending == null) {
      pending = lane.submit(this::readChunk);
    }
    int count = awaitPending();
    if (count < 0) {
      pending = null;
      return -1;
    }
    int taken = Math.min(length, chunk.remaining());
    chunk.get(target, offset, taken);
    if (!chunk.hasRemaining()) {
      pending = null;
    }
    return taken;
  }

  private int readChunk() throws IOException {
    int count = channel.read(chunk.clear());
    chunk.flip();
    return count;
  }

  @Override
  public long write(ByteBuffer source, long position) throws IOException, InterruptedException {
    awaitWrite();
    int taken = Math.min(source.remaining(), CHUNK);
    chunk.clear().limit(taken);
    chunk.put(0, source, source.position(), taken);
    source.position(source.position() + taken);
    pending = lane.submit(this::writeChunk);
    try {
      awaitWrite();
    } catch (IOException e) {
      source.position(source.position() - chunk.remaining());
      throw e;
    }
    return position + taken;
  }

  private int writeChunk() throws IOException {
    while (chunk.hasRemaining()) {
      int _ = channel.write(chunk);
    }
    return chunk.position();
  }

  private void awaitWrite() throws IOException, InterruptedException {
    if (pending != null) {
      int _ = awaitPending();
      pending = null;
    }
  }

  /** An interrupt leaves the operation pending; a failure is reported once. */
  @SuppressWarnings("NullAway") // called where there is one
  private int awaitPending() throws IOException, InterruptedException {
    try {
      return pending.await();
    } catch (IOException e) {
      pending = null;
      throw e;
    }
  }

  @Override
  public long size() throws IOException {
    throw noPositions();
  }

  @Override
  public void truncate(long size) throws IOException {
    throw noPositions();
  }

  static IOException noPositions() {
    return new IOException("a pipe or device has no size and no positions: use it front to back");
  }

  /**
   * Waits for the peer to take what is left, as Python does. An interrupt that comes while it waits
   * (one from before the call, and the cancel of a scope, are held back) ends that: closed all the
   * same, the loss reported.
   */
  @Override
  public void close(ByteBuffer unwritten, long position) throws IOException {
    AsyncContextManager<StreamHandle, IOException> closing =
        AsyncWith.<StreamHandle, IOException>manager(
            () -> this, handle -> handle.closeAsExit(unwritten, position));
    try {
      AsyncWith.with(closing).run(_ -> {}); // exits are shielded
    } catch (InterruptedException e) {
      throw new AssertionError("neither the body nor the exit throws it", e);
    }
  }

  private void closeAsExit(ByteBuffer unwritten, long position) throws IOException {
    boolean interrupted = false;
    try {
      writeRest(unwritten, position);
    } catch (InterruptedException e) {
      interrupted = true;
      throw cutShort(unwritten);
    } finally {
      try {
        abort();
      } finally {
        lane.shutdown();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private void writeRest(ByteBuffer unwritten, long position)
      throws IOException, InterruptedException {
    if (writes) {
      awaitWrite();
    }
    while (unwritten.hasRemaining()) {
      long _ = write(unwritten, position);
    }
  }

  private IOException cutShort(ByteBuffer unwritten) throws IOException {
    abort();
    if (pending != null) {
      try {
        int _ = pending.awaitShielded(); // now that the channel is closed it ends
      } catch (IOException closed) {
        // Expected: what it did not write stays in the chunk.
      }
    }
    return new IOException(
        "interrupted while closing: its reader did not take the last %d bytes"
            .formatted(unwritten.remaining() + chunk.remaining()));
  }

  @Override
  public void abort() throws IOException {
    IoPool.SHARED.<@Nullable Void>call(
        () -> {
          channel.close();
          return null;
        });
  }
}
