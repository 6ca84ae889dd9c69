package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static dev.asyncwith.ForeignCall.closed;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.asyncwith.InterruptProbe.Effect;
import dev.asyncwith.docs.Docs;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs every row of the table in docs/cancellation.md of what one interrupt closes for all. */
@Timeout(60)
class SharedChannelTest {
  /** Uses the object: in the thread that is interrupted, and then in another one. */
  private interface Use extends Callable<Object> {}

  private interface Setup {
    Use prepare(AsyncExitStack resources) throws Exception;
  }

  private static final Map<String, Setup> OBJECTS =
      Map.ofEntries(
          entry("FileChannel", SharedChannelTest::fileChannel),
          entry("SocketChannel", resources -> socketChannel(resources, true)),
          entry("SocketChannel, non-blocking", resources -> socketChannel(resources, false)),
          entry("AsynchronousFileChannel", SharedChannelTest::asynchronous),
          entry("RandomAccessFile", SharedChannelTest::randomAccess),
          entry("Files.newInputStream", SharedChannelTest::stream));

  private static Path file(AsyncExitStack resources) throws IOException {
    Path file = Files.writeString(Files.createTempFile("shared", ".txt"), "all of it");
    resources.callback(() -> Files.delete(file));
    return file;
  }

  private static Use fileChannel(AsyncExitStack resources) throws IOException {
    FileChannel channel = closed(resources, FileChannel.open(file(resources)));
    return () -> channel.read(ByteBuffer.allocate(1));
  }

  private static Use socketChannel(AsyncExitStack resources, boolean blocking) throws IOException {
    ServerSocket server = ForeignSockets.server(resources);
    var channel = closed(resources, SocketChannel.open(server.getLocalSocketAddress()));
    channel.configureBlocking(blocking);
    return () -> channel.write(ByteBuffer.wrap(new byte[1]));
  }

  private static Use asynchronous(AsyncExitStack resources) throws IOException {
    var channel = closed(resources, AsynchronousFileChannel.open(file(resources)));
    return () -> channel.read(ByteBuffer.allocate(1), 0);
  }

  private static Use randomAccess(AsyncExitStack resources) throws IOException {
    var file = closed(resources, new RandomAccessFile(file(resources).toFile(), "r"));
    return file::read;
  }

  private static Use stream(AsyncExitStack resources) throws IOException {
    InputStream in = closed(resources, Files.newInputStream(file(resources)));
    return in::read;
  }

  static Stream<Arguments> rows() {
    return Docs.table("cancellation.md", "shared").stream()
        .flatMap(
            row ->
                Stream.of(
                    arguments(row.get(0), row.get(1), Thread.ofVirtual()),
                    arguments(row.get(0), row.get(1), Thread.ofPlatform())));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void anInterruptedThreadUsesASharedObject(String name, String then, Thread.Builder threads)
      throws Exception {
    with(AsyncExitStack.create())
        .run(
            resources -> {
              Use use = OBJECTS.get(name).prepare(resources);
              use.call(); // it works
              var user = new FutureTask<>(() -> useInterrupted(use));
              threads.start(user);
              assertThat(user.get(20, TimeUnit.SECONDS)).as("the user").isEqualTo(then);
              assertThat(use(use)).as("everybody else").isEqualTo(then);
            });
  }

  private static String useInterrupted(Use use) throws Exception {
    Thread.currentThread().interrupt();
    return use(use);
  }

  private static String use(Use use) throws Exception {
    try {
      use.call();
      return "stays open";
    } catch (ClosedChannelException e) {
      return "is closed";
    }
  }

  @Test
  void everyObjectHasOneRow() {
    assertThat(Docs.table("cancellation.md", "shared"))
        .extracting(row -> row.get(0))
        .containsExactlyInAnyOrderElementsOf(OBJECTS.keySet());
  }

  /** Said below the table: a socket is closed too, where its call waits on a virtual thread. */
  @Test
  void aSocketIsClosedForAllWhereAVirtualThreadWaitsInIt() throws Exception {
    for (boolean virtual : new boolean[] {true, false}) {
      with(AsyncExitStack.create())
          .run(
              resources -> {
                ServerSocket server = ForeignSockets.server(resources);
                var socket =
                    closed(resources, new Socket(server.getInetAddress(), server.getLocalPort()));
                Socket peer = closed(resources, server.accept());
                InterruptProbe.Result result =
                    InterruptProbe.interrupt(
                        new ForeignCall(
                            socket.getInputStream()::read,
                            "sun.nio.ch.NioSocketImpl.read",
                            peer::shutdownOutput),
                        virtual ? Thread.ofVirtual() : Thread.ofPlatform(),
                        virtual ? Effect.WOKEN : Effect.NOT_WOKEN);
                assertThat(result.thrown() instanceof SocketException).isEqualTo(virtual);
                assertThat(socket.isClosed()).isEqualTo(virtual);
              });
    }
  }
}
