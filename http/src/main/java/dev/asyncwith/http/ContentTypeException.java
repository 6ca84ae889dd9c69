package dev.asyncwith.http;

/** A response is not of the content type that was asked for: aiohttp's {@code ContentTypeError}. */
public final class ContentTypeException extends ClientResponseException {
  private static final long serialVersionUID = 1L;

  ContentTypeException(String message, Target request, int status, Headers headers) {
    super(message, request, status, headers);
  }
}
