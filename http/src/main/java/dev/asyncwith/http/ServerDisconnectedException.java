package dev.asyncwith.http;

import org.jspecify.annotations.Nullable;

/**
 * The server closed the connection instead of answering: aiohttp's {@code ServerDisconnectedError}.
 * A request of an idempotent method was tried twice then.
 */
public final class ServerDisconnectedException extends ClientConnectionException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what failed, at which URL, and the remedy
   * @param cause what it comes from, or null
   */
  public ServerDisconnectedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
