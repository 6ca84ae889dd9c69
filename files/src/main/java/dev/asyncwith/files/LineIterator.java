package dev.asyncwith.files;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The lines of a file for a loop. It holds no line back, so a loop may be left at any time. */
final class LineIterator implements Iterator<String> {
  private final TextFile file;

  LineIterator(TextFile file) {
    this.file = file;
  }

  @Override
  public boolean hasNext() {
    try {
      return !file.atEnd();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  @Override
  public String next() {
    try {
      String line = file.readLine();
      if (line == null) {
        throw new NoSuchElementException(file.path() + " has no more lines");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static UncheckedIOException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    var error = new InterruptedIOException(cause.getMessage());
    error.initCause(cause);
    return new UncheckedIOException(error);
  }
}
