package dev.asyncwith.http;

import org.jspecify.annotations.Nullable;

/**
 * A text is no URL that can be requested, or is none of http and https: aiohttp's {@code
 * InvalidURL} and {@code NonHttpUrlClientError}.
 */
public final class InvalidUrlException extends ClientException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what failed, at which URL, and the remedy
   * @param cause what it comes from, or null
   */
  public InvalidUrlException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
