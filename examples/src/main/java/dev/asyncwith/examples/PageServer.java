package dev.asyncwith.examples;

import static dev.asyncwith.AsyncWith.manager;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.asyncwith.AsyncContextManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A web server on the loopback address that serves one page. Safe for use by several threads. */
public final class PageServer {
  /** The page. */
  public static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
        <head><title>Opening hours</title></head>
        <body><p>Monday to Friday, 8:30 to 17:00</p></body>
      </html>
      """;

  private final HttpServer server;

  private PageServer(HttpServer server) {
    this.server = server;
  }

  /** A manager of a running server, on a free port. */
  public static AsyncContextManager<PageServer, IOException> start() {
    return manager(PageServer::create, page -> page.server.stop(0));
  }

  private static PageServer create() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", PageServer::serve);
    server.start();
    return new PageServer(server);
  }

  private static void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] page = PAGE.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
      exchange.sendResponseHeaders(200, page.length);
      exchange.getResponseBody().write(page);
    }
  }

  /** Where the page is. */
  public URI url() {
    var address = server.getAddress();
    return URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort());
  }
}
