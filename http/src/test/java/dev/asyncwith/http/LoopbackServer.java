package dev.asyncwith.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/**
 * A server on the loopback that writes what a test tells it to, be it no HTTP. A path that no
 * handler is set for is answered by 404.
 */
final class LoopbackServer implements AutoCloseable {
  /** Answers a request; when it returns, the next request of the connection is read. */
  interface Handler {
    void answer(Received request, Link link) throws Exception;
  }

  /** A request as it came. */
  record Received(String method, String path, Headers headers, byte[] body, Link link) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /** A connection. */
  final class Link implements Runnable {
    private final Socket socket;
    private final InputStream in;

    Link(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
    }

    void write(String text) throws IOException {
      write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void write(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    }

    /** A whole response; {@code head} is the status and header lines without the length. */
    void respond(String head, byte[] body) throws IOException {
      var out = new ByteArrayOutputStream();
      String lines = head + "\r\nContent-Length: " + body.length + "\r\n\r\n";
      out.writeBytes(("HTTP/1.1 " + lines).getBytes(StandardCharsets.ISO_8859_1));
      out.writeBytes(body);
      write(out.toByteArray());
    }

    void respond(String head, String body) throws IOException {
      respond(head, body.getBytes(StandardCharsets.UTF_8));
    }

    void close() throws IOException {
      socket.close();
    }

    /** With a reset instead of an orderly end. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /** Reads and drops until the client has closed. */
    void awaitClose() {
      try {
        var _ = in.skip(Long.MAX_VALUE);
        while (in.read() >= 0) {}
      } catch (IOException e) {
        // closed by a reset
      }
    }

    @Override
    public void run() {
      try (socket) {
        for (Received request = read(); request != null; request = read()) {
          synchronized (requests) {
            requests.add(request);
            requests.notifyAll();
          }
          Handler handler = handlers.get(request.path.replaceFirst("\\?.*", ""));
          if (handler == null) {
            respond("404 Not Found\r\nContent-Type: text/plain", "no " + request.path);
          } else {
            handler.answer(request, this);
          }
        }
      } catch (Exception e) {
        // the test's client went, or its handler gave up
      } finally {
        synchronized (open) {
          open.remove(this);
          open.notifyAll();
        }
      }
    }

    private Received read() throws IOException {
      String line = line();
      if (line.isEmpty()) {
        return null;
      }
      String[] words = line.split(" ", 3);
      List<Headers.Field> fields = new ArrayList<>();
      for (String field = line(); !field.isEmpty(); field = line()) {
        int colon = field.indexOf(':');
        fields.add(
            new Headers.Field(field.substring(0, colon), field.substring(colon + 1).strip()));
      }
      var headers = new Headers(fields);
      String length = headers.get("Content-Length");
      boolean left = words[1].startsWith("/unread");
      byte[] body = length == null || left ? new byte[0] : in.readNBytes(Integer.parseInt(length));
      return new Received(words[0], words[1], headers, body, this);
    }

    private String line() throws IOException {
      var line = new ByteArrayOutputStream();
      for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
        if (c != '\r') {
          line.write(c);
        }
      }
      return line.toString(StandardCharsets.ISO_8859_1);
    }
  }

  private final ServerSocket socket;
  private final boolean tls;
  private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
  private final List<Received> requests = new ArrayList<>();
  private final Set<Link> open = new HashSet<>();
  private int accepted;
  private int mostOpen;

  private LoopbackServer(ServerSocketFactory factory, boolean tls) throws IOException {
    this.socket = factory.createServerSocket(0, 500, InetAddress.getLoopbackAddress());
    this.tls = tls;
    Thread.ofVirtual().name("loopback-server").start(this::accept);
  }

  static LoopbackServer start() throws IOException {
    return new LoopbackServer(ServerSocketFactory.getDefault(), false);
  }

  static LoopbackServer start(SSLContext context) throws IOException {
    return new LoopbackServer(context.getServerSocketFactory(), true);
  }

  private void accept() {
    try {
      while (true) {
        var link = new Link(socket.accept());
        synchronized (open) {
          open.add(link);
          accepted++;
          mostOpen = Math.max(mostOpen, open.size());
        }
        Thread.ofVirtual().name("loopback-link").start(link);
      }
    } catch (IOException e) {
      // closed
    }
  }

  LoopbackServer on(String path, Handler handler) {
    handlers.put(path, handler);
    return this;
  }

  /** Answers by 200 and a text. */
  LoopbackServer on(String path, String text) {
    return on(
        path, (_, link) -> link.respond("200 OK\r\nContent-Type: text/plain;charset=utf-8", text));
  }

  int port() {
    return socket.getLocalPort();
  }

  String url(String path) {
    return (tls ? "https" : "http") + "://localhost:" + port() + path;
  }

  List<Received> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  Received lastRequest() {
    return requests().getLast();
  }

  /** Waits until so many requests have come. */
  void awaitRequests(int count) throws InterruptedException {
    synchronized (requests) {
      while (requests.size() < count) {
        requests.wait();
      }
    }
  }

  /** How many connections were made. */
  int accepted() {
    synchronized (open) {
      return accepted;
    }
  }

  /** How many connections were open at a time. */
  int mostOpen() {
    synchronized (open) {
      return mostOpen;
    }
  }

  /** Waits until no more than so many connections are open. */
  void awaitOpenAtMost(int count) throws InterruptedException {
    synchronized (open) {
      while (open.size() > count) {
        open.wait();
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    List<Link> left;
    synchronized (open) {
      left = List.copyOf(open);
    }
    for (Link link : left) {
      link.close();
    }
  }
}
