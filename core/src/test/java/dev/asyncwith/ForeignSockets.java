package dev.asyncwith;

import static dev.asyncwith.ForeignCall.closed;
import static dev.asyncwith.ForeignCall.woken;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;

/** The calls of java.net and of the selectable channels, on loopback. */
final class ForeignSockets {
  private static final String SOCKET = "sun.nio.ch.NioSocketImpl";

  private ForeignSockets() {}

  static Map<String, ForeignCall.Setup> all() {
    return Map.ofEntries(
        entry("Socket.read", ForeignSockets::read),
        entry("BufferedReader.lines of a Socket", ForeignSockets::lines),
        entry("Socket.connect", ForeignSockets::connect),
        entry("ServerSocket.accept", ForeignSockets::accept),
        entry("SocketChannel.read", ForeignSockets::channelRead),
        entry("SocketChannel.connect", ForeignSockets::channelConnect),
        entry("ServerSocketChannel.accept", ForeignSockets::channelAccept),
        entry("Pipe.source().read", ForeignSockets::pipe),
        entry("Selector.select", ForeignSockets::select));
  }

  static ServerSocket server(AsyncExitStack resources) throws IOException {
    return closed(resources, new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
  }

  private static Socket connected(AsyncExitStack resources, ServerSocket server)
      throws IOException {
    return closed(resources, new Socket(server.getInetAddress(), server.getLocalPort()));
  }

  private static ForeignCall read(AsyncExitStack resources) throws IOException {
    ServerSocket server = server(resources);
    Socket socket = connected(resources, server);
    Socket peer = closed(resources, server.accept());
    return new ForeignCall(socket.getInputStream()::read, SOCKET + ".read", peer::shutdownOutput);
  }

  private static ForeignCall lines(AsyncExitStack resources) throws IOException {
    ServerSocket server = server(resources);
    Socket socket = connected(resources, server);
    Socket peer = closed(resources, server.accept());
    var reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    return new ForeignCall(() -> reader.lines().count(), SOCKET + ".read", peer::shutdownOutput);
  }

  /**
   * Fills the backlog of a server that does not accept: Linux holds one more than was asked for.
   */
  private static ServerSocket full(AsyncExitStack resources) throws IOException {
    ServerSocket server = server(resources);
    connected(resources, server);
    connected(resources, server);
    return server;
  }

  private static ForeignCall connect(AsyncExitStack resources) throws IOException {
    ServerSocket server = full(resources);
    var socket = closed(resources, new Socket());
    return new ForeignCall(
        () -> socket.connect(server.getLocalSocketAddress()),
        SOCKET + ".connect",
        () -> closed(resources, server.accept()));
  }

  private static ForeignCall accept(AsyncExitStack resources) throws IOException {
    ServerSocket server = server(resources);
    return new ForeignCall(
        () -> closed(resources, server.accept()),
        SOCKET + ".accept",
        () -> {
          if (!server.isClosed()) {
            connected(resources, server);
          }
        });
  }

  private static ForeignCall channelRead(AsyncExitStack resources) throws IOException {
    ServerSocket server = server(resources);
    var channel = closed(resources, SocketChannel.open(server.getLocalSocketAddress()));
    closed(resources, server.accept());
    return woken(() -> channel.read(ByteBuffer.allocate(1)), "sun.nio.ch.SocketChannelImpl.read");
  }

  private static ForeignCall channelConnect(AsyncExitStack resources) throws IOException {
    ServerSocket server = full(resources);
    var channel = closed(resources, SocketChannel.open());
    return woken(
        () -> channel.connect(server.getLocalSocketAddress()),
        "sun.nio.ch.SocketChannelImpl.connect");
  }

  private static ForeignCall channelAccept(AsyncExitStack resources) throws IOException {
    var server = closed(resources, ServerSocketChannel.open());
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return woken(server::accept, "sun.nio.ch.ServerSocketChannelImpl.accept");
  }

  private static ForeignCall pipe(AsyncExitStack resources) throws IOException {
    Pipe pipe = Pipe.open();
    closed(resources, pipe.sink());
    Pipe.SourceChannel source = closed(resources, pipe.source());
    return woken(() -> source.read(ByteBuffer.allocate(1)), "sun.nio.ch.SourceChannelImpl.read");
  }

  private static ForeignCall select(AsyncExitStack resources) throws IOException {
    return woken(closed(resources, Selector.open())::select, "sun.nio.ch.SelectorImpl.select");
  }
}
