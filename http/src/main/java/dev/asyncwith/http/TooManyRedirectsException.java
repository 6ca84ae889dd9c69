package dev.asyncwith.http;

/**
 * A request was redirected more often than it allows: aiohttp's {@code TooManyRedirects}. The
 * status and the headers are those of the last redirect.
 */
public final class TooManyRedirectsException extends ClientResponseException {
  private static final long serialVersionUID = 1L;

  TooManyRedirectsException(String message, Target request, int status, Headers headers) {
    super(message, request, status, headers);
  }
}
