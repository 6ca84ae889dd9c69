package dev.asyncwith.http;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.ProxyAuthenticationProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.WWWAuthenticationProtocolHandler;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.jspecify.annotations.Nullable;

/** Jetty's client, set up as this library uses it, from its start to its stop. */
final class Engine {
  /** How long a start or a stop may take before it is reported as stuck. */
  private static final Duration BOUND = Duration.ofSeconds(10);

  /** aiohttp's {@code sock_connect} and {@code keepalive_timeout}. */
  private static final Duration CONNECT = Duration.ofSeconds(30);

  private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

  /** Jetty itself would take headers without end. */
  private static final int MAX_HEADERS = 1 << 16;

  private final String name;
  private final HttpClient client;
  private final Scheduler timer;

  private Engine(String name, int connectionsPerHost, @Nullable SSLContext ssl) {
    this.name = name;
    var threads = new VirtualThreadPool();
    threads.setName(name);
    threads.setMaxConcurrentTasks(0); // no limit: a slow name server must not stop all requests
    timer = new ScheduledExecutorScheduler(name + "-timer", true);
    var connector = new ClientConnector();
    connector.setSelectors(1);
    connector.setConnectTimeout(CONNECT);
    connector.setIdleTimeout(KEEP_ALIVE);
    connector.setSslContextFactory(tls(ssl));
    client = new HttpClient(new HttpClientTransportOverHTTP(connector));
    client.setName(name);
    client.setExecutor(threads);
    client.setScheduler(timer);
    client.setFollowRedirects(false);
    client.setAddressResolutionTimeout(CONNECT.toMillis());
    client.setMaxConnectionsPerDestination(connectionsPerHost);
    client.setMaxRequestsQueuedPerDestination(Integer.MAX_VALUE);
    client.setMaxResponseHeadersSize(MAX_HEADERS);
    client.setUserAgentField(new HttpField(HttpHeader.USER_AGENT, "asyncwith-http"));
  }

  private static SslContextFactory.Client tls(@Nullable SSLContext context) {
    var factory = new SslContextFactory.Client();
    factory.setEndpointIdentificationAlgorithm("HTTPS");
    if (context != null) {
      factory.setSslContext(context);
    }
    return factory;
  }

  /** Starts one. An interrupt that comes meanwhile is kept. */
  static Engine start(String name, int connectionsPerHost, @Nullable SSLContext ssl)
      throws ClientException {
    JettyCheck.run();
    var engine = new Engine(name, connectionsPerHost, ssl);
    try {
      // On a virtual thread, which is a daemon: the threads that Jetty starts inherit that, and a
      // session that was not closed does not keep the JVM alive.
      return Apart.call(
          name + "-start",
          BOUND,
          () -> {
            engine.client.start();
            // Their handlers would buffer the bodies, for credentials that are not here.
            engine.client.getProtocolHandlers().remove(WWWAuthenticationProtocolHandler.NAME);
            engine.client.getProtocolHandlers().remove(ProxyAuthenticationProtocolHandler.NAME);
            return engine;
          });
    } catch (ExecutionException | TimeoutException e) {
      var failure = new ClientException(name + " did not start: " + cause(e), cause(e));
      try {
        engine.stop();
      } catch (ClientException stopping) {
        failure.addSuppressed(stopping);
      }
      throw failure;
    }
  }

  /** Stops it: its connections are closed and its threads end. An interrupt is kept. */
  void stop() throws ClientException {
    try {
      Apart.<@Nullable Void>call(
          name + "-stop",
          BOUND,
          () -> {
            client.stop();
            return null;
          });
    } catch (TimeoutException e) {
      throw new ClientException(
          name + " did not close its connections in " + BOUND.toSeconds() + " s: " + client, e);
    } catch (ExecutionException e) {
      throw new ClientException(name + " did not close cleanly: " + cause(e), cause(e));
    }
  }

  private static Throwable cause(Exception e) {
    return e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
  }

  Request newRequest(URI uri) {
    return client.newRequest(uri);
  }

  Scheduler.Task schedule(Runnable task, Duration delay) {
    return timer.schedule(task, delay);
  }
}
