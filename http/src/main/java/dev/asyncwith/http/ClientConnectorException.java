package dev.asyncwith.http;

import org.jspecify.annotations.Nullable;

/**
 * No connection could be made: the host is unknown, it refused, it did not answer, or TLS did not
 * come about. The cause tells which. aiohttp's {@code ClientConnectorError}.
 */
public final class ClientConnectorException extends ClientConnectionException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what failed, at which URL, and the remedy
   * @param cause what it comes from, or null
   */
  public ClientConnectorException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
