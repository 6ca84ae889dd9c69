package dev.asyncwith.files;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a thread of an {@link IoPool} does for another. */
@FunctionalInterface
interface IoCall<T extends @Nullable Object> {
  T call() throws IOException;
}
