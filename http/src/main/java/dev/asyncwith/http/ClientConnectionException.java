package dev.asyncwith.http;

import org.jspecify.annotations.Nullable;

/**
 * The connection of a request failed or was taken from it, by a reset or by the close of its
 * session: aiohttp's {@code ClientConnectionError}.
 */
public class ClientConnectionException extends ClientException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what failed, at which URL, and the remedy
   * @param cause what it comes from, or null
   */
  public ClientConnectionException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
