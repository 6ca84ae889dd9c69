package dev.asyncwith.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Anything that goes wrong with a request: the superclass of all that this package throws for a
 * URL, a server or a network, aiohttp's {@code ClientError}. Thrown itself where an answer is no
 * HTTP.
 */
public class ClientException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what failed, at which URL, and the remedy
   * @param cause what it comes from, or null
   */
  public ClientException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
