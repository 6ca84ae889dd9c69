package dev.asyncwith;

import static dev.asyncwith.ForeignCall.closed;
import static dev.asyncwith.ForeignCall.woken;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Map.entry;

import java.io.IOException;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;

/** HTTP, JDBC, and the two ways in which libraries wrap an interrupt. */
public final class ForeignLibraries {
  private ForeignLibraries() {}

  static Map<String, ForeignCall.Setup> all() {
    return Map.ofEntries(
        entry("HttpClient.send", ForeignLibraries::httpClient),
        entry("HttpURLConnection.getInputStream", ForeignLibraries::urlConnection),
        entry("H2: wait for a row lock", ForeignLibraries::rowLock),
        entry("H2: function that sleeps", ForeignLibraries::function),
        entry("wrapper that sets the flag again", _ -> woken(ForeignLibraries::restore, SLEEP)),
        entry("wrapper that does not", _ -> woken(ForeignLibraries::wrap, SLEEP)));
  }

  private static final String SLEEP = "java.lang.Thread.sleep";

  private static URI address(ServerSocket server) {
    return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
  }

  /** Of a server that accepts and never answers. */
  private static ForeignCall httpClient(AsyncExitStack resources) throws IOException {
    ServerSocket server = ForeignSockets.server(resources);
    HttpClient client = HttpClient.newHttpClient();
    resources.callback(client::shutdownNow);
    HttpRequest request = HttpRequest.newBuilder(address(server)).build();
    return woken(
        () -> client.send(request, HttpResponse.BodyHandlers.ofString()),
        "java.util.concurrent.CompletableFuture.get");
  }

  private static ForeignCall urlConnection(AsyncExitStack resources) throws IOException {
    ServerSocket server = ForeignSockets.server(resources);
    var connection = address(server).toURL().openConnection(Proxy.NO_PROXY);
    return new ForeignCall(
        () -> closed(resources, connection.getInputStream()),
        "sun.nio.ch.NioSocketImpl.read",
        () -> {
          var peer = closed(resources, server.accept());
          peer.getOutputStream().write("HTTP/1.0 200 OK\r\n\r\n".getBytes(US_ASCII));
          peer.shutdownOutput();
        });
  }

  /** Each test has a database of its own, which ends with its last connection. */
  private static String database() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";LOCK_TIMEOUT=60000";
  }

  private static Connection connect(AsyncExitStack resources, String url) throws SQLException {
    Connection connection = closed(resources, DriverManager.getConnection(url));
    connection.setAutoCommit(false);
    return connection;
  }

  private static ForeignCall rowLock(AsyncExitStack resources) throws SQLException {
    String url = database();
    Connection holder = connect(resources, url);
    Statement first = closed(resources, holder.createStatement());
    first.execute("create table account (id int primary key, amount int)");
    first.execute("insert into account values (1, 100)");
    holder.commit();
    first.execute("update account set amount = 50");
    Statement second = closed(resources, connect(resources, url).createStatement());
    return new ForeignCall(
        () -> second.execute("update account set amount = 70"),
        "java.lang.Object.wait",
        holder::commit);
  }

  private static ForeignCall function(AsyncExitStack resources) throws SQLException {
    Statement statement = closed(resources, connect(resources, database()).createStatement());
    statement.execute("create alias nap for '" + ForeignLibraries.class.getName() + ".nap'");
    return woken(() -> statement.execute("call nap()"), SLEEP);
  }

  /** For H2, which calls public methods of public classes. */
  public static void nap() throws InterruptedException {
    Thread.sleep(60_000);
  }

  private static void restore() {
    try {
      nap();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RuntimeException(e);
    }
  }

  private static void wrap() {
    try {
      nap();
    } catch (InterruptedException e) {
      throw new RuntimeException(e);
    }
  }
}
