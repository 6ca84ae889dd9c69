package dev.asyncwith.http;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request: status and headers, and the body once it is asked for. aiohttp's {@code
 * ClientResponse}.
 *
 * {@snippet :
 * with(session.get("https://example.com/item")).run(response -> {
 *   if (response.status() == 404) {
 *     log("missing: " + response.text());
 *   } else {
 *     handle(response.raiseForStatus().json());
 *   }
 * });
 * }
 *
 * <p>The first of {@code bytes}, {@code text} and {@code json} reads the body whole and keeps it,
 * so that the others may follow. An interrupt while it reads ends the request and closes its
 * connection. Used by one thread at a time; {@link #close} may be called by any.
 */
public final class ClientResponse implements AutoCloseable {
  private static final String JSON = "application/json";

  /**
   * Makes a value of a body's text; a method reference to a JSON library's.
   *
   * @param <T> the type of the value
   * @param <X> the checked exception that it throws; {@link RuntimeException} for none
   */
  @FunctionalInterface
  public interface Decoder<T extends @Nullable Object, X extends Throwable> {
    /**
     * Decodes.
     *
     * @param text the body's text
     * @return the value
     * @throws X if the text is not as it should be
     */
    T decode(String text) throws X;
  }

  private final Target target;
  private final int status;
  private final String reason;
  private final Headers headers;
  private final MediaType type;
  private final Exchange exchange;
  private final Deadline deadline;
  private byte @Nullable [] body;
  private @Nullable Leak leak;
  private volatile boolean closed;

  ClientResponse(
      Target target,
      int status,
      String reason,
      Headers headers,
      Exchange exchange,
      Deadline deadline) {
    this.target = target;
    this.status = status;
    this.reason = reason;
    this.headers = headers;
    this.type = MediaType.parse(headers.get("Content-Type"));
    this.exchange = exchange;
    this.deadline = deadline;
  }

  void watchForLeak() {
    Exchange left = exchange;
    leak =
        Leak.watch(this, "the response of " + target, () -> left.stop(Stop.Reason.RESPONSE_CLOSED));
  }

  /**
   * The status.
   *
   * @return for example 200
   */
  public int status() {
    return status;
  }

  /**
   * The words behind the status.
   *
   * @return for example {@code OK}; empty if the server sent none
   */
  public String reason() {
    return reason;
  }

  /**
   * Whether the status is below 400.
   *
   * @return true if {@link #raiseForStatus} would not throw
   */
  public boolean ok() {
    return status < 400;
  }

  /**
   * The headers.
   *
   * @return the headers, in the order they came in
   */
  public Headers headers() {
    return headers;
  }

  /**
   * The first value of a header.
   *
   * @param name its name, in any case
   * @return the value, or null if there is none
   */
  public @Nullable String header(String name) {
    return headers.get(name);
  }

  /**
   * The URL that answered, after redirects.
   *
   * @return the URL, without credentials and fragment
   */
  public URI uri() {
    return target.uri();
  }

  /**
   * The method that was answered, after redirects.
   *
   * @return for example {@code GET}
   */
  public String method() {
    return target.method();
  }

  /**
   * The type of the body, in lower case and without parameters.
   *
   * @return for example {@code text/html}; {@code application/octet-stream} if the server named
   *     none
   */
  public String contentType() {
    return type.type();
  }

  /**
   * What {@link #text()} decodes by: the charset that the content type names, else UTF-8, and UTF-8
   * too for one that this JVM does not know.
   *
   * @return the charset
   */
  public Charset charset() {
    return type.encoding();
  }

  /**
   * Reads the body.
   *
   * @return a copy of the body; empty if there is none
   * @throws ClientPayloadException if the connection broke before its end
   * @throws ClientTimeoutException if the total timeout is over
   * @throws ClientConnectionException if this response or its session was closed before
   * @throws ClientException if it cannot be read
   * @throws InterruptedException if the thread was interrupted, before the call or in it, and the
   *     body has not been read before
   */
  public byte[] bytes() throws ClientException, InterruptedException {
    return read().clone();
  }

  private byte[] read() throws ClientException, InterruptedException {
    byte[] known = body;
    if (known == null) {
      if (closed) {
        throw exchange.closed();
      }
      known = exchange.awaitBody();
      body = known;
    }
    return known;
  }

  /**
   * Reads the body as text, by {@link #charset}.
   *
   * @return the text
   * @throws ClientPayloadException if the body is not of that charset, or broke off
   * @throws ClientException if it cannot be read; see {@link #bytes}
   * @throws InterruptedException as {@link #bytes} does
   */
  public String text() throws ClientException, InterruptedException {
    return text(charset());
  }

  /**
   * Reads the body as text of a given charset, whatever the server says.
   *
   * @param charset the charset
   * @return the text
   * @throws ClientPayloadException if the body is not of that charset, or broke off
   * @throws ClientException if it cannot be read; see {@link #bytes}
   * @throws InterruptedException as {@link #bytes} does
   */
  public String text(Charset charset) throws ClientException, InterruptedException {
    Objects.requireNonNull(charset, "charset");
    ByteBuffer bytes = ByteBuffer.wrap(read());
    try {
      CharBuffer text = charset.newDecoder().decode(bytes);
      return text.toString();
    } catch (CharacterCodingException e) {
      throw new ClientPayloadException(
          ("the body of %s is not %s at byte %d; its content type says \"%s\": name the right"
                  + " charset by text(charset), or take the bytes()")
              .formatted(target, charset, bytes.position(), headers.get("Content-Type")),
          e);
    }
  }

  /**
   * Reads the body as JSON into plain values: {@code Map}, {@code List}, {@code String}, {@code
   * Long} or {@code BigInteger}, {@code Double}, {@code Boolean}, null.
   *
   * @return the value
   * @throws ContentTypeException if the body is not of {@code application/json} or {@code
   *     application/…+json}
   * @throws ClientPayloadException if it is no JSON, or broke off
   * @throws ClientException if it cannot be read; see {@link #bytes}
   * @throws InterruptedException as {@link #bytes} does
   */
  public @Nullable Object json() throws ClientException, InterruptedException {
    return json(JSON);
  }

  /**
   * Like {@link #json()}, for a server that names another content type than that of JSON.
   *
   * @param contentType the one to expect; {@code *}{@code /*} expects any
   * @return the value
   * @throws ContentTypeException if the body is not of that content type
   * @throws ClientPayloadException if it is no JSON, or broke off
   * @throws ClientException if it cannot be read; see {@link #bytes}
   * @throws InterruptedException as {@link #bytes} does
   */
  public @Nullable Object json(String contentType) throws ClientException, InterruptedException {
    checkType(Objects.requireNonNull(contentType, "contentType"));
    try {
      return Json.parse(text());
    } catch (Json.SyntaxException e) {
      throw new ClientPayloadException(
          "the body of %s is no JSON: %s".formatted(target, e.getMessage()), e);
    }
  }

  /**
   * Reads the body as JSON by a library of the caller's choice.
   *
   * {@snippet :
   * Item item = response.json(text -> mapper.readValue(text, Item.class));   // Jackson
   * }
   *
   * @param <T> the type of the value
   * @param <X> the checked exception of the decoder
   * @param decoder makes the value of the text
   * @return what it made
   * @throws X if the decoder does
   * @throws ContentTypeException if the body is not of {@code application/json} or {@code
   *     application/…+json}
   * @throws ClientException if it cannot be read; see {@link #bytes}
   * @throws InterruptedException as {@link #bytes} does
   */
  public <T extends @Nullable Object, X extends Throwable> T json(
      Decoder<? extends T, ? extends X> decoder) throws X, ClientException, InterruptedException {
    Objects.requireNonNull(decoder, "decoder");
    checkType(JSON);
    return decoder.decode(text());
  }

  private void checkType(String expected) throws ContentTypeException {
    if (!type.isA(expected)) {
      throw new ContentTypeException(
          "the body of %s (status %d) is of %s and not of %s: read its text(), or expect it by json(\"%s\")"
              .formatted(target, status, type.type(), expected, type.type()),
          target,
          status,
          headers);
    }
  }

  /**
   * Throws for a status of 400 and above. The body can be read before and after.
   *
   * @return this, if the status is below 400
   * @throws ClientResponseException with status and headers
   */
  public ClientResponse raiseForStatus() throws ClientResponseException {
    if (!ok()) {
      throw new ClientResponseException(
          "%s was answered by %d %s".formatted(target, status, reason).strip(),
          target,
          status,
          headers);
    }
    return this;
  }

  /**
   * Gives the response back. If its body was read, or has come whole, its connection is kept for
   * the next request; else the connection is closed. What was read stays readable. Waits for
   * nothing, is not disturbed by an interrupt, and does nothing the second time.
   */
  @Override
  public void close() {
    closed = true;
    if (leak != null) {
      leak.closed();
    }
    deadline.cancel();
    exchange.leave();
  }

  /**
   * Names this response in messages.
   *
   * @return method, URL and status
   */
  public String describe() {
    return "%s %d %s".formatted(target, status, reason).strip();
  }

  @Override
  public String toString() {
    return describe();
  }
}
