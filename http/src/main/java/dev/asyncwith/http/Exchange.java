package dev.asyncwith.http;

import static java.util.Objects.requireNonNull;

import dev.asyncwith.AsyncWith;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * One request on the wire and what comes back, between Jetty's threads, which call the {@code on…}
 * methods, and the caller, who waits.
 *
 * <p>The body is read ahead by {@link #READ_AHEAD} bytes; the rest stays in the network until the
 * caller asks for it. Jetty's code is never called with the lock held, for it calls back.
 *
 * <table>
 * <caption>What has happened, and who waits for it</caption>
 * <tr><td>head</td><td>status and headers are there</td><td>{@link #awaitHead}</td></tr>
 * <tr><td>bodyEnded</td><td>the body is there</td><td>{@link #awaitBody}, if one was sent</td></tr>
 * <tr><td>complete</td><td>the connection was given back</td><td>{@link #awaitBody}</td></tr>
 * <tr><td>failure</td><td>it failed, or we ended it; the first one counts</td><td>both</td></tr>
 * </table>
 */
final class Exchange implements Response.Listener {
  private static final int READ_AHEAD = 1 << 16;

  /** How long a connection may take to be given back by itself, before it is closed. */
  private static final Duration LINGER = Duration.ofMillis(100);

  private final Request request;
  private final Engine engine;
  private final Failures failures;
  private final Consumer<Exchange> whenOver;
  private final boolean hasBody;

  private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);
  private @Nullable Response head;
  private @Nullable Runnable demand;
  private @Nullable Throwable failure;
  private boolean wanted;

  /** Done when something has happened that a thread may wait for, and then replaced. */
  private CompletableFuture<@Nullable Void> next = new CompletableFuture<>();

  private boolean left;
  private boolean bodyEnded;
  private boolean complete;

  /** {@code whenOver} is told at least once that the exchange is complete or has failed. */
  Exchange(Request request, Engine engine, Failures failures, Consumer<Exchange> whenOver) {
    this.request = request;
    this.engine = engine;
    this.failures = failures;
    this.whenOver = whenOver;
    this.hasBody = request.getBody() != null;
  }

  void send() {
    try {
      request.send(this);
    } catch (RuntimeException | Error e) {
      end(e);
    }
    Throwable cause;
    synchronized (this) {
      cause = failure;
    }
    if (cause != null) {
      abort(cause); // it may have been ended before Jetty had it
    }
  }

  private void abort(Throwable cause) {
    var _ = request.abort(cause);
  }

  /** Waits for status and headers; an interrupt ends the exchange. */
  Response awaitHead() throws ClientException, InterruptedException {
    awaitUntil(
        () -> failure != null || (head != null && (!endsAtOnce(head) || complete)),
        "waiting for the answer to");
    synchronized (this) {
      if (head == null || (failure != null && !bodyEnded)) {
        throw failure();
      }
      return head;
    }
  }

  /** Waits for a condition, which is read with the lock held; an interrupt ends the exchange. */
  private void awaitUntil(BooleanSupplier condition, String doing) throws InterruptedException {
    try {
      AsyncWith.checkpoint(doing, failures.target());
      for (var next = nextUnless(condition); next != null; next = nextUnless(condition)) {
        var _ = AsyncWith.await(next);
      }
    } catch (InterruptedException e) {
      throw interrupted(doing, e);
    }
  }

  private synchronized @Nullable CompletableFuture<@Nullable Void> nextUnless(
      BooleanSupplier condition) {
    return condition.getAsBoolean() ? null : next;
  }

  /** Wakes those who wait; with the lock held, for all that it does is to unpark them. */
  private synchronized void changed() {
    next.complete(null);
    next = new CompletableFuture<>();
    notifyAll();
  }

  /** Waits for the whole body; an interrupt ends the exchange. */
  byte[] awaitBody() throws ClientException, InterruptedException {
    String doing = "reading the body of";
    demandAll();
    awaitUntil(() -> failure != null || complete || (bodyEnded && hasBody), doing);
    try {
      synchronized (this) {
        awaitRelease();
        if (bodyEnded) {
          return body.toByteArray();
        }
        throw failure();
      }
    } catch (InterruptedException e) {
      throw interrupted(doing, e);
    }
  }

  private InterruptedException interrupted(String doing, InterruptedException why) {
    stop(Stop.Reason.INTERRUPTED);
    var interrupted =
        new InterruptedException("interrupted while " + doing + " " + failures.target());
    interrupted.initCause(why);
    return interrupted;
  }

  /**
   * Waits for the connection to be given back, for the next request to find it. That comes with the
   * end of the body, unless the server answered before our own body was sent.
   */
  private void awaitRelease() throws InterruptedException {
    long end = System.nanoTime() + LINGER.toNanos();
    while (failure == null && !complete) {
      long remaining = end - System.nanoTime();
      if (remaining <= 0) {
        return;
      }
      wait(remaining / 1_000_000 + 1);
    }
  }

  private ClientException failure() {
    return failures.of(requireNonNull(failure), head == null ? -1 : body.size());
  }

  private void demandAll() {
    Runnable held;
    synchronized (this) {
      wanted = true;
      held = demand;
      demand = null;
    }
    if (held != null) {
      held.run();
    }
  }

  /** What reading the body after a close gets. */
  synchronized ClientException closed() {
    return failures.of(new Stop(Stop.Reason.RESPONSE_CLOSED), body.size());
  }

  /** Ends the exchange, unless it is over; its connection is closed. */
  void stop(Stop.Reason reason) {
    var stop = new Stop(reason);
    if (end(stop)) {
      abort(stop);
    }
  }

  /**
   * Leaves it to its end, which may be near: what has not ended soon, or has a long body that
   * nobody wants, is stopped. Waits for nothing.
   */
  void leave() {
    boolean stop;
    synchronized (this) {
      left = true;
      stop = demand != null;
      if (complete || failure != null) {
        return;
      }
    }
    if (stop) {
      stop(Stop.Reason.RESPONSE_CLOSED);
    } else {
      var _ = engine.schedule(() -> stop(Stop.Reason.RESPONSE_CLOSED), LINGER);
    }
  }

  private boolean end(Throwable cause) {
    synchronized (this) {
      if (complete || failure != null) {
        return false;
      }
      failure = cause;
      demand = null;
      changed();
    }
    whenOver.accept(this);
    return true;
  }

  @Override
  public synchronized void onHeaders(Response response) {
    head = response;
    if (!endsAtOnce(response)) {
      changed();
    }
  }

  @Override
  public void onContent(Response response, Content.Chunk chunk, Runnable demander) {
    synchronized (this) {
      if (failure != null) {
        return; // the abort is on its way
      }
      ByteBuffer bytes = chunk.getByteBuffer();
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      body.writeBytes(copy);
      if (!wanted && !left && body.size() >= READ_AHEAD) {
        demand = demander;
        return;
      }
    }
    if (tooLong()) {
      stop(Stop.Reason.RESPONSE_CLOSED);
    } else {
      demander.run();
    }
  }

  private synchronized boolean tooLong() {
    return left && body.size() >= READ_AHEAD;
  }

  @Override
  public synchronized void onSuccess(Response response) {
    bodyEnded = true;
    if (hasBody) {
      changed();
    }
  }

  @Override
  public void onFailure(Response response, Throwable cause) {
    end(cause);
  }

  @Override
  public void onComplete(Result result) {
    if (result.getResponseFailure() != null || result.getRequestFailure() != null) {
      end(result.getFailure());
    }
    synchronized (this) {
      complete = true;
      changed();
    }
    whenOver.accept(this);
  }

  /** Whether a response has no body, so that its end comes with its headers. */
  private boolean endsAtOnce(Response response) {
    int status = response.getStatus();
    return !hasBody
        && (request.getMethod().equals("HEAD")
            || status == 204
            || status == 304
            || response.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH) == 0);
  }
}
