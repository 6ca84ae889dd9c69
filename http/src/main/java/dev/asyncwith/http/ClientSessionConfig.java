package dev.asyncwith.http;

import dev.asyncwith.AsyncResource;
import dev.asyncwith.AsyncWith;
import dev.asyncwith.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How a session is to be, and the manager that enters one; {@link ClientSession#create} gives the
 * plain one.
 *
 * {@snippet :
 * var config = ClientSession.create()
 *     .withTimeout(Duration.ofSeconds(30))
 *     .withHeader("Authorization", "Bearer " + token);
 * with(config).run(session -> use(session));          // closed by the block
 * try (var session = config.open()) { use(session); } // by its owner
 * }
 *
 * <p>The settings are immutable; the {@code with} methods give changed copies. Making one does no
 * I/O and starts no thread; each enter starts a session of its own. It may be used again and by
 * many threads at a time; each thread may be in one block of it at a time, and a second enter
 * throws {@link IllegalStateException}, for an exit is not told which of two it ends. {@link #open}
 * has no such limit.
 */
public final class ClientSessionConfig implements AsyncResource<ClientSession, IOException> {
  /** aiohttp's default total timeout and connection limit. */
  private static final Settings PLAIN =
      new Settings(Headers.NONE, Duration.ofMinutes(5), null, 100);

  /** The settings; a timeout of null is none, a context of null is the JVM's. */
  record Settings(
      Headers headers,
      @Nullable Duration timeout,
      @Nullable SSLContext ssl,
      int connectionsPerHost) {}

  private final Settings settings;
  private final AsyncResource<ClientSession, ClientException> blocks;

  private ClientSessionConfig(Settings settings) {
    this.settings = settings;
    this.blocks =
        AsyncWith.resource(describe(), () -> ClientSession.start(settings), ClientSession::close);
  }

  static ClientSessionConfig plain() {
    return new ClientSessionConfig(PLAIN);
  }

  /**
   * With another total timeout for the requests of the session: how long one may take from its
   * enter to the end of its body, with the wait for a connection, redirects and a second try. The
   * default is 300 seconds, as in aiohttp.
   *
   * @param total the limit
   * @return a changed copy
   * @throws IllegalArgumentException if it is zero or negative
   */
  public ClientSessionConfig withTimeout(Duration total) {
    return with(settings.headers, checkTimeout(total));
  }

  /**
   * Without a total timeout: a server that never answers is waited for until an interrupt.
   *
   * @return a changed copy
   */
  public ClientSessionConfig withoutTimeout() {
    return with(settings.headers, null);
  }

  /**
   * With a header for every request of the session, in the place of an earlier one of that name. A
   * request's own header of that name takes its place again.
   *
   * @param name the name
   * @param value the value, in Latin-1
   * @return a changed copy
   * @throws IllegalArgumentException if a header cannot have that name or value
   */
  public ClientSessionConfig withHeader(String name, String value) {
    Fields.checkHeader(name, value);
    return with(settings.headers.with(name, value), settings.timeout);
  }

  /**
   * With another TLS context: one that trusts a private authority or has a client's certificate.
   * That the server's certificate is for the host of the URL is always checked.
   *
   * @param context the context
   * @return a changed copy
   */
  public ClientSessionConfig withSslContext(SSLContext context) {
    Objects.requireNonNull(context, "the TLS context is null: leave it out to use the JVM's");
    return new ClientSessionConfig(
        new Settings(settings.headers, settings.timeout, context, settings.connectionsPerHost));
  }

  /**
   * With another limit of connections at a time to one host and port; further requests wait for
   * one. The default is 100.
   *
   * @param limit the limit
   * @return a changed copy
   * @throws IllegalArgumentException if it is less than 1
   */
  public ClientSessionConfig withConnectionsPerHost(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException(
          "the limit of connections per host is less than 1: " + limit);
    }
    return new ClientSessionConfig(
        new Settings(settings.headers, settings.timeout, settings.ssl, limit));
  }

  private ClientSessionConfig with(Headers headers, @Nullable Duration timeout) {
    return new ClientSessionConfig(
        new Settings(headers, timeout, settings.ssl, settings.connectionsPerHost));
  }

  static Duration checkTimeout(Duration total) {
    Objects.requireNonNull(total, "the timeout is null: withoutTimeout() sets none");
    if (total.isZero() || total.isNegative()) {
      throw new IllegalArgumentException(
          "the total timeout is not positive: " + total + "; withoutTimeout() sets none");
    }
    return total;
  }

  /**
   * Starts a session.
   *
   * @return the session
   * @throws ClientException if it cannot start
   * @throws IllegalStateException if this thread is in a block of this configuration, or the Jetty
   *     on the path is of a version that does not fit
   * @throws InterruptedException if the thread was interrupted; nothing is left open
   */
  @Override
  public ClientSession enter() throws ClientException, InterruptedException {
    return blocks.enter();
  }

  /**
   * Starts a session for the caller, who closes it. One that is dropped unclosed is closed when the
   * garbage collector finds it, with a warning in the log.
   *
   * @return the session
   * @throws ClientException if it cannot start
   * @throws IllegalStateException if the Jetty on the path is of a version that does not fit
   * @throws InterruptedException if the thread was interrupted; nothing is left open
   */
  @Override
  public ClientSession open() throws ClientException, InterruptedException {
    ClientSession session = ClientSession.start(settings);
    session.watchForLeak();
    return session;
  }

  /**
   * Closes the session that this thread entered, as {@link ClientSession#close} does.
   *
   * @param outcome ignored
   * @return false
   * @throws ClientException if it did not close
   * @throws InterruptedException never
   */
  @Override
  public boolean exit(Outcome outcome) throws ClientException, InterruptedException {
    return blocks.exit(outcome);
  }

  @Override
  public String describe() {
    return "ClientSession.create()";
  }

  @Override
  public String toString() {
    return describe();
  }
}
