package dev.asyncwith.files;

import dev.asyncwith.AsyncWith;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Opens files: a regular one in a single hop; a stream on the thread that it will keep. */
final class Opener {
  private Opener() {}

  /** Opens; if the thread is interrupted meanwhile, what was opened is closed before it throws. */
  static Handle open(Path path, OpenMode mode) throws IOException, InterruptedException {
    RegularHandle regular =
        IoPool.SHARED.<@Nullable RegularHandle>call(() -> openUnlessStream(path, mode));
    if (regular == null) {
      return openStream(path, mode);
    }
    try {
      AsyncWith.checkpoint("opening", path);
    } catch (InterruptedException e) {
      regular.close(WriteBuffer.NOTHING, 0);
      throw e;
    }
    return regular;
  }

  /** On a thread of the pool; null for a stream, whose opening may wait for the other end. */
  private static @Nullable RegularHandle openUnlessStream(Path path, OpenMode mode)
      throws IOException {
    BasicFileAttributes attributes = attributes(path);
    boolean creates = mode.action() == 'x';
    if (attributes != null && attributes.isDirectory() && !creates) {
      throw new FileSystemException(
          path.toString(), null, "is a directory: name a file in it, or list it with Files.list");
    }
    if (attributes != null && attributes.isOther() && !creates) {
      return null;
    }
    try {
      return RegularHandle.open(path, mode);
    } catch (NoSuchFileException e) {
      throw FileErrors.because(e, missing(path, mode));
    } catch (FileAlreadyExistsException e) {
      throw FileErrors.because(
          e, "exists already, and mode x only creates: w writes it anew, a appends to it");
    } catch (UnsupportedOperationException e) {
      var refused =
          new FileSystemException(
              path.toString(), null, "its file system opens no such channels: " + mode);
      refused.initCause(e);
      throw refused;
    }
  }

  private static @Nullable BasicFileAttributes attributes(Path path) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class);
    } catch (IOException e) {
      return null; // opening it will tell why, or create it
    }
  }

  private static String missing(Path path, OpenMode mode) {
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null && !Files.exists(folder)) {
      return "its folder does not exist: create it with Files.createDirectories";
    }
    return mode.creates()
        ? "cannot be created: is it a link to a folder that does not exist?"
        : "does not exist, and mode r does not create: w, a and x do";
  }

  private static Handle openStream(Path path, OpenMode mode)
      throws IOException, InterruptedException {
    if (mode.update()) {
      throw new FileSystemException(
          path.toString(),
          null,
          "is a pipe or device, which has no positions and so goes one way: leave out the + of "
              + mode);
    }
    IoPool lane = IoPool.forStream();
    Handover<FileChannel> opening = lane.submit(() -> FileChannel.open(path, mode.options()));
    boolean opened = false;
    try {
      var handle = new StreamHandle(opening.await(), lane, mode.writes());
      opened = true;
      return handle;
    } catch (InterruptedException e) {
      // No call ends an open(2) that waits for a peer: the lane closes the file if one comes.
      opening.abandon(FileChannel::close);
      throw e;
    } finally {
      if (!opened) {
        lane.shutdown();
      }
    }
  }
}
