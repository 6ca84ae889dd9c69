package dev.asyncwith.http;

import dev.asyncwith.AsyncResource;
import dev.asyncwith.AsyncWith;
import dev.asyncwith.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request of a session, and the manager that sends it and gives the response.
 *
 * {@snippet :
 * var request = session.post("https://example.com/items")
 *     .withHeader("Idempotency-Key", key)
 *     .withJson(Map.of("name", "pen"));
 * long id = with(request).call(response -> idOf(response.raiseForStatus().json()));
 * }
 *
 * <p>The settings are immutable; the {@code with} methods give changed copies. Making one does no
 * I/O; each enter sends it anew. It may be used again and by many threads at a time; each thread
 * may be in one block of it at a time, and a second enter throws {@link IllegalStateException}, for
 * an exit is not told which of two it ends. {@link #open} has no such limit.
 *
 * <p>Redirects are followed as aiohttp follows them: 303, and 301 or 302 after a POST, go on as a
 * GET without the body; to another origin no {@code Authorization}, {@code Cookie} or {@code
 * Proxy-Authorization} header goes along. A request of an idempotent method whose connection the
 * server closed without an answer is sent once more.
 */
public final class ClientRequest implements AsyncResource<ClientResponse, IOException> {
  private final ClientSession session;
  private final Spec spec;
  private final AsyncResource<ClientResponse, ClientException> blocks;

  ClientRequest(ClientSession session, Spec spec) {
    this.session = session;
    this.spec = spec;
    this.blocks = AsyncWith.resource(describe(), this::send, ClientResponse::close);
  }

  /**
   * With a header, in the place of an earlier one of that name and of the session's.
   *
   * @param name the name
   * @param value the value, in Latin-1
   * @return a changed copy
   * @throws IllegalArgumentException if a header cannot have that name or value
   */
  public ClientRequest withHeader(String name, String value) {
    Fields.checkHeader(name, value);
    return new ClientRequest(session, spec.withHeaders(spec.headers().with(name, value)));
  }

  /**
   * With another total timeout than the session's; see {@link ClientSessionConfig#withTimeout}.
   *
   * @param total the limit
   * @return a changed copy
   * @throws IllegalArgumentException if it is zero or negative
   */
  public ClientRequest withTimeout(Duration total) {
    return new ClientRequest(session, spec.withTimeout(ClientSessionConfig.checkTimeout(total)));
  }

  /**
   * Without a total timeout.
   *
   * @return a changed copy
   */
  public ClientRequest withoutTimeout() {
    return new ClientRequest(session, spec.withTimeout(null));
  }

  /**
   * With a limit of redirects to follow; the default is 10, for HEAD 0.
   *
   * @param limit the number; 0 gives the redirect itself as the response
   * @return a changed copy
   * @throws IllegalArgumentException if it is negative
   */
  public ClientRequest withMaxRedirects(int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("the limit of redirects is negative: " + limit);
    }
    return new ClientRequest(session, spec.withMaxRedirects(limit));
  }

  /**
   * With a body of text, in UTF-8 and as {@code text/plain}.
   *
   * @param text the text
   * @return a changed copy
   */
  public ClientRequest withBody(String text) {
    return withBody(text, "text/plain; charset=utf-8");
  }

  /**
   * With a body of text, in the charset that the content type names and else in UTF-8.
   *
   * @param text the text
   * @param contentType its content type
   * @return a changed copy
   * @throws IllegalArgumentException if a header cannot have that content type
   */
  public ClientRequest withBody(String text, String contentType) {
    Objects.requireNonNull(text, "the text to send is null");
    Objects.requireNonNull(contentType, "the content type is null");
    return withBody(text.getBytes(MediaType.parse(contentType).encoding()), contentType);
  }

  /**
   * With a body of bytes, as {@code application/octet-stream}.
   *
   * @param bytes the bytes, which are copied
   * @return a changed copy
   */
  public ClientRequest withBody(byte[] bytes) {
    return withBody(bytes, "application/octet-stream");
  }

  /**
   * With a body of bytes.
   *
   * @param bytes the bytes, which are copied
   * @param contentType their content type
   * @return a changed copy
   * @throws IllegalArgumentException if a header cannot have that content type
   */
  public ClientRequest withBody(byte[] bytes, String contentType) {
    Objects.requireNonNull(bytes, "the bytes to send are null");
    Objects.requireNonNull(contentType, "the content type is null");
    Fields.checkValue("Content-Type", contentType);
    return new ClientRequest(session, spec.withBody(new Body(contentType, bytes)));
  }

  /**
   * With a body of JSON, as {@code application/json}.
   *
   * @param value maps with keys of strings, lists, arrays of objects, strings, numbers, booleans
   *     and null, one within the other
   * @return a changed copy
   * @throws IllegalArgumentException if the value has no form in JSON
   */
  public ClientRequest withJson(@Nullable Object value) {
    return withBody(JsonWriter.write(value), "application/json");
  }

  /**
   * Sends the request, waits for status and headers, and gives the response.
   *
   * @return the response, its body unread
   * @throws ClientException if there was no response; its class tells why
   * @throws IllegalStateException if this thread is in a block of this request
   * @throws InterruptedException if the thread was interrupted, before the call or in it; the
   *     request is ended and its connection closed
   */
  @Override
  public ClientResponse enter() throws ClientException, InterruptedException {
    return blocks.enter();
  }

  /**
   * Sends the request as {@link #enter} does, for the caller, who closes the response. One that is
   * dropped unclosed is closed when the garbage collector finds it, with a warning in the log.
   *
   * @return the response, its body unread
   * @throws ClientException if there was no response; its class tells why
   * @throws InterruptedException if the thread was interrupted, before the call or in it; the
   *     request is ended and its connection closed
   */
  @Override
  public ClientResponse open() throws ClientException, InterruptedException {
    ClientResponse response = send();
    response.watchForLeak();
    return response;
  }

  private ClientResponse send() throws ClientException, InterruptedException {
    AsyncWith.checkpoint("sending", this);
    return Sender.send(session, spec, describe());
  }

  /**
   * Closes the response that this thread entered, as {@link ClientResponse#close} does.
   *
   * @param outcome ignored
   * @return false
   * @throws ClientException never
   * @throws InterruptedException never
   */
  @Override
  public boolean exit(Outcome outcome) throws ClientException, InterruptedException {
    return blocks.exit(outcome);
  }

  @Override
  public String describe() {
    return spec.toString();
  }

  @Override
  public String toString() {
    return describe();
  }
}
