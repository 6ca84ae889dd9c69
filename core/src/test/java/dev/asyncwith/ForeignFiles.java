package dev.asyncwith;

import static dev.asyncwith.ForeignCall.closed;
import static dev.asyncwith.ForeignCall.woken;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The calls that wait for a file, a pipe or another process. */
final class ForeignFiles {
  private static final String CHANNEL = "sun.nio.ch.FileChannelImpl";

  private ForeignFiles() {}

  static Map<String, ForeignCall.Setup> all() {
    return Map.ofEntries(
        entry("FileChannel.read on a FIFO", ForeignFiles::channelRead),
        entry("FileChannel.lock", ForeignFiles::lock),
        entry("FileInputStream.read on a FIFO", ForeignFiles::streamRead),
        entry("Files.newInputStream, read on a FIFO", ForeignFiles::filesRead),
        entry("PipedInputStream.read", ForeignFiles::piped),
        entry("Process.waitFor", ForeignFiles::waitFor),
        entry("Process.getInputStream().read", ForeignFiles::output));
  }

  private static Path directory(AsyncExitStack resources) throws IOException {
    Path directory = Files.createTempDirectory("foreign");
    resources.callback(() -> Files.delete(directory));
    return directory;
  }

  /** A FIFO that is open for writing too, so that opening it for reading does not block. */
  record Fifo(Path path, RandomAccessFile writer) {
    static Fifo make(AsyncExitStack resources) throws Exception {
      Path path = directory(resources).resolve("fifo");
      Process mkfifo = new ProcessBuilder("mkfifo", path.toString()).start();
      assertThat(mkfifo.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(mkfifo.exitValue()).isZero();
      resources.callback(() -> Files.delete(path));
      return new Fifo(path, closed(resources, new RandomAccessFile(path.toFile(), "rw")));
    }

    void release() throws IOException {
      writer.write('x');
    }
  }

  private static ForeignCall channelRead(AsyncExitStack resources) throws Exception {
    Fifo fifo = Fifo.make(resources);
    var channel = closed(resources, FileChannel.open(fifo.path(), StandardOpenOption.READ));
    return new ForeignCall(
        () -> channel.read(ByteBuffer.allocate(1)), CHANNEL + ".read", fifo::release);
  }

  private static ForeignCall streamRead(AsyncExitStack resources) throws Exception {
    Fifo fifo = Fifo.make(resources);
    var in = closed(resources, new FileInputStream(fifo.path().toFile()));
    return new ForeignCall(in::read, "java.io.FileInputStream.read", fifo::release);
  }

  private static ForeignCall filesRead(AsyncExitStack resources) throws Exception {
    Fifo fifo = Fifo.make(resources);
    var in = closed(resources, Files.newInputStream(fifo.path()));
    return new ForeignCall(in::read, CHANNEL + ".read", fifo::release);
  }

  /** Waits for a lock that another process holds; in this one it would fail at once. */
  private static ForeignCall lock(AsyncExitStack resources) throws Exception {
    Path file = Files.createFile(directory(resources).resolve("locked"));
    resources.callback(() -> Files.delete(file));
    Process holder = LockHolder.start(file);
    resources.callback(() -> end(holder));
    var channel = closed(resources, FileChannel.open(file, StandardOpenOption.WRITE));
    return new ForeignCall(channel::lock, CHANNEL + ".lock", () -> end(holder));
  }

  private static ForeignCall piped(AsyncExitStack resources) throws IOException {
    var in = closed(resources, new PipedInputStream());
    closed(resources, new PipedOutputStream(in));
    return woken(in::read, "java.io.PipedInputStream.read");
  }

  /** A process that ends with its input. */
  private static Process cat(AsyncExitStack resources) throws IOException {
    Process cat = new ProcessBuilder("cat").start();
    resources.callback(() -> end(cat));
    return cat;
  }

  private static void end(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  private static ForeignCall waitFor(AsyncExitStack resources) throws IOException {
    return woken(cat(resources)::waitFor, "java.lang.ProcessImpl.waitFor");
  }

  private static ForeignCall output(AsyncExitStack resources) throws IOException {
    Process cat = cat(resources);
    return new ForeignCall(
        cat.getInputStream()::read, "java.io.FileInputStream.read", () -> end(cat));
  }
}
