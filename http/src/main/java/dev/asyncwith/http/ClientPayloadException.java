package dev.asyncwith.http;

import org.jspecify.annotations.Nullable;

/**
 * The body of a response cannot be used: it ended early, is not of its charset, or is no JSON.
 * aiohttp's {@code ClientPayloadError}.
 */
public final class ClientPayloadException extends ClientException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what failed, at which URL, and the remedy
   * @param cause what it comes from, or null
   */
  public ClientPayloadException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
