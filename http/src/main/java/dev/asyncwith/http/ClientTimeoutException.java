package dev.asyncwith.http;

import org.jspecify.annotations.Nullable;

/**
 * A request, its redirects and the reading of its body together took longer than their total
 * timeout.
 */
public final class ClientTimeoutException extends ClientException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what failed, at which URL, and the remedy
   * @param cause what it comes from, or null
   */
  public ClientTimeoutException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
