package dev.asyncwith.files;

import dev.asyncwith.AsyncWith;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The frame of every operation of one file: one thread at a time, open, not interrupted, in the
 * right mode; and errors that name the file.
 */
final class Frame {
  private final Path path;
  private final OpenMode mode;

  /** Held during an operation. A second thread does not wait for it, except to close. */
  private final ReentrantLock use = new ReentrantLock();

  /** Set by the thread that closes, before it does. */
  private final AtomicBoolean closed = new AtomicBoolean();

  /** What an operation does in its frame. */
  @FunctionalInterface
  interface Operation<T extends @Nullable Object> {
    T run() throws IOException, InterruptedException;
  }

  /** An operation without a result. */
  @FunctionalInterface
  interface Action {
    void run() throws IOException, InterruptedException;
  }

  /** A part of closing. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }

  Frame(Path path, OpenMode mode) {
    this.path = path;
    this.mode = mode;
  }

  Path path() {
    return path;
  }

  OpenMode mode() {
    return mode;
  }

  boolean isClosed() {
    return closed.get();
  }

  <T extends @Nullable Object> T reading(Operation<? extends T> operation)
      throws IOException, InterruptedException {
    return this.<T>using("reading", mode.reads(), operation);
  }

  void writing(Action action) throws IOException, InterruptedException {
    perform("writing", mode.writes(), action);
  }

  /** Of any mode, with a result. */
  <T extends @Nullable Object> T using(Operation<? extends T> operation)
      throws IOException, InterruptedException {
    return this.<T>using("using", true, operation);
  }

  /** Of any mode, without a result. */
  void doing(Action action) throws IOException, InterruptedException {
    perform("using", true, action);
  }

  private void perform(String doing, boolean allowed, Action action)
      throws IOException, InterruptedException {
    this.<@Nullable Void>using(
        doing,
        allowed,
        () -> {
          action.run();
          return null;
        });
  }

  private <T extends @Nullable Object> T using(
      String doing, boolean allowed, Operation<? extends T> operation)
      throws IOException, InterruptedException {
    if (!use.tryLock()) {
      throw new IllegalStateException(
          path + " is in use by another thread: a file serves one at a time, guard it with a lock");
    }
    try {
      checkOpen();
      if (!allowed) {
        throw wrongMode(doing);
      }
      AsyncWith.checkpoint(doing, path);
      return operation.run();
    } catch (IOException e) {
      throw FileErrors.named(path, e);
    } catch (InterruptedException e) {
      throw FileErrors.interrupted(doing, path, e);
    } finally {
      use.unlock();
    }
  }

  private void checkOpen() {
    if (closed.get()) {
      throw new IllegalStateException(path + " is closed: use it before its block ends");
    }
  }

  private IllegalStateException wrongMode(String doing) {
    return new IllegalStateException(
        "%s was opened with %s, which is not for %s: open it with %s"
            .formatted(
                path,
                mode,
                doing,
                mode.reads()
                    ? "\"r+\" to do both, \"w\" to write it anew or \"a\" to append"
                    : "\"r\", or with a + to do both"));
  }

  /**
   * Closes, the first time. Where another thread is at an operation this waits for its end, and
   * {@code abort} sees to it that it comes.
   */
  void close(Step abort, Step close) throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      if (!use.tryLock()) {
        abort.run();
        use.lock();
      }
      try {
        close.run();
      } finally {
        use.unlock();
      }
    } catch (IOException e) {
      throw FileErrors.named(path, e);
    }
  }

  @Override
  public String toString() {
    return path + " (" + mode + (closed.get() ? ", closed)" : ")");
  }
}
