package dev.asyncwith.http;

import java.net.URI;

/**
 * A response came and is not what was wanted: {@link ClientResponse#raiseForStatus} throws it for a
 * status of 400 and above. aiohttp's {@code ClientResponseError}.
 */
public sealed class ClientResponseException extends ClientException
    permits ContentTypeException, TooManyRedirectsException {
  private static final long serialVersionUID = 1L;

  /** The method of the request. */
  private final String method;

  /** The URL that answered. */
  private final URI uri;

  /** The status of the response. */
  private final int status;

  private final transient Headers headers;

  ClientResponseException(String message, Target request, int status, Headers headers) {
    super(message, null);
    this.method = request.method();
    this.uri = request.uri();
    this.status = status;
    this.headers = headers;
  }

  /**
   * The method of the request.
   *
   * @return for example {@code GET}
   */
  public String method() {
    return method;
  }

  /**
   * The URL that answered, after redirects.
   *
   * @return the URL, without credentials
   */
  public URI uri() {
    return uri;
  }

  /**
   * The status of the response.
   *
   * @return for example 404
   */
  public int status() {
    return status;
  }

  /**
   * The headers of the response.
   *
   * @return the headers; none in a copy that was serialized
   */
  public Headers headers() {
    return headers == null ? Headers.NONE : headers;
  }
}
