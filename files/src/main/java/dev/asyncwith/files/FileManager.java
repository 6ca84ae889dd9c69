package dev.asyncwith.files;

import dev.asyncwith.AsyncResource;
import dev.asyncwith.Outcome;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Opens a file for a block or for an owner.
 *
 * <pre>
 * slot      from → to  by
 * null      ENTERING   enter, before it opens; any other value refuses it
 * ENTERING  file       enter, when it has opened
 * ENTERING  null       enter, when it could not
 * file      null       exit
 * </pre>
 */
final class FileManager<F extends Closeable> implements AsyncResource<F, IOException> {
  private static final Closeable ENTERING = () -> {};

  private final String description;
  private final Open<F> open;
  private final AtomicReference<@Nullable Closeable> slot = new AtomicReference<>();

  /** Opens a file. */
  @FunctionalInterface
  interface Open<F> {
    F open() throws IOException, InterruptedException;
  }

  FileManager(String description, Open<F> open) {
    this.description = description;
    this.open = open;
  }

  @Override
  public F open() throws IOException, InterruptedException {
    return open.open();
  }

  @Override
  public F enter() throws IOException, InterruptedException {
    if (!slot.compareAndSet(null, ENTERING)) {
      throw new IllegalStateException(
          description + " is already entered: make a manager for each block that runs at a time");
    }
    F file = null;
    try {
      file = open.open();
      return file;
    } finally {
      slot.set(file);
    }
  }

  @Override
  public boolean exit(Outcome outcome) throws IOException {
    Closeable file = slot.get();
    if (file == null || file == ENTERING || !slot.compareAndSet(file, null)) {
      throw new IllegalStateException(description + " is exited without having been entered");
    }
    file.close();
    return false;
  }

  @Override
  public String describe() {
    return description;
  }

  @Override
  public String toString() {
    return description;
  }
}
