package dev.asyncwith.files;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Errors that name their file, their cause and the remedy. */
final class FileErrors {
  private FileErrors() {}

  /** The same with a reason, which the JDK leaves out; keeps the class. */
  static FileSystemException because(FileSystemException error, String reason) {
    return withCause(like(error, error.getFile(), reason), error);
  }

  /**
   * The same, made on the caller's thread and naming the file; keeps the class where there is one.
   */
  static IOException named(Path path, IOException error) {
    return switch (error) {
      case TextCodingException e -> e;
      case ClosedChannelException e ->
          withCause(failure(path, "was closed by another thread while it was in use"), e);
      case AccessDeniedException e when e.getReason() == null ->
          withCause(
              like(e, path.toString(), "the user of this process has no permission to open it so"),
              e);
      // One that got its reason here before is made anew with the cause that it has.
      case FileSystemException e ->
          withCause(like(e, path.toString(), reason(e)), e.getCause() == null ? e : e.getCause());
      default -> withCause(failure(path, reason(error)), error);
    };
  }

  /** The failure of a close that could not write all. */
  static IOException lost(IOException error, Path path, int bytes) {
    String count = "; the last %d bytes were not written".formatted(bytes);
    return withCause(failure(path, reason(error) + count), error);
  }

  /** How far an operation came that was interrupted or cancelled on its way. */
  static InterruptedException partly(String done, InterruptedException error) {
    var partly = new InterruptedException(done);
    partly.initCause(error);
    return partly;
  }

  /** The same, naming the file, which one of a checkpoint does already. */
  static InterruptedException interrupted(String doing, Path path, InterruptedException error) {
    String detail = error.getMessage() == null ? "" : ": " + error.getMessage();
    if (detail.contains(path.toString())) {
      return error;
    }
    var named = new InterruptedException("interrupted while " + doing + ' ' + path + detail);
    named.initCause(error);
    return named;
  }

  static FileSystemException failure(Path path, String reason) {
    return new FileSystemException(path.toString(), null, reason);
  }

  private static FileSystemException like(FileSystemException error, String file, String reason) {
    return switch (error) {
      case NoSuchFileException _ -> new NoSuchFileException(file, null, reason);
      case FileAlreadyExistsException _ -> new FileAlreadyExistsException(file, null, reason);
      case AccessDeniedException _ -> new AccessDeniedException(file, null, reason);
      default -> new FileSystemException(file, null, reason);
    };
  }

  private static String reason(IOException error) {
    String reason = error instanceof FileSystemException e ? e.getReason() : error.getMessage();
    return reason == null ? error.getClass().getSimpleName() : reason;
  }

  private static FileSystemException withCause(FileSystemException error, Throwable cause) {
    error.initCause(cause);
    return error;
  }
}
