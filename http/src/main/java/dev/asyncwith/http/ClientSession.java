package dev.asyncwith.http;

import dev.asyncwith.AsyncWith;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.client.Request;
import org.jspecify.annotations.Nullable;

/**
 * Connections to servers and cookies that several requests share: aiohttp's {@code ClientSession}.
 *
 * {@snippet :
 * with(ClientSession.create()).run(session -> {
 *   String html = with(session.get("https://example.com")).call(r -> r.text());
 *   with(session.post("https://example.com/log").withJson(Map.of("seen", html.length())))
 *       .run(r -> r.raiseForStatus());
 * });
 * }
 *
 * <p>A program has one session, or one for each service it talks to, and not one for each request:
 * its connections are kept for the next request. Safe for use by many threads.
 *
 * <p>An interrupt of a thread, or the cancel of a scope around its call, ends the request that the
 * thread waits for, and no other.
 */
public final class ClientSession implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.asyncwith.http");
  private static final AtomicLong NUMBERS = new AtomicLong();

  private final String name;
  private final ClientSessionConfig.Settings settings;
  private final Engine engine;
  private final Set<Exchange> underWay = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
  private @Nullable Leak leak;

  private ClientSession(String name, ClientSessionConfig.Settings settings, Engine engine) {
    this.name = name;
    this.settings = settings;
    this.engine = engine;
  }

  /**
   * The configuration of a session with aiohttp's defaults, which is its manager too.
   *
   * @return the configuration; nothing is started
   */
  public static ClientSessionConfig create() {
    return ClientSessionConfig.plain();
  }

  static ClientSession start(ClientSessionConfig.Settings settings)
      throws ClientException, InterruptedException {
    String name = "ClientSession-" + NUMBERS.incrementAndGet();
    AsyncWith.checkpoint("starting", name);
    Engine engine = Engine.start(name, settings.connectionsPerHost(), settings.ssl());
    try {
      AsyncWith.checkpoint("starting", name);
    } catch (InterruptedException interrupted) {
      try {
        engine.stop();
      } catch (ClientException e) {
        interrupted.addSuppressed(e);
      }
      throw interrupted;
    }
    return new ClientSession(name, settings, engine);
  }

  void watchForLeak() {
    Engine left = engine;
    String what = name; // not this, which else would never be garbage
    leak =
        Leak.watch(
            this,
            name,
            () -> {
              try {
                left.stop();
              } catch (ClientException e) {
                LOG.log(Level.WARNING, what + " was dropped and could not be closed", e);
              }
            });
  }

  /**
   * A GET request.
   *
   * @param url an absolute URL; what needs it is percent-encoded. Whether it is a valid one shows
   *     when the request is entered, as {@link InvalidUrlException}
   * @return the request; nothing is sent yet
   */
  public ClientRequest get(String url) {
    return request("GET", url);
  }

  /**
   * A GET request.
   *
   * @param uri an absolute URL
   * @return the request; nothing is sent yet
   */
  public ClientRequest get(URI uri) {
    return request("GET", uri);
  }

  /**
   * A POST request.
   *
   * @param url an absolute URL
   * @return the request; nothing is sent yet
   */
  public ClientRequest post(String url) {
    return request("POST", url);
  }

  /**
   * A POST request.
   *
   * @param uri an absolute URL
   * @return the request; nothing is sent yet
   */
  public ClientRequest post(URI uri) {
    return request("POST", uri);
  }

  /**
   * A PUT request.
   *
   * @param url an absolute URL
   * @return the request; nothing is sent yet
   */
  public ClientRequest put(String url) {
    return request("PUT", url);
  }

  /**
   * A PUT request.
   *
   * @param uri an absolute URL
   * @return the request; nothing is sent yet
   */
  public ClientRequest put(URI uri) {
    return request("PUT", uri);
  }

  /**
   * A DELETE request.
   *
   * @param url an absolute URL
   * @return the request; nothing is sent yet
   */
  public ClientRequest delete(String url) {
    return request("DELETE", url);
  }

  /**
   * A DELETE request.
   *
   * @param uri an absolute URL
   * @return the request; nothing is sent yet
   */
  public ClientRequest delete(URI uri) {
    return request("DELETE", uri);
  }

  /**
   * A HEAD request; it follows no redirects unless told to, as in aiohttp.
   *
   * @param url an absolute URL
   * @return the request; nothing is sent yet
   */
  public ClientRequest head(String url) {
    return request("HEAD", url);
  }

  /**
   * A HEAD request; it follows no redirects unless told to, as in aiohttp.
   *
   * @param uri an absolute URL
   * @return the request; nothing is sent yet
   */
  public ClientRequest head(URI uri) {
    return request("HEAD", uri);
  }

  /**
   * A request of any method.
   *
   * @param method the method, such as {@code PATCH}; methods are told apart by case
   * @param uri an absolute URL
   * @return the request; nothing is sent yet
   * @throws IllegalArgumentException if a method cannot have that name
   */
  public ClientRequest request(String method, URI uri) {
    return request(method, Objects.requireNonNull(uri, "the URL is null").toString());
  }

  /**
   * A request of any method.
   *
   * @param method the method, such as {@code PATCH}; methods are told apart by case
   * @param url an absolute URL
   * @return the request; nothing is sent yet
   * @throws IllegalArgumentException if a method cannot have that name
   */
  public ClientRequest request(String method, String url) {
    Objects.requireNonNull(url, "the URL is null");
    return new ClientRequest(this, Spec.of(Fields.checkMethod(method), url, settings));
  }

  /** Sends one exchange; it is this session's to end until it is over. */
  Exchange send(Request request, Failures failures, Deadline deadline) {
    var exchange = new Exchange(request, engine, failures, underWay::remove);
    underWay.add(exchange);
    deadline.guard(exchange);
    if (closing.get()) {
      exchange.stop(Stop.Reason.SESSION_CLOSED);
    } else {
      exchange.send();
    }
    return exchange;
  }

  Engine engineFor(String request) throws ClientConnectionException {
    if (closing.get()) {
      throw new ClientConnectionException(
          "%s is closed, so %s was not sent: send it inside the session's block"
              .formatted(name, request),
          null);
    }
    return engine;
  }

  /**
   * Whether {@link #close} was called.
   *
   * @return true from the begin of the close on
   */
  public boolean isClosed() {
    return closing.get();
  }

  /**
   * Ends the requests that are under way, closes all connections and ends the session's threads.
   * Those who wait for a response get a {@link ClientConnectionException}. Takes ten seconds at
   * most. An interrupt does not cut it short and is kept. Closing again does nothing but wait for
   * the first close.
   *
   * @throws ClientException if the connections did not close in time or not cleanly
   */
  @Override
  public void close() throws ClientException {
    if (!closing.compareAndSet(false, true)) {
      awaitClosed();
      return;
    }
    try {
      if (leak != null) {
        leak.closed();
      }
      for (Exchange exchange : underWay) {
        exchange.stop(Stop.Reason.SESSION_CLOSED);
      }
      engine.stop();
    } finally {
      closed.countDown();
    }
  }

  private void awaitClosed() {
    boolean interrupted = false;
    while (true) {
      try {
        closed.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  String name() {
    return name;
  }

  @Override
  public String toString() {
    return name + (isClosed() ? " (closed)" : "");
  }
}
