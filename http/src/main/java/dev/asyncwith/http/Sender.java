package dev.asyncwith.http;

import dev.asyncwith.Tracking;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.eclipse.jetty.client.Response;

/** Sends a request until there is a response for the caller: over redirects, and twice at need. */
final class Sender {
  private final ClientSession session;
  private final Spec spec;
  private final Engine engine;
  private final Deadline deadline;
  private int redirects;

  private Sender(ClientSession session, Spec spec, Engine engine) {
    this.session = session;
    this.spec = spec;
    this.engine = engine;
    this.deadline = Deadline.start(engine, spec.timeout());
  }

  static ClientResponse send(ClientSession session, Spec spec, String name)
      throws ClientException, InterruptedException {
    Engine engine = session.engineFor(name);
    Hop first = Hop.first(spec);
    var sender = new Sender(session, spec, engine);
    HttpRequestEvent event = Tracking.isRecording() ? new HttpRequestEvent() : null;
    ClientResponse response = null;
    Throwable failure = null;
    try {
      response = sender.follow(first);
      return response;
    } catch (Throwable thrown) {
      failure = thrown;
      throw thrown;
    } finally {
      if (event != null) {
        event.end(first.target(), response, sender.redirects, failure);
      }
      if (response == null) {
        sender.deadline.cancel();
      }
    }
  }

  private ClientResponse follow(Hop first) throws ClientException, InterruptedException {
    Hop hop = first;
    boolean retried = false;
    while (true) {
      var failures = new Failures(hop.target(), session.name(), spec.timeout());
      Exchange exchange = session.send(hop.onTheWire(engine), failures, deadline);
      Response head;
      try {
        head = exchange.awaitHead();
      } catch (ServerDisconnectedException e) {
        // Most likely a kept connection that the server closed in the same moment.
        if (retried || !hop.isIdempotent()) {
          throw e;
        }
        retried = true;
        continue;
      }
      int status = head.getStatus();
      Headers headers = headersOf(head);
      if (spec.maxRedirects() == 0 || !Hop.isRedirect(status, headers)) {
        var reason = Objects.requireNonNullElse(head.getReason(), "");
        return new ClientResponse(hop.target(), status, reason, headers, exchange, deadline);
      }
      exchange.leave();
      if (++redirects > spec.maxRedirects()) {
        throw tooMany(first, hop, status, headers);
      }
      hop = hop.redirected(status, Objects.requireNonNull(headers.get("Location")));
    }
  }

  private TooManyRedirectsException tooMany(Hop first, Hop last, int status, Headers headers) {
    return new TooManyRedirectsException(
        "%s was redirected more than %d times, at last by %s: raise withMaxRedirects, or look at the loop"
            .formatted(first.target(), spec.maxRedirects(), last.target().uri()),
        last.target(),
        status,
        headers);
  }

  private static Headers headersOf(Response head) {
    List<Headers.Field> fields = new ArrayList<>();
    for (var field : head.getHeaders()) {
      String value = Objects.requireNonNullElse(field.getValue(), "");
      fields.add(new Headers.Field(field.getName(), value));
    }
    return new Headers(fields);
  }
}
